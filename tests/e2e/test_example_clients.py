"""The files of examples/ for tests of other projects: the files of clients, the helpers for pytest and Node.js, the
recipes for CI, and the script that audits all clients."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import clients
from harness import PATIENCE, ROOT, TestCase, binary, run, skip_if_left_out

EXAMPLES = ROOT / "examples"
CLIENTS = sorted((EXAMPLES / "clients").glob("*.yaml"))
# tests/packages.sh does not install these: the reasons why a machine may lack them.
TOO_MUCH = {"emacs-smtpmail": "Emacs is large", "javamail": "Java is large",
            "mailutils": "GNU Mailutils brings a Guile and two databases"}
REFUSALS = ("kb155455/rcpt/550", "rfc2033/lmtp-message/550")
# A reply, a certificate and a login, so that each kind has a control run.
ONE_OF_EACH = "/" + "|".join(REFUSALS).replace("/", ".") + "|tls.expired-certificate|auth.454/"


def environment(**more):
    """smtpsim comes first in PATH, a Postfix that is only unpacked comes last, and GitHub's variables are removed."""
    out = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    folder = pathlib.Path(binary()).resolve().parent
    return {**out, "SMTPSIM": binary(), "PATH": f"{folder}:{out['PATH']}:{clients.UNPACKED}/usr/sbin", **more}


def missing_packages(path):
    """The missing packages of those that the client's file names."""
    names = re.search(r"^packages: \[(.*)\]", path.read_text(), re.M).group(1).split(", ")
    return [name for name in names if not is_installed(name) and not (clients.UNPACKED.parent / name).exists()]


def is_installed(package):
    try:
        done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package],
                              capture_output=True, text=True)
    except FileNotFoundError:
        return False
    return done.stdout == "installed"


def is_known(package):
    """Whether this system has such a package: packages change between releases."""
    return subprocess.run(["apt-cache", "show", package], capture_output=True).returncode == 0


