"""What the program writes replaces nothing that it must not: earlier records, devices, links, another output."""

import os
import pathlib
import resource
import socket
import stat
import subprocess
import tempfile
import unittest

from harness import PATIENCE, Server, TestCase, binary, run, until

SCENARIO = """smtpsim: 1
scenario: s
profile: esmtp
client: {command: ["true"]}
expect: {sessions: 0}
"""


class Outputs(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def refused(self, code, what, *arguments):
        done = run(*arguments, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (code, "", f"smtpsim: {what}\n"))


class Reports(Outputs):
    def test_a_device_a_fifo_and_a_link_are_written_into(self):
        self.file("s.yaml", SCENARIO)
        os.mkfifo(self.folder / "fifo")
        (self.folder / "link").symlink_to("target")
        (self.folder / "stdout").symlink_to("/proc/self/fd/1")
        (self.folder / "null").symlink_to("/dev/null")
        reader = os.open(self.folder / "fifo", os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        done = run("run", "s.yaml", "--quiet", "--report", "tap=fifo", "--report", "json=null", "--report",
                   "junit=link", "--report", "markdown=stdout", cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(b"TAP version", os.read(reader, 4096))
        self.assertTrue(stat.S_ISFIFO((self.folder / "fifo").lstat().st_mode))
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertIn("<testsuites", (self.folder / "target").read_text())
        self.assertTrue((self.folder / "stdout").is_symlink())
        self.assertIn("passed", done.stdout)

    def test_a_fifo_that_nobody_reads_is_3_and_no_hang(self):
        self.file("s.yaml", SCENARIO)
        os.mkfifo(self.folder / "fifo")
        self.refused(3, "fifo: cannot write: nothing reads it", "run", "s.yaml", "--quiet", "--report", "tap=fifo")
        for option in ("--journal", "--log", "--port-file", "--ready-file"):
            with self.subTest(option=option):
                self.refused(3, "fifo: cannot write: nothing reads it", "serve", "--listen", "127.0.0.1:0", "--quiet",
                             option, "fifo")

    def test_a_file_may_be_named_by_its_descriptor(self):
        with open(self.folder / "ports", "w") as ports:
            with Server("submission", options=["--ca-file", "/dev/stdout"]) as server:
                self.assertIn("BEGIN CERTIFICATE", (server.folder / "stdout").read_text())
            done = subprocess.run([binary(), "send", "esmtp", "--quiet", "--journal", f"/dev/fd/{ports.fileno()}"],
                                  pass_fds=[ports.fileno()], capture_output=True, timeout=PATIENCE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn('"event":', (self.folder / "ports").read_text())


class Records(Outputs):
    def test_an_earlier_record_is_refused_and_stays(self):
        self.file("j", "earlier\n")
        for command in (["serve", "--listen", "127.0.0.1:0", "--quiet"], ["modem", "--pty", "modem", "--quiet"],
                        ["send", "esmtp", "--quiet"]):
            for option in ("--journal", "--log"):
                with self.subTest(command=command, option=option):
                    self.refused(3, "j: is there already and is not empty; remove it or name another", *command,
                                 option, "j")
        self.assertEqual((self.folder / "j").read_text(), "earlier\n")

    def test_a_link_is_refused(self):
        (self.folder / "j").symlink_to("target")
        for option in ("--journal", "--log"):
            self.refused(3, "j: is a symbolic link; name the file that it leads to", "send", "esmtp", "--quiet",
                         option, "j")
        self.assertFalse((self.folder / "target").exists())

    def test_an_empty_file_is_taken(self):
        self.file("j", "")
        self.assertEqual(run("send", "esmtp", "--quiet", "--journal", "j", cwd=self.folder).returncode, 0)
        self.assertIn('"event":', (self.folder / "j").read_text())


class Twice(Outputs):
    def test_one_file_for_two_outputs_is_2(self):
        self.file("s.yaml", SCENARIO)
        self.file("x", "")
        (self.folder / "y").symlink_to("x")
        for one, other, path, command in (
                ("--log", "--journal", "x", ["serve", "--log", "x", "--journal", "x"]),
                ("--log", "--journal", "./z", ["serve", "--log", "z", "--journal", "./z"]),
                ("--port-file", "--ready-file", "y", ["serve", "--port-file", "x", "--ready-file", "y"]),
                ("--ca-file", "--crl-file", "c", ["serve", "--ca-file", "c", "--crl-file", "c"]),
                ("--log", "--journal", "/dev/stdout", ["serve", "--log", "-", "--journal", "/dev/stdout"]),
                ("--journal", "--ready-file", "r", ["modem", "--journal", "r", "--ready-file", "r"]),
                ("--log", "--journal", "-", ["send", "esmtp", "--journal", "-", "--log", "-"]),
                ("--report tap", "--report junit", "r", ["run", "s.yaml", "--report", "tap=r", "--report", "junit=r"]),
                ("--report tap", "--sarif", "r", ["run", "s.yaml", "--report", "tap=r", "--sarif", "r"]),
                ("--json", "--sarif", "-", ["profile", "check", "s.yaml", "--json", "--sarif", "-"]),
                ("--json", "--report tap", "-", ["run", "s.yaml", "--json", "--report", "tap=-"])):
            with self.subTest(command=command):
                self.refused(2, f"{one} and {other} are the same output: {path}", *command)

    def test_dev_null_may_be_named_twice(self):
        self.assertEqual(run("send", "esmtp", "--quiet", "--journal", "/dev/null", "--log", "/dev/null").returncode, 0)


class Descriptors(Outputs):
    def test_a_closed_standard_output_does_not_become_the_journal(self):
        for number, closed in enumerate((">&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-")):
            with self.subTest(closed=closed):
                journal = self.folder / f"j{number}"
                done = subprocess.run(["bash", "-c", f"exec {binary()} send esmtp --journal {journal} {closed}"],
                                      timeout=PATIENCE, capture_output=True)
                self.assertEqual(done.returncode, 0)
                for line in journal.read_text().splitlines():
                    self.assertRegex(line, r"\A\{.*\}\Z")

    def test_connections_that_wait_for_descriptors_are_told_once_until_they_are_served(self):
        line = "smtpsim: no descriptor is left; connections wait\n"

        def connect_many(server):
            return [socket.create_connection(("127.0.0.1", server.port), PATIENCE) for _ in range(60)]

        with Server(keep_messages=False, traffic=False,
                    preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))) as server:
            for times in (1, 2):
                peers = connect_many(server)
                until(lambda: server.stderr() == line * times, "the line")
                for peer in peers[:30]:  # at the limit: as some go, others come
                    peer.close()
                for peer in peers[:-31:-1]:
                    self.assertEqual(peer.recv(3), b"220")
                    peer.close()
                with server.connect() as wire:
                    wire.ask("NOOP")
                self.assertEqual(server.stderr(), line * times)


if __name__ == "__main__":
    unittest.main()
