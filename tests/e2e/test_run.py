"""smtpsim run: scenarios with real and with wrong clients, exit codes, and nothing left behind."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from harness import PATIENCE, ROOT, TestCase, binary, run, skip_if_left_out, skip_unless_linux, until

SCENARIOS = ROOT / "examples" / "scenarios"
DIALUP = ROOT / "examples" / "dialup"
HEADER = "smtpsim: 1\nscenario: it holds\n"
SENDS = """\
import os, smtplib
with smtplib.SMTP("127.0.0.1", int(os.environ["SMTPSIM_PORT"]), "c.test", timeout=5) as client:
    client.sendmail(os.environ["SMTPSIM_SENDER"], [os.environ["SMTPSIM_RECIPIENT"]], "Subject: x\\r\\n\\r\\nx\\r\\n")
"""


def client(script, more=""):
    """YAML of a client that runs this Python."""
    return (f"client:\n  command: [python3, \"{{dir}}/client.py\"]\n  files: {{client.py: {json.dumps(script)}}}\n"
            f"  timeout: 10s\n{more}")


class Scenario(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "tmp").mkdir()

    def run_text(self, text, *options, **more):
        path = self.folder / "s.yaml"
        path.write_text(text)
        environment = dict(os.environ, TMPDIR=str(self.folder / "tmp"))
        done = run("run", path, "--seed", "1", *options, env=environment, timeout=60, **more)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [], "folders left behind")
        return done

    def holds(self, text, *options):
        done = self.run_text(HEADER + text, *options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def falls_short(self, text, *options):
        done = self.run_text(HEADER + text, *options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return done.stdout


class Examples:
    """Every file of `folder`."""

    def holds(self, name, cases):
        done = run("run", self.folder / name, "--seed", "7", "--json", timeout=60)
        skip_if_left_out(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr)
        self.assertEqual([case["status"] for case in json.loads(done.stdout)["cases"]],
                         ["passed"] * cases)

    def test_there_are_no_others(self):
        names = {path.stem.replace("-", "_") for path in self.folder.glob("*.yaml")}
        tested = {name.removeprefix("test_") for name in dir(self) if name.startswith("test_")}
        self.assertEqual(names, tested - {"there_are_no_others"})


class Scenarios(Examples, TestCase):
    """Every file of examples/scenarios."""

    folder = SCENARIOS

    def test_full_mailbox(self):
        self.holds("full-mailbox.yaml", 1)

    def test_second_call_works(self):
        self.holds("second-call-works.yaml", 1)

    def test_refused_recipients(self):
        self.holds("refused-recipients.yaml", 9)

    def test_second_server(self):
        self.holds("second-server.yaml", 1)

    def test_own_log(self):
        self.holds("own-log.yaml", 1)


class Dialup(Examples, TestCase):
    """Every file of examples/dialup."""

    folder = DIALUP

    def test_busy_then_cut_then_421_then_accepted(self):
        self.holds("busy-then-cut-then-421-then-accepted.yaml", 1)

    def test_wrong_init_string(self):
        self.holds("wrong-init-string.yaml", 1)

    def test_no_dialtone(self):
        self.holds("no-dialtone.yaml", 1)

    def test_own_log_of_two_calls(self):
        self.holds("own-log-of-two-calls.yaml", 1)


class Holding(Scenario):
    def test_a_delivery(self):
        self.holds(client(SENDS) + "expect: {outcome: delivered, sessions: 1, stored: 1, findings: none}\n")

    def test_what_was_missed_is_told_with_the_command_that_does_it_again(self):
        output = self.falls_short(client(SENDS) + "faults: [{use: kb155455/rcpt/553}]\n"
                                  "expect: {outcome: delivered, stored: 1}\n")
        self.assertIn("expected  outcome delivered", output)
        self.assertIn("observed  failed (exit code 1)", output)
        self.assertRegex(output, r"again: smtpsim run \S+ --only 'it holds' --seed 1")
        self.assertIn("! fault kb155455/rcpt/553", output)

    def test_starttls_and_a_login(self):
        script = SENDS.replace("    client.sendmail", """\
    import ssl
    client.starttls(context=ssl.create_default_context(cafile=os.environ["SMTPSIM_CA"]))
    client.login(os.environ["SMTPSIM_USER"], os.environ["SMTPSIM_PASSWORD"])
    client.sendmail""").replace("127.0.0.1", "localhost")
        self.holds("profile: submission\ntls: starttls\nlogin: true\n" + client(script) +
                   "expect: {outcome: delivered, stored: 1, findings: none}\n")

    def test_each_server_has_what_it_sees(self):
        text = client(SENDS) + "servers: {backup: {}}\nexpect: {stored: 1, servers: {backup: {stored: %d}}}\n"
        self.holds(text % 0)
        self.assertIn("expected  backup: 1 kept message\n", self.falls_short(text % 1))

    def test_a_fault_that_may_not_fire(self):
        self.holds(client(SENDS) + "faults: [{at: vrfy, do: [close]}]\nexpect: {stored: 1, fires: 0}\n")

    def test_a_report_is_written_anew_and_github_s_summary_is_added_to(self):
        file, summary = self.folder / "r.md", self.folder / "summary.md"
        for text in ("expect: {stored: 1}\n", "expect: {stored: 1, sessions: 1}\n"):
            path = self.folder / "s.yaml"
            path.write_text(HEADER + client(SENDS) + text)
            done = run("run", path, "--report", f"markdown={file}", "--report", f"markdown={summary}", "--quiet",
                       env=dict(os.environ, GITHUB_STEP_SUMMARY=str(summary)), timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(file.read_text().count("### "), 1)
        self.assertEqual(summary.read_text().count("### "), 2)

    def test_where_nothing_is_judged_nothing_holds(self):
        done = self.run_text(HEADER + client(SENDS), "--budget", "1us")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no case passed or failed", done.stderr)

    def test_a_shard_that_is_missing_is_noticed(self):
        text = "smtpsim: 1\nscenario: \"it is {word}\"\nmatrix: {word: [a, b, c]}\n" + client(SENDS)
        parts = [str(self.folder / f"p{i}.json") for i in (1, 2, 3)]
        for i, part in enumerate(parts, 1):
            self.run_text(text, "--shard", f"{i}/3", "--report", f"json={part}")
            self.assertEqual(json.loads(pathlib.Path(part).read_text())["shard"], f"{i}/3")
        self.assertEqual(run("report", "merge", *parts).returncode, 0)
        done = run("report", "merge", parts[0], parts[2])
        self.assertEqual((done.returncode, done.stderr), (2, "smtpsim: shard 2/3 is missing\n"))
        done = run("report", "merge", parts[0], "--json")
        self.assertEqual((done.returncode, done.stderr), (1, "smtpsim: this is shard 1/3 alone\n"))

    def test_several_clients_at_once(self):
        self.holds(client(SENDS) + "clients: 4\nexpect: {outcome: delivered, sessions: 4, stored: 4}\n")

    def test_retries_with_their_spacing(self):
        script = SENDS.replace("with", "import time\nfor pause in (0, 1.2):\n  time.sleep(pause)\n  try:\n   with") \
            .replace("    client", "    client") + "   break\n  except smtplib.SMTPException: pass\n"
        script = re.sub(r"\n    client", "\n      client", script)
        self.holds(client(script) + "steps:\n  - name: one\n    faults: [{at: rcpt, when: {session: 1}, "
                   "do: [{reply: 451 4.3.0 Later}]}]\n"
                   "    expect: {stored: 1, retries: {count: 1, spacing: 1s..9s}}\n")

    def test_setup_and_teardown_run_in_the_folder(self):
        mark = self.folder / "mark"
        self.holds("setup: [[sh, -c, \"echo hi > here\"]]\n"
                   f"teardown: [[cp, here, \"{mark}\"]]\n" + client(SENDS))
        self.assertEqual(mark.read_text(), "hi\n")

    def test_where_the_client_runs(self):
        printed = "import os; print('runs in ' + os.getcwd())\n"
        self.holds("setup: [[mkdir, deep]]\n" + client(printed, "  runs-in: \"{dir}/deep\"\n") +
                   "expect: {output: {contains: /deep}}\n")

    def test_a_failing_setup_breaks_it(self):
        done = self.run_text(HEADER + "setup: [[sh, -c, \"exit 4\"]]\n" + client(SENDS))
        self.assertEqual(done.returncode, 3)
        self.assertIn("exit code 4", done.stdout)

    def test_choosing_repeating_and_sharding(self):
        text = ("smtpsim: 1\nscenario: \"it is {word}\"\ntags: [x]\nmatrix: {word: [a, b, c]}\n" +
                client(SENDS))
        names = lambda done: [case["name"] for case in json.loads(done.stdout)["cases"]]
        self.assertEqual(len(names(self.run_text(text, "--json"))), 3)
        self.assertEqual(names(self.run_text(text, "--json", "--only", "it is b*")), ["it is b [word=b]"])
        self.assertEqual(names(self.run_text(text, "--json", "--shard", "2/3")), ["it is b [word=b]"])
        self.assertEqual(len(names(self.run_text(text, "--json", "--repeat", "2", "--tag", "x"))), 6)
        self.assertEqual(self.run_text(text, "--tag", "y").returncode, 2)

    def test_reports_of_every_kind(self):
        options = []
        for kind in ("junit", "tap", "json", "markdown", "github", "html"):
            options += ["--report", f"{kind}={self.folder}/{kind}"]
        self.holds(client(SENDS), *options)
        for kind, mark in (("junit", "<testsuites"), ("tap", "TAP version 14"), ("json", "smtpsim_report"),
                           ("markdown", "|"), ("html", "<!doctype html>")):
            self.assertIn(mark.lower(), (self.folder / kind).read_text().lower(), kind)

    def test_a_client_that_is_run_by_hand(self):
        path = self.folder / "m.yaml"
        path.write_text(HEADER + "client: manual\nexpect: {stored: 1}\n")
        process = subprocess.Popen([binary(), "run", str(path)], stderr=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        line = process.stderr.readline()
        port = re.search(r"connect to 127\.0\.0\.1:(\d+)", line).group(1)
        ca = re.search(r"its CA: (/\S+)\)", line).group(1)
        self.assertIn("BEGIN CERTIFICATE", pathlib.Path(ca).read_text())
        subprocess.run(["python3", "-c", SENDS], check=True, timeout=PATIENCE,
                       env=dict(os.environ, SMTPSIM_PORT=port, SMTPSIM_SENDER="a@a.test",
                                SMTPSIM_RECIPIENT="b@b.test"))
        output, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, output)


class WrongClients(Scenario):
    def test_one_that_cannot_be_started(self):
        done = self.run_text(HEADER + "client: {command: [no-such-program]}\n")
        self.assertEqual(done.returncode, 3)
        self.assertIn("no-such-program: cannot start: No such file or directory", done.stdout)

    def test_one_that_hangs_with_children_of_its_own_session(self):
        skip_unless_linux()
        pids = self.folder / "pids"
        script = ("import os, subprocess, time\n"
                  "child = subprocess.Popen(['setsid', 'sleep', '600'])\n"
                  f"open({str(pids)!r}, 'w').write('%d %d' % (os.getpid(), child.pid))\n"
                  "time.sleep(600)\n")
        output = self.falls_short(client(script).replace("timeout: 10s", "timeout: 1s"))
        self.assertIn("stopped after 1s", output)
        for pid in pids.read_text().split():
            until(lambda pid=pid: not self.alive(pid), f"the end of {pid}")

    def test_one_whose_children_have_left_session_parent_and_environment(self):
        skip_unless_linux()
        pid = self.folder / "pid"
        far = f"env -i /bin/sh -c 'setsid sh -c \"echo $$ > {pid}; exec sleep 600\" &'"
        output = self.falls_short(
            f"client:\n  command: [sh, -c, {json.dumps(far + f'; until [ -s {pid} ]; do sleep 0.01; done')}]\n"
            "expect: {stored: 1}\n")
        self.assertIn("exit code 0, and left processes running", output)
        self.assertFalse(self.alive(pid.read_text().strip()))

    def test_one_whose_runner_is_killed(self):
        pid = self.folder / "pid"
        path = self.folder / "s.yaml"
        path.write_text(HEADER + f"client: {{command: [sh, -c, \"echo $$ > {pid}; exec sleep 600\"], timeout: 5min}}\n")
        runner = subprocess.Popen([binary(), "run", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env=dict(os.environ, TMPDIR=str(self.folder / "tmp")))
        until(lambda: pid.exists() and pid.read_text().strip(), "the client")
        runner.kill()
        runner.wait(PATIENCE)
        until(lambda: not self.alive(pid.read_text().strip()), "the client's end")

    def alive(self, pid):
        try:
            return "zombie" not in pathlib.Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            return False

    def test_one_that_dies_by_a_signal(self):
        self.assertIn("signal 11", self.falls_short(
            client("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")))

    def test_one_that_never_connects(self):
        self.assertIn("expected  1 session\n", self.falls_short(client("pass\n") + "expect: {sessions: 1}\n"))

    def test_one_that_never_meets_the_fault(self):
        self.assertIn("expected  that the fault kb155455/message/552 fires\n  observed  it never fired", self.falls_short(
            "client: {command: [\"false\"]}\nfaults: [{use: kb155455/message/552}]\n"
            "expect: {outcome: failed, stored: 0, findings: none}\n"))

    def test_one_that_says_why(self):
        output = self.falls_short(client("import sys\nsys.exit('no such option')\n") + "expect: {outcome: delivered}\n")
        self.assertIn("  printed   no such option", output)

    def test_one_that_connects_twice(self):
        self.falls_short(client(SENDS + SENDS) + "expect: {sessions: 1}\n")

    def test_one_that_prints_binary(self):
        output = self.falls_short(client(
            "import sys\nsys.stdout.buffer.write(bytes(range(256)) + b'\\x1b[31m')\nsys.exit(1)\n") +
            "expect: {outcome: delivered}\n")
        self.assertNotIn("\x1b", output)

    def test_an_exit_code_that_means_nothing(self):
        done = self.run_text(HEADER + client("import sys; sys.exit(9)\n", "  outcome: {0: delivered}\n") +
                             "expect: {outcome: delivered}\n")
        self.assertEqual(done.returncode, 3)
        self.assertIn("has no outcome for exit code 9", done.stdout)

    def test_an_interrupt_writes_reports_and_leaves_nothing(self):
        self.interrupted_by(signal.SIGINT)

    def test_a_hang_up_is_an_interrupt(self):
        self.interrupted_by(signal.SIGHUP)

    def interrupted_by(self, signal_):
        path = self.folder / "s.yaml"
        started = self.folder / "started"
        path.write_text(HEADER + client(f"open({str(started)!r}, 'w')\nimport time\ntime.sleep(600)\n")
                        .replace("timeout: 10s", "timeout: 5min"))
        process = subprocess.Popen(
            [binary(), "run", str(path), "--report", f"json={self.folder}/r.json"],
            stdout=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=str(self.folder / "tmp")))
        until(started.exists, "the client")
        process.send_signal(signal_)
        self.assertEqual(process.wait(PATIENCE), 3)
        self.assertEqual(len(json.loads((self.folder / "r.json").read_text())["cases"]), 1)
        self.assertEqual(list((self.folder / "tmp").iterdir()), [])


class BadFiles(Scenario):
    def refused(self, text, *messages):
        done = self.run_text(text)
        self.assertEqual(done.returncode, 2, done.stdout)
        for message in messages:
            self.assertIn(message, done.stderr)

    def test_wrong_keys_and_names(self):
        self.refused("smtpsim: 1\nscenario: x\ntag: [a]\nclient: {command: [a], outcom: {0: delivered}}\n"
                     "expect: {outcome: deliverd}\n",
                     's.yaml:3:1: unknown key "tag"; did you mean tags',
                     's.yaml:4:24: unknown key "outcom"; did you mean outcome',
                     "did you mean delivered")

    def test_no_client(self):
        self.refused("smtpsim: 1\nscenario: x\n", "no client")

    def test_a_name_that_is_there_twice(self):
        other = self.folder / "other.yaml"
        other.write_text(HEADER + client(SENDS))
        done = self.run_text(HEADER + client(SENDS), "--check", str(other))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"other\.yaml:2:11: another scenario is called it holds, at \S+/s\.yaml:2\n")

    def test_a_warning_of_a_matrix_is_told_once(self):
        done = self.run_text("smtpsim: 1\nscenario: \"{word}\"\nmatrix: {word: [a, b, c]}\n" + client(SENDS), "--check")
        self.assertEqual((done.returncode, done.stdout), (0, "3 scenarios: ok\n"))
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("nothing is expected", done.stderr)

    def test_a_profile_that_is_not_there(self):
        self.refused("smtpsim: 1\nscenario: x\nprofile: esmtpp\nclient: {command: [a]}\n",
                     's.yaml:3:10: no profile called "esmtpp"; did you mean esmtp')

    def test_a_placeholder_that_is_not_there(self):
        self.refused("smtpsim: 1\nscenario: x\nclient: {command: [a, \"{prot}\"]}\n",
                     's.yaml:3:23: no placeholder "{prot}"; did you mean port')

    def test_what_can_never_hold(self):
        self.refused("smtpsim: 1\nscenario: x\nclient: {command: [a]}\nexpect: {sessions: 0, stored: 1}\n",
                     "can never hold")

    def test_a_file_that_is_not_there(self):
        done = run("run", "/nonexistent.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("/nonexistent.yaml: cannot read", done.stderr)

    def test_sarif_and_check(self):
        sarif = self.folder / "s.sarif"
        self.assertEqual(self.run_text("smtpsim: 1\nscenario: x\nclint: 1\n", "--check", "--sarif",
                                       str(sarif)).returncode, 2)
        self.assertEqual(json.loads(sarif.read_text())["version"], "2.1.0")
        self.assertIn("1 scenario: ok", self.run_text(HEADER + client(SENDS), "--check").stdout)

    def test_sarif_of_a_profile(self):
        profile, sarif = self.folder / "p.yaml", self.folder / "p.sarif"
        profile.write_text("smtpsim: 1\nprofile: x\nserver: {hostnam: a}\n")
        self.assertEqual(run("profile", "check", profile, "--sarif", sarif).returncode, 2)
        (result,) = json.loads(sarif.read_text())["runs"][0]["results"]
        self.assertEqual(result["level"], "error")
        self.assertEqual(result["locations"][0]["physicalLocation"]["region"],
                         {"startLine": 3, "startColumn": 10})

    def test_a_warning_is_called_so_on_the_terminal_only(self):
        profile, sarif = self.folder / "p.yaml", self.folder / "p.sarif"
        profile.write_text("smtpsim: 1\nprofile: x\nfaults: [{at: rcpt, do: [{reply: 550 4.2.2 Full}]}]\n")
        done = run("profile", "check", profile, "--sarif", sarif)
        what = "the class 4 of the enhanced code is not the first digit of 550 (RFC 2034 §4)"
        self.assertEqual((done.returncode, done.stderr), (0, f"{profile}:3:26: warning: {what}\n"))
        (result,) = json.loads(sarif.read_text())["runs"][0]["results"]
        self.assertEqual((result["level"], result["message"]["text"]), ("warning", what))

    def test_the_schema_is_json(self):
        self.assertEqual(json.loads(run("run", "--schema").stdout)["title"], "smtpsim scenario")