class Temporary(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class Clients(TestCase):
    """One test per file; made below."""

    def check(self, path):
        done = run("audit", "--seed", 1, "--jobs", 2, "--json", "--only", ONE_OF_EACH, "--client", path.stem,
                   cwd=ROOT, env=environment(), timeout=6 * PATIENCE)
        skip_if_left_out(done.stdout)
        report = json.loads(done.stdout or "{}")
        controls = [case for case in report["cases"] if case["suite"] == "control"]
        if any(case["status"] != "passed" for case in controls):
            self.skip_if_it_is_not_here(path)
        text = path.read_text()
        self.assertIn(done.returncode, (0, 1), done.stderr)
        [client] = report["clients"]
        self.assertEqual(client["name"], path.stem)
        self.assertRegex(client["version"], r"\d")
        # The mode is the name in the file and in the report.
        has = {"control-lmtp"} if "\nprotocol: lmtp\n" in text else {"control"} | ({"control-" + "-".join(mode for mode in ("starttls", "login")
                                                    if re.search(f"^{mode}:", text, re.M))}
                             if re.search("^(starttls|login):", text, re.M) else set())
        self.assertEqual({case["name"].split()[1] for case in controls}, has, done.stderr)
        for case in report["cases"]:
            with self.subTest(case["name"]):
                if case in controls:
                    self.assertEqual((case["status"], case["sessions"]), ("passed", 1), case["output"])
                elif case["fault"] in REFUSALS and case["status"] != "skipped":
                    self.assertEqual(case.get("verdict"), "correct", case["output"])
                self.assertNotEqual(case["status"], "error", case["why"])
        judged = [case["fault"] for case in report["cases"] if case["status"] == "passed"]
        self.assertTrue(set(judged) & set(REFUSALS), judged)

    def skip_if_it_is_not_here(self, path):
        missing = missing_packages(path)
        if missing:
            known = shutil.which("apt-cache") and all(map(is_known, missing))
            why = TOO_MUCH.get(path.stem) or (None if known else "there are none here")
            self.skipTest(f"allowed: no {' '.join(missing)}: {why}" if why else f"no {' '.join(missing)}")
        if path.stem == "postfix" and os.geteuid() != 0:
            self.skipTest("allowed: only root can start Postfix")


def _add(path):
    def test(self):
        self.check(path)
    test.__name__ = "test_" + path.stem.replace("-", "_")
    test.__doc__ = f"examples/clients/{path.name}: a healthy server gets the mail"
    setattr(Clients, test.__name__, test)


for _path in CLIENTS:
    _add(_path)


class Files(TestCase):
    def test_each_is_named_by_its_own_words(self):
        self.assertGreaterEqual(len(CLIENTS), 10)
        readme = (EXAMPLES / "clients/README.md").read_text()
        for path in CLIENTS:
            with self.subTest(path.name):
                text = path.read_text()
                self.assertIn(f"examples/clients/{path.name}", text.splitlines()[0])
                self.assertIn(f"\nclient: {path.stem}\n", text)
                self.assertIn(f"| `{path.stem}` |", readme)


class Helpers(TestCase):
    def passes(self, command, **more):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT,
                              env=environment(**more), timeout=6 * PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_pytest(self):
        python = next((name for name in ("/usr/bin/python3", "python3") if shutil.which(name) and subprocess.run(
            [name, "-c", "import pytest"], capture_output=True).returncode == 0), None)
        if python is None:
            self.skipTest("no pytest")
        out = self.passes([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "examples/pytest"],
                          PYTHONDONTWRITEBYTECODE="1")
        self.assertRegex(out, r"\b6 passed")

    def test_node(self):
        node = shutil.which("node")
        if node is None or not is_installed("node-nodemailer"):
            self.skipTest("no node-nodemailer")
        if not pathlib.Path("/usr/share/nodejs/nodemailer").exists():
            self.skipTest("no node-nodemailer")
        out = self.passes([node, "--test", "examples/node/"] if self.runs_folders(node)
                          else [node, "--test", "examples/node/example.test.js"],
                          NODE_PATH="/usr/share/nodejs")
        self.assertRegex(out, r"(?m)^. fail 0$")

    def runs_folders(self, node):
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        return int(re.match(r"v(\d+)", version).group(1)) < 22


class Recipes(Temporary):
    def ci(self, **more):
        out = self.folder / "reports"
        done = subprocess.run([EXAMPLES / "ci/ci.sh"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=3 * PATIENCE, env=environment(OUT=str(out), **more))
        return done, out

    def test_ci_sh_leaves_its_reports(self):
        done, out = self.ci(ADAPTER="examples/clients/smtplib.yaml", ONLY="kb155455/rcpt/*", SHARD="1/2")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(json.loads((out / "audit.json").read_text())["summary"]["score"], 100)
        for name in ("audit.md", "junit-audit.xml"):
            self.assertGreater((out / name).stat().st_size, 0)

    def test_ci_sh_fails_with_the_client(self):
        done, _ = self.ci(ADAPTER="examples/clients/smtplib.yaml", ONLY="kb155455/quit/500")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)


class RecipesForServices(Temporary):
    """Runs their smtpsim commands, with one failure in place of the whole catalogue, and each part of a matrix."""

    PARTS = {"$CI_NODE_TOTAL": 4, "/4": 4, "/8": 8}

    def commands(self, name):
        text = (EXAMPLES / "ci" / name).read_text().replace("\\\n", " ")
        text = re.sub(r"(?m)^( +)(- |run: )?>\n((?:\1 +.*\n)+)", lambda m: " ".join(m[3].split()) + "\n", text)
        found = re.findall(r"smtpsim ((?:audit|report merge) .*)", text)
        self.assertTrue(found, name)
        return found

    def words(self, command, part):
        for what, value in (("${{ matrix.shard }}", part), ("$CI_NODE_INDEX", part), ("$CI_NODE_TOTAL", 4), ("$part", part),
                            ("$GITHUB_STEP_SUMMARY", "summary.md"), ("/reports/", "")):
            command = command.replace(what, str(value))
        return re.split(r" \|\||;|'{3}|'$|\"\]", command)[0]

    def check(self, name):
        shutil.copytree(EXAMPLES / "clients", self.folder / "examples/clients")
        run("audit", "--quiet", "--only", "kb155455/rcpt/550", "--client", "smtplib", "--report", "json=baseline.json",
            cwd=self.folder, env=environment(), timeout=3 * PATIENCE)
        for command in self.commands(name):
            parts = next((of for mark, of in self.PARTS.items() if mark in command), 1)
            for part in range(1, parts + 1):
                words = self.words(command, part)
                if words.startswith("audit"):
                    words = re.sub(r"--only '(\w+)/\*'", r"--only \1/rcpt/550", words)
                    words += "" if "--only" in words else " --only kb155455/rcpt/550"
                words = words.replace("msmtp.yaml", "smtplib.yaml")
                done = subprocess.run(["sh", "-c", f"smtpsim {words}"], cwd=self.folder, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, env=environment(), timeout=3 * PATIENCE)
                self.assertEqual(done.returncode, 0, f"{words}\n{done.stdout}{done.stderr}")

    def test_github_actions(self):
        self.check("github-actions.yml")

    def test_github_matrix(self):
        self.check("github-matrix.yml")

    def test_gitlab(self):
        self.check("gitlab-ci.yml")

    def test_jenkins(self):
        self.check("Jenkinsfile")

    def test_kubernetes(self):
        self.check("kubernetes-indexed-job.yaml")

    def test_gitlab_installs_what_the_program_is_linked_with(self):
        """For a job that runs smtpsim but did not build it."""
        if not is_installed("libyaml-cpp0.7"):
            self.skipTest("allowed: the recipe is for Debian 12")
        linked = subprocess.run(["ldd", binary()], capture_output=True, text=True).stdout
        with_own_package = re.findall(r"(lib(?:glib-2|re2|slirp|ssl|usbredirparser|yaml-cpp)[\w.-]*) =>", linked)
        recipe = (EXAMPLES / "ci/gitlab-ci.yml").read_text()
        self.assertGreaterEqual(len(with_own_package), 5, linked)
        for library in with_own_package:
            owner = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True).stdout
            with self.subTest(library):
                self.assertIn(f" {owner.split(':')[0]}", recipe)


