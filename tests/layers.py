#!/usr/bin/env python3
"""Whether the folders are layers: run by the step `format` of tests/run.sh.

The first picture of docs/architecture.md lists the top-level folders, the highest first. An #include goes to
the same folder or to a lower one, never up. Folders below them make no cycle. A CMake target links exactly the
targets whose headers its files include: PUBLIC what its headers include, PRIVATE what only its sources do.

    tests/layers.py            prints what is wrong, a line each; exits with 1 where something is
    tests/layers.py --graph    prints which folder includes which, as lines "from -> to"
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CODE = (".hpp", ".cpp")
TOOLS = ("tests", "testing", "examples")  # may include anything; testing's target is still checked


def layers():
    """Top-level folders from the first code block of docs/architecture.md, the highest first."""
    block = re.search(r"(?:^    \S.*\n)+", (ROOT / "docs/architecture.md").read_text(), re.M).group(0)
    return [line.split("/")[0].strip() for line in block.splitlines() if re.match(r"    [a-z]+/", line)]


def sources():
    """Every source file of the product, as a path from the root."""
    for top in layers() + ["testing"]:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in CODE:
                yield path.relative_to(ROOT)


def includes(path):
    """The project's own headers that a file includes, each with its line."""
    for number, line in enumerate((ROOT / path).read_text().splitlines(), 1):
        found = re.match(r'#include "([^"]+/[^"]+)"', line)
        if found and (ROOT / found[1]).is_file():
            yield number, pathlib.PurePath(found[1])


class Target:
    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.files, self.public, self.private = set(), set(), set()


def targets():
    """The libraries of the project as their CMakeLists.txt declare them."""
    out = {}
    for path in sorted(ROOT.rglob("CMakeLists.txt")):
        folder = path.parent.relative_to(ROOT)
        if folder.parts and folder.parts[0] in ("build", "tests", "examples"):
            continue
        text = re.sub(r"#.*", "", path.read_text())
        for call, body in re.findall(r"(smtpsim_library|target_sources|target_link_libraries)\(([^()]*)\)", text):
            name, *words = body.split()
            if call == "smtpsim_library":
                out[name] = Target(name, folder)
            if name not in out:
                continue
            section = "SOURCES"
            for word in words:
                if word in ("SOURCES", "PUBLIC", "PRIVATE", "INTERFACE"):
                    section = word
                elif word.endswith(".cpp"):
                    out[name].files.add(folder / word)
                elif section == "PRIVATE":
                    out[name].private.add(word)
                else:
                    out[name].public.add(word)
    return out


def owners(declared):
    """The target of a file: a header belongs to the source with its name, otherwise to the first target of its folder."""
    out = {file: target.name for target in declared.values() for file in target.files}
    first = {}
    for target in declared.values():
        first.setdefault(target.folder, target.name)
    for path in sources():
        if path not in out and path.suffix == ".hpp":
            out[path] = out.get(path.with_suffix(".cpp"), first.get(path.parent))
    return out


def cycle(graph):
    """One cycle of a graph, as a list of names; empty: there is none."""
    state, way = {}, []

    def visit(node):
        state[node] = "open"
        way.append(node)
        for other in sorted(graph.get(node, ())):
            if state.get(other) == "open":
                return way[way.index(other):] + [other]
            if other not in state and (found := visit(other)):
                return found
        way.pop()
        state[node] = "done"
        return []

    for node in sorted(graph):
        if node not in state and (found := visit(node)):
            return found
    return []


def main():
    order = layers()
    rank = {name: place for place, name in enumerate(order)}
    declared = targets()
    owner = owners(declared)
    wrong = []
    folders = collections.defaultdict(set)
    needs = {name: {"PUBLIC": set(), "PRIVATE": set()} for name in declared}
    for path in sources():
        for line, header in includes(path):
            here, there = path.parts[0], header.parts[0]
            if here in rank and there in rank and rank[there] < rank[here]:
                wrong.append(f"{path}:{line}: {here}/ is below {there}/ and may not include {header}")
            if header.parent != path.parent:
                folders[str(path.parent)].add(str(header.parent))
            mine, its = owner.get(path), owner.get(header)
            if mine and its and mine != its:
                needs[mine]["PUBLIC" if path.suffix == ".hpp" else "PRIVATE"].add(its)
    for name, target in declared.items():
        public, private = needs[name]["PUBLIC"], needs[name]["PRIVATE"] - needs[name]["PUBLIC"]
        place = f"{target.folder}/CMakeLists.txt: target {name}"
        for other in sorted(public - target.public):
            wrong.append(f"{place} lacks PUBLIC {other}: its headers include it")
        for other in sorted(private - target.private - target.public):
            wrong.append(f"{place} lacks PRIVATE {other}: its sources include it")
        for other in sorted((target.public | target.private) & declared.keys() - public - private):
            wrong.append(f"{place} names {other} and includes nothing of it")
        for other in sorted((target.public & declared.keys()) & private):
            wrong.append(f"{place} names {other} PUBLIC, but only its sources include it: PRIVATE")
    if found := cycle(folders):
        wrong.append("a cycle of folders: " + " -> ".join(found))
    if "--graph" in sys.argv[1:]:
        print("\n".join(f"{here} -> {there}" for here in sorted(folders) for there in sorted(folders[here])))
        return 0
    print("\n".join(wrong) if wrong else f"{len(declared)} targets in {len(order)} layers: every arrow goes down")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
