"""A pytest fixture that starts mail servers which fail as configured.

    pytest_plugins = ["smtpsim_fixture"]      # in conftest.py, with this file where Python finds it

    def test_a_full_mailbox(smtpsim):
        server = smtpsim(faults=["kb155455/message/552"])
        ...                                   # the code under test sends mail to server.host, server.port
        assert server.messages() == []

The binary is $SMTPSIM, or smtpsim in PATH. A test needs no clean-up: its servers are stopped after it, and an
exit code other than 0 is an error. Standard library only, apart from pytest.
"""

import dataclasses
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import textwrap
import time

import pytest

PATIENCE = 20.0  # seconds for a start or a stop, on a busy machine


def binary():
    """The smtpsim to run; without one the tests are skipped."""
    found = os.environ.get("SMTPSIM") or shutil.which("smtpsim")
    if not found:
        pytest.skip("no smtpsim: set SMTPSIM, or put it into PATH")
    return found


@dataclasses.dataclass
class Message:
    """What the server has kept: the content in octets, unchanged except for dot-stuffing, and the envelope."""
    content: bytes
    sender: str
    recipients: list
    about: dict  # everything that smtpsim reports about it


class Server:
    """A running `smtpsim serve`.

    host, port        its address; the host is "localhost", as in its certificate
    tls_port          the port where TLS comes before the greeting
    ca_file           the path of the CA that a client has to trust
    """

    host = "localhost"

    def __init__(self, folder, profile, faults, seed, options):
        self.folder = folder
        self.ca_file = str(folder / "ca.pem")
        self._messages, self._journal = folder / "messages", folder / "journal.jsonl"
        ready, ports = folder / "ready", folder / "ports"
        command = [binary(), "serve", self._path(profile, "profile.yaml"), "--seed", str(seed),
                   "--listen", "localhost:0", "--tls-listen", "localhost:0", "--ca-file", self.ca_file,
                   "--messages", str(self._messages), "--journal", str(self._journal),
                   "--ready-file", str(ready), "--port-file", str(ports), "--quiet", *map(str, options)]
        for number, fault in enumerate(faults):
            command += ["--fault", self._path(fault, f"fault{number}.yaml")]
        self._errors = folder / "stderr"
        with open(self._errors, "wb") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        try:
            self._until(lambda: ready.exists() or self._process.poll() is not None, "smtpsim to listen")
            if not ready.exists():
                raise RuntimeError(self._errors.read_text(errors="replace").strip())
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        self.port, self.tls_port = map(int, ports.read_text().split())

    def _path(self, given, name):
        """A name or a path is passed on; YAML text, which has several lines, is written to a file."""
        given = str(given)
        if "\n" not in given:
            return given
        given = textwrap.dedent(given)
        if given.lstrip().startswith("-"):  # a list of faults
            given = "smtpsim: 1\nfaults:\n" + given
        (self.folder / name).write_text(given)
        return str(self.folder / name)

    @staticmethod
    def _until(condition, what):
        deadline = time.monotonic() + PATIENCE
        for pause in itertools.chain([0.002] * 10, itertools.repeat(0.02)):
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {PATIENCE} s for {what}")
            time.sleep(pause)

    def journal(self, event=None):
        """All events so far, one dictionary per event; or only the events of one kind."""
        lines = self._journal.read_bytes().split(b"\n")[:-1]  # the last one may be unfinished
        events = [json.loads(line) for line in lines]
        return [entry for entry in events if event is None or entry["event"] == event]

    def findings(self):
        """The ids of what the client did wrong: ["early-talker", "bare-lf"]."""
        return [entry["finding"] for entry in self.journal("finding")]

    def messages(self):
        """The kept messages, in order of arrival. When a client has its 250, its message is in the list."""
        found = []
        for path in self._messages.glob("*.json"):
            about = json.loads(path.read_text())
            found.append(Message(path.with_suffix(".eml").read_bytes(), about["sender"], about["recipients"], about))
        return sorted(found, key=lambda message: (message.about["at"], message.about["id"]))

    def wait_for(self, event, count=1):
        """Waits until this number of events of a kind is in the Journal, and returns them."""
        def enough():
            events = self.journal(event)
            return events if len(events) >= count else None
        return self._until(enough, f"{count} of {event}")

    def stop(self):
        """Stops the server; the kept messages and the Journal stay until the end of the test."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        if code != 0:
            raise RuntimeError(f"smtpsim ended with {code}: {self._errors.read_text(errors='replace').strip()}")


@pytest.fixture
def smtpsim(tmp_path):
    """smtpsim(profile="esmtp", faults=[], seed=1, options=[]) starts a server; call it as often as needed.

    profile: a name, a file, or YAML. faults: ids of the catalogue, files, or YAML (also a list of faults). options: more
    options of `smtpsim serve`.
    """
    servers = []

    def start(profile="esmtp", *, faults=(), seed=1, options=()):
        folder = pathlib.Path(tmp_path) / f"smtpsim{len(servers)}"
        folder.mkdir()
        server = Server(folder, profile, faults, seed, options)
        servers.append(server)
        return server

    yield start
    for server in reversed(servers):
        server.stop()
