#!/usr/bin/python3
"""The JSON Schema and the loader must give the same verdict.

    SMTPSIM=build/dev/app/smtpsim tests/profiles/schema_agreement.py [--seed N] [--mutants N]

Every example of a scenario has to pass `smtpsim run --schema`.

Takes every built-in profile, every profile and file of faults in examples/ and a sample that uses the whole language, and
mutants of them: keys dropped, renamed and added, kinds changed, units lost, unknown words, emptied
values. Each goes to `smtpsim profile check --json` and to jsonschema with `smtpsim profile schema`, or `schema --faults`.

What takes two keys to see is beyond a schema. So the schema may accept what the loader refuses, but
only where every message of the loader is one of SEMANTIC; never the other way round.
"""

import argparse
import copy
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each is a rule that the schema cannot state; the whole message must match.
SEMANTIC = [
    r"(?:used|at) has no effect without a quota",
    r"used is more than the quota of \w+",
    r"refuse-ehlo goes with protocol: smtp only",
    r"the banner is under replies too, in line \d+; keep one",
    r"\S+ is not among the extensions",
    r"\".*\" is announced, so it is not hidden",
    r"\".*\" has no behaviour that could be hidden",
    r"\".*\" (is not SIZE with|is no line of EHLO|names none of RCPTMAX).*",
    r"\S+ needs to know the passwords: name users",
    r"STARTTLS is among the extensions; where it is not there it is pretended: \[STARTTLS\]",
    r"tls \S+ is for later: TLS is yet to come",
    r"\"\S+\" is not for TLSv1\.\S+",
    r"no pattern here captures \{\d\}",
    r'"\w+" is a standard command; its reply is set under replies',
    r'"\w+" is there as "\w+" too; case does not matter',
    r"the class \d of the enhanced code is not the first digit of \d{3}",
    r"the code is written once, in the first line of the list",
    # In {code: 260}, a number that the schema can only bound. In a text the schema refuses it too.
    r"\d{3} is no reply code: those are 200 to 559, the middle digit 0 to 5(; raw can send any octets)?",
    r"a command line must have room for at least 64B",
    r'"\d+\w+" is too large',
    r"bad regular expression .*",
    r"at \w+ no (sender|recipient) is known: this could never fire",
    r"a session has one connect: this could never fire",
    r"bytes are counted only with at: content",
    r"nothing can follow \w+",
    r'no profile called ".*"(; did you mean [\w-]+|; smtpsim profile list shows all)',
    r".*\.ya?ml: .*",  # extends: a path that cannot be read
    r".*this could never fire",
    r"used is more than the size",
    r"the range (?:ends before it begins|is no longer than a moment)",
    r'".*" is more than always',
    r"no catalogued failure called .*",
    r"per has no effect without .*",
    r"at [a-z]+ no (?:recipient|sender) is known",
    r"the (?:header|body) is known only at message",
    r"at content no reply is due",
    r".* goes with at: (?:ehlo|message) only",
    r"drop-reply beside a reply: leave it out",
    r"there is no reply to change",
    r"[a-z-]+ changes the reply before it: write it after [a-z-]+",
    r"forever needs every: 10ms",
    r"every has no effect without times",
    r"at least 1ms",
    r"that is more than 64MiB",
    r"at most 1000 times; raw can repeat more",
    r"a reply has at most 1MiB; raw can repeat octets",
    r"the reply is longer than that without filling",
]
IS_SEMANTIC = re.compile("|".join(f"(?:{rule})" for rule in SEMANTIC), re.DOTALL)