class Page(Temporary):
    def test_audit_clients_writes_the_page_from_what_it_has(self):
        audits, page = self.folder / "audits", self.folder / "page.md"
        audits.mkdir()
        for persona, only in (("smtplib", "kb155455/quit/*"),):
            run("audit", "--seed", 1, "--quiet", "--only", only, "--client", persona, "--report",
                f"json={audits / persona}.json", cwd=ROOT, timeout=3 * PATIENCE)
        done = subprocess.run([EXAMPLES / "audit-clients.sh", "no-such-client"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE,
                              env=environment(AUDITS=str(audits), PAGE=str(page)))
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertFalse(page.exists())
        page.write_text("| [old](#old) | 1.0 | 2026-11-25 | 764 | 98 |  |  |  |  |  | 1 |  | 194 |\n\n"
                        "### old\n\n- `tcp/close`: **misread**: # in a title\n")
        done = subprocess.run([EXAMPLES / "audit-clients.sh", "--page"], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE,
                              env=environment(AUDITS=str(audits), PAGE=str(page)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        text = page.read_text()
        self.assertRegex(text, r"(?m)^\| \[smtplib\]\(#smtplib\) \| 3\.\d+\.\d+ \| 20\d\d-\d\d-\d\d \| 2 \| 50 \|")
        self.assertIn("- `kb155455/quit/500`: **duplicate-risk**", text)
        self.assertIn("| [old](#old) | 1.0 | 2026-11-25 |", text)
        self.assertIn("### old\n\n- `tcp/close`: **misread**: # in a title\n", text)


if __name__ == "__main__":
    unittest.main()
