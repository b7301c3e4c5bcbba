"""A message that was answered with 250 is on disk, whole; one that cannot be kept is answered with 452."""

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import unittest

import contents
from harness import Server, TestCase, run, until


def names(folder):
    """What is in it, but for hidden files."""
    return sorted(name for name in os.listdir(folder) if not name.startswith("."))


def mount_tiny(folder):
    """A file system of 256 KiB on the folder; False if this process is not allowed to mount."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder],
                          stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode == 0


class FullDisk(TestCase):
    def check(self, server, make_room):
        big = contents.large(400 << 10)
        with server.connect() as wire:
            wire.envelope()
            wire.message(contents.SIMPLE)
            before = names(server.messages_folder)
            self.assertEqual(len(before), 2)
            wire.envelope()
            wire.message(big, code=452)
            self.assertEqual(names(server.messages_folder), before, "half a message")
            wire.ask("NOOP")
            make_room()
            wire.envelope()
            wire.message(big)
            wire.ask("QUIT", 221)
        kept = server.messages()
        self.assertEqual(len(kept), 2)
        self.assertOctets(max((message.content for message in kept), key=len), big)

    def test_a_full_disk_is_452_and_the_session_goes_on(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            if os.geteuid() == 0 and mount_tiny(folder):
                try:
                    with Server(messages=folder) as server:
                        self.check(server, lambda: subprocess.run(
                            ["mount", "-o", "remount,size=4m", folder], check=True,
                            stdin=subprocess.DEVNULL))
                finally:
                    subprocess.run(["umount", folder], check=True, stdin=subprocess.DEVNULL)
            else:
                self.check_with_a_limit()

    def test_a_file_size_limit_is_452_and_the_session_goes_on(self):
        self.check_with_a_limit()

    def check_with_a_limit(self):
        """The same without the right to mount: the kernel's limit on the size of a file."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # or the kernel kills the process
            resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 10, resource.RLIM_INFINITY))

        with Server(preexec=limit, traffic=False) as server:
            def lift():
                resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE,
                                 (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            self.check(server, lift)

    def test_a_messages_folder_that_cannot_be_made_is_452_and_the_session_goes_on(self):
        with Server() as server, server.connect() as wire:
            wire.envelope()
            wire.message(contents.SIMPLE)
            shutil.rmtree(server.messages_folder)
            server.messages_folder.write_text("in the way\n")
            wire.envelope()
            wire.message(contents.SIMPLE, code=452)
            wire.ask("NOOP")

    def test_a_messages_folder_that_is_removed_or_made_anew_works_on(self):
        for made_anew in (True, False):
            with self.subTest(made_anew=made_anew), Server() as server, server.connect() as wire:
                wire.envelope()
                wire.message(contents.SIMPLE)
                shutil.rmtree(server.messages_folder)
                if made_anew:
                    server.messages_folder.mkdir()
                for _ in range(2):
                    wire.envelope()
                    wire.message(contents.SIMPLE)
                self.assertEqual(len(server.messages()), 2)
                self.assertEqual(server.stderr(), "")


class Shared(TestCase):
    def test_two_servers_in_one_folder_lose_no_message(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            with Server(messages=folder) as one, Server(messages=folder) as two:
                sent = []
                with one.connect() as first, two.connect() as second:
                    for number in range(10):
                        for wire, name in ((first, "first"), (second, "second")):
                            sent.append(f"Subject: {name} {number}\r\n\r\ntext\r\n".encode())
                            wire.envelope()
                            wire.message(sent[-1])
                self.assertEqual(sorted(message.content for message in one.messages()), sorted(sent))

    def test_leftovers_go_at_the_next_start_unless_another_server_runs(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            with Server(messages=folder):
                for name in ("000001.json", "000002.json.part", "000002.eml.part"):
                    pathlib.Path(folder, name).write_text("{}")
                with Server(messages=folder) as second:
                    self.assertEqual((len(names(folder)), second.stderr()), (3, ""))
            with Server(messages=folder) as alone:
                self.assertEqual(alone.stderr(), f"smtpsim: {folder}: removed 3 files that a killed server has left\n")
                self.assertEqual(names(folder), [])


class Modes(TestCase):
    def modes(self, server):
        paths = {"folder": server.messages_folder, "message": server.messages_folder / "000001.eml",
                 "envelope": server.messages_folder / "000001.json", "journal": server.journal_file,
                 "log": server.log_file, "socket": pathlib.Path(server.socket_path)}
        return {name: oct(path.stat().st_mode & 0o7777) for name, path in paths.items()}

    def test_what_is_recorded_is_its_owners_unless_asked_otherwise(self):
        for options, umask, file, folder in (((), 0, "0o600", "0o700"),
                                             (("--file-mode", "0640"), 0o077, "0o640", "0o750")):
            with self.subTest(options=options):
                with Server(unix=True, options=options, preexec=lambda: os.umask(umask)) as server:
                    with server.connect() as wire:
                        wire.envelope()
                        wire.message(contents.SIMPLE)
                    self.assertEqual(self.modes(server),
                                     {"folder": folder, "socket": folder, "message": file, "envelope": file,
                                      "journal": file, "log": file})

    def test_a_mode_that_is_none_is_2(self):
        for command in ("serve", "modem", "send"):
            for mode in ("0800", "rw", "", "10640", "0440"):
                with self.subTest(command=command, mode=mode):
                    done = run(command, "--file-mode", mode)
                    self.assertEqual((done.returncode, done.stdout), (2, ""))
                    self.assertRegex(done.stderr, r"\Asmtpsim: --file-mode: .*0640.*\n\Z")


class Killed(TestCase):
    def test_after_250_the_message_survives_kill_9(self):
        content = contents.large(1 << 20)
        with Server(exit_codes=(-signal.SIGKILL,)) as server:
            with server.connect() as wire:
                wire.envelope(recipients=["a@elsewhere.com", "b@elsewhere.com"])
                wire.message(content)
                server.process.kill()
            server.wait()
            message = self.only_message(server)
            self.assertOctets(message.content, content)
            self.assertEqual(message.recipients, ["a@elsewhere.com", "b@elsewhere.com"])

    def test_killed_in_the_middle_no_half_message_shows(self):
        with Server(exit_codes=(-signal.SIGKILL,)) as server:
            with server.connect() as wire:
                wire.envelope()
                wire.ask("DATA", 354)
                wire.send(contents.large(1 << 20))
                until(lambda: server.journal_file.stat().st_size > 0, "content on its way")
                server.process.kill()
            server.wait()
            self.assertEqual([p.name for p in server.messages_folder.iterdir()
                              if p.suffix in (".eml", ".json")], [])


class Names(TestCase):
    def test_what_a_client_says_never_becomes_a_file_name(self):
        with Server("post-office-1996") as server:
            with server.connect() as wire:
                wire.ask("EHLO ../../../../tmp/x")
                wire.ask('MAIL FROM:<"../../x"@somewhere.com>')
                wire.ask('RCPT TO:<"../../y"@elsewhere.com>')
                wire.message(contents.SIMPLE)
            message = self.only_message(server)
            self.assertEqual(message.helo, "../../../../tmp/x")
            self.assertEqual(len(names(server.messages_folder)), 2)


if __name__ == "__main__":
    unittest.main()