SAMPLE = r"""
smtpsim: 1
profile: sample
summary: Uses every key of the language
extends: esmtp
x-note: [anything]
server:
  hostname: smtp.host.com
  zone: "-0700"
  ids: dated
  protocol: smtp
  refuse-ehlo: 502
  banner: "220 {host} ready {date}"
  extensions: [PIPELINING, SIZE 10240000, X-OWN a b]
  replies:
    rset: "250 Ok resetting state"
    noop: [250 one, two, "{host}"]
    mail: {code: 250, enhanced: 2.1.0, lines: [a, "{sender}"]}
    quit: 221 2.0.0 Bye
  wording: {mailbox-full: "552 5.2.2 <{recipient}> is full {{1}}"}
  verbs: {XFOO: 250 bar, xbar: [250 a, b]}
  strictness: [bare-lf, nested-mail]
  mailboxes: {janed@elsewhere.com: {quota: 20KB, used: 19KB}, "*@elsewhere.com": {}}
  limits: {message: 10MB, recipients: 100, sessions: 20, errors: 5, line: 512B, idle: 5min, messages: 3, rate: 30/min}
  storage: {size: 10MB, used: 1MB, at: [mail, message]}
  greylist: {for: 5min, key: [client, sender]}
  tarpit: {after: 3, delay: 5s}
faults:
  - {use: kb155455/rcpt/552, name: full, when: {nth: 2, times: 1}}
  - name: conditions of all kinds
    at: message
    when:
      session: 2..4
      elapsed: 1s..10min
      time: 22:00..06:00
      size: 1KB..
      client: 127.*
      helo: "*.test"
      header: {Subject: "/x(.)/"}
      body: "*"
      probability: 1/20
      rate: 30/min
      state: seen
      nth: 3..
      every: 2
      after: 1
      per: run
    do: [{delay: 1s..5s}, {corrupt: 1/100}, keep, {duplicate: 3}]
  - at: ehlo
    when: {command: "EHLO *", per: run}
    do: [{set: seen}, {withhold: SIZE}, {offer: "SIZE {1}"}, {segment: [3B, 1B]}, {garble: {bits: 1/50}}]
  - at: mail
    when: {nth: 5..}
    do: [reply, {unsolicited: 250 more}, {early: 250 next}, {throttle: {send: 2400bps}}, {drip: {size: 1B, every: 1s}}]
  - at: rset
    do: [{raw: {octets: 'x\\r\\n', times: forever, every: 10ms}}]
  - at: noop
    do: [{reply: {code: "2500", separator: "-", end: lf, length: 1KB, lines: [a, {code: 550, enhanced: 5.1.1, text: b}]}}, half-close]
  - at: vrfy
    do: [{meaning: mailbox-full}, {stop-reading: 30s}, {merge: 2}, {truncate: {drop: 1B}}]
  - at: quit
    do: [{delay: {mean: 3s}}, {reorder: 2}]
  - name: greylisted
    at: rcpt
    when: {nth: 2, recipient: "*@elsewhere.com", sender: /^j(.)/, times: 1}
    do:
      - delay: 3s
      - reply: 450 4.2.0 Greylisted, {1}
      - raw: '250-half\r\n|250 rest\r\n\xff\0'
      - close
  - at: [data, message]
    do: [{reply: [451 a, b]}, {reply: {code: 451}}, shutdown]
  - at: content
    when: {bytes: 4096}
    do: [reset]
  - {at: any, do: [{delay: 1ms}], x-own: 1}
"""


def core_loader():
    """PyYAML speaks YAML 1.1, where `on` is true; editors and our loader speak 1.2's core schema."""

    class Core(yaml.SafeLoader):
        pass

    Core.yaml_implicit_resolvers = {}
    tag = "tag:yaml.org,2002:"
    for name, pattern in [
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$"),
        ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"),
        ("float", r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
                  r"|\.(?:nan|NaN|NAN))$"),
        ("null", r"^(?:~|null|Null|NULL|)$"),
    ]:
        Core.add_implicit_resolver(tag + name, re.compile(pattern), None)

    def integer(loader, node):
        text = node.value.replace("0o", "0O")
        return int(text, 8 if "0O" in text else 16 if "0x" in text else 10)

    Core.add_constructor(tag + "int", integer)
    return Core


CORE = core_loader()


def parse(text):
    def with_text_keys(value):
        if isinstance(value, dict):
            return {str(key): with_text_keys(each) for key, each in value.items()}
        if isinstance(value, list):
            return [with_text_keys(each) for each in value]
        return value

    return with_text_keys(yaml.load(text, Loader=CORE))


def places(value, path=()):
    """Every path in the document, the root's first."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for i, each in enumerate(value):
            yield from places(each, path + (i,))


def at(document, path):
    for step in path:
        document = document[step]
    return document


WRONG_KINDS = [None, 5, 0, -1, 1.5, True, "", "text", "5s", "20KB", [], {}, ["text"], {"text": 1}, [None], {"x-a": 1}]
WORDS = ["rctp", "any", "strict", "esmtp", "queue", "reset", "delay", "starttls", "tls", "250 ok", "999 ok",
         "250-ok", "250 {host}", "250 {hots}", "250 {", "250 }}", "250 a\x07", "2500 a", "250", "25", "552 4.1.1 a",
         "5S", "5 s", "5sec", "05s", "0s", "5m", "5kb", "5", "1.5s", "0B", "10KiB", "SIZE x", "AUTH PLAIN", "HELP",
         "-X", "+2400", "-0760", "a b", "A", "a-", "\\q", "\\xf", "\\x0a|", "\u00ff", "/(/", "500", "4.2.0", "7.1.1"]
KEYS = ["x-own", "X-own", "tls", "auth", "link", "rate", "use", "name", "reply", "nth", "bytes", "profile", "server",
        "code", "banner", "5", "a b", "quota", "limits"]


def mutate(document, rng):
    """Makes one random change. Returns a description of it, for a report."""
    paths = [path for path in places(document) if path]
    path = rng.choice(paths)
    parent, step = at(document, path[:-1]), path[-1]
    kind = rng.choice(["drop", "rename", "replace", "word", "add", "unit", "swap", "number"])
    if kind == "drop":
        del parent[step]
    elif kind == "rename" and isinstance(parent, dict):
        parent[rng.choice([step + "x", step[:-1], step.upper(), "x-" + step])] = parent.pop(step)
    elif kind == "word":
        parent[step] = rng.choice(WORDS)
    elif kind == "add" and isinstance(parent, dict):
        parent[rng.choice(KEYS)] = copy.deepcopy(rng.choice(WRONG_KINDS))
    elif kind == "add":
        parent.append(copy.deepcopy(rng.choice(WRONG_KINDS + WORDS)))
    elif kind == "unit" and isinstance(parent[step], str) and re.match(r"^\d+\D+$", parent[step]):
        digits = re.match(r"\d+", parent[step]).group()
        parent[step] = rng.choice([int(digits), digits, digits + "x", digits + " " + parent[step][len(digits):]])
    elif kind == "swap":
        parent[step] = copy.deepcopy(at(document, rng.choice(paths)))
    elif kind == "number":
        parent[step] = rng.choice([0, 1, 2, 199, 200, 260, 500, 502, 559, 560, 10**12, 10**12 + 1, 10**20, -5])
    else:
        parent[step] = copy.deepcopy(rng.choice(WRONG_KINDS))
    return f"{kind} at {'.'.join(map(str, path))}"


class Quoted(yaml.SafeDumper):
    """Texts in quotes: a plain text of PyYAML under 1.1 is not always a text under 1.2."""


Quoted.ignore_aliases = lambda self, data: True
Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def sources():
    texts = {"sample": SAMPLE}
    for folder in ["profiles", "examples", "examples/faults"]:  # mixes and personas: other languages
        for path in sorted((ROOT / folder).glob("*.y*ml")):
            text = path.read_text()
            document = parse(text)
            if isinstance(document, dict) and "smtpsim" in document:
                texts[str(path.relative_to(ROOT))] = text
    return texts


def run(*arguments):
    # Exit status 2 means that some file is bad, which is expected here.
    done = subprocess.run([os.environ["SMTPSIM"], "profile", *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 2) or not done.stdout:
        sys.exit(f"smtpsim profile {arguments[0]} gave {done.returncode}: {done.stderr}")
    return done.stdout


def is_fault_file(document):
    return (isinstance(document, dict) and "faults" in document
            and not {"profile", "extends", "server"} & document.keys())


def judge(accepts, verdict):
    """None: they agree. Otherwise the difference."""
    messages = [problem["message"] for problem in verdict["problems"]]
    if verdict["valid"] == (len(messages) > 0):
        return "valid, with problems; or the reverse"
    if accepts == verdict["valid"]:
        return None
    if not accepts:
        return "the schema refuses what the loader accepts"
    beyond = [message for message in messages if not IS_SEMANTIC.fullmatch(message)]
    return f"the loader alone refuses: {beyond}" if beyond else None


def refused_scenarios():
    """Examples of scenarios that their schema refuses."""
    schema = json.loads(subprocess.run([os.environ["SMTPSIM"], "run", "--schema"], capture_output=True, text=True,
                                       check=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    out = []
    for folder in ["examples/scenarios", "examples/dialup"]:
        for path in sorted((ROOT / folder).glob("*.yaml")):
            for error in validator.iter_errors(parse(path.read_text())):
                out.append(f"{path.relative_to(ROOT)}\n  the schema refuses it: {error.message}\n")
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1996)
    parser.add_argument("--mutants", type=int, default=600)
    options = parser.parse_args()
    rng = random.Random(options.seed)

    validators = []  # of profiles, of files of faults
    for flags in [], ["--faults"]:
        schema = json.loads(run("schema", *flags))
        jsonschema.Draft7Validator.check_schema(schema)
        validators.append(jsonschema.Draft7Validator(schema))

    originals = sources()
    cases = [(name, text, True) for name, text in originals.items()]
    for i in range(options.mutants):
        name = rng.choice([*originals, "sample", "sample"])
        document = parse(originals[name])
        changes = []
        for _ in range(rng.choice([1, 1, 1, 2])):
            if any(True for path in places(document) if path):
                changes.append(mutate(document, rng))
        text = yaml.dump(document, Dumper=Quoted, allow_unicode=True, sort_keys=False, width=10**6)
        cases.append((f"mutant {i} of {name}: {', '.join(changes)}", text, False))

    failures, refused, semantic = refused_scenarios(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for i, (name, text, original) in enumerate(cases):
            # An original may extend a neighbour, so it is checked in its own folder.
            here = ROOT / name if original and (ROOT / name).is_file() else pathlib.Path(folder, f"{i}.yaml")
            if not here.is_file():
                here.write_text(text)
            files.append(str(here))
        verdicts = []
        for i in range(0, len(files), 100):
            verdicts += json.loads(run("check", "--json", *files[i : i + 100]))
    for (name, text, original), path, verdict in zip(cases, files, verdicts, strict=True):
        assert verdict["file"] == path, (verdict["file"], path)
        document = parse(text)
        accepts = validators[is_fault_file(document)].is_valid(document)
        what = judge(accepts, verdict)
        refused += not accepts
        semantic += accepts and not verdict["valid"]
        if original and not (accepts and verdict["valid"]):
            what = what or f"an original is refused: {verdict['problems']}"
        if what:
            failures.append(f"{name}\n  {what}\n" + "".join(f"  | {line}\n" for line in text.splitlines()))
    for failure in failures[:10]:
        print(failure, file=sys.stderr)
    print(f"seed {options.seed}: {len(cases)} profiles, {refused} refused by both, {semantic} by the loader's "
          f"own rules, {len(failures)} disagreements")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
