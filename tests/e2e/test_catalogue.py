"""What real clients do with entries of the fault catalogue, pinned in catalogue_outcomes.txt; see outcomes.py.

Each row is one client's delivery to a new server, so that entries which count sessions, clients or
recipients start from the beginning.
"""

import json
import os
import pathlib
import smtplib
import subprocess
import unittest

import clients
import contents
import outcomes
from harness import TestCase, run

TABLE = outcomes.Table(pathlib.Path(__file__).with_name("catalogue_outcomes.txt"), """\
# What clients do with catalogue entries; see test_catalogue.py. Written by SMTPSIM_E2E_PIN=1.
# A row of curl>=8 replaces the row above it if curl has at least that version.
""")
RECIPIENTS = ["janed@elsewhere.com", "johns@elsewhere.com"]
CLIENT_PATIENCE = 3  # seconds: the client's timeout; silent entries take this long
HANGS = 10  # seconds: swaks, which also waits for the reply to its QUIT, ends earlier


def swaks(server, path):
    # swaks ends its data with CRLF "." CRLF, whatever comes before.
    path.write_bytes(contents.SIMPLE.removesuffix(b"\r\n"))
    return [clients.find("swaks"), "--server", "127.0.0.1", "--port", str(server.port),
            "--ehlo", "smtp-client", "--from", clients.SENDER, "--to", ",".join(RECIPIENTS),
            "--data", f"@{path}", "--suppress-data", "--timeout", f"{CLIENT_PATIENCE}s"]


def curl(server, path):
    path.write_bytes(contents.SIMPLE)
    to = [word for recipient in RECIPIENTS for word in ("--mail-rcpt", recipient)]
    return [clients.find("curl"), "--silent", "--show-error", "--disable", "--noproxy", "*",
            f"smtp://127.0.0.1:{server.port}/smtp-client", "--mail-from", clients.SENDER, *to,
            "--upload-file", str(path), "--max-time", str(CLIENT_PATIENCE)]


def msmtp(server, path):
    # It reads lines that end with LF from its standard input, and writes CRLF itself.
    path.write_bytes(contents.SIMPLE.replace(b"\r\n", b"\n"))
    return [clients.find("msmtp"), "--host=127.0.0.1", f"--port={server.port}",
            "--domain=smtp-client", f"--from={clients.SENDER}", "--tls=off", "--auth=off",
            "--set-from-header=off", "--set-date-header=off", "--set-msgid-header=off",
            f"--timeout={CLIENT_PATIENCE}", "--", *RECIPIENTS]


COMMANDS = {"swaks": swaks, "curl": curl, "msmtp": msmtp}
CLIENTS = [*COMMANDS, "smtplib"]


def deliver(client, server):
    """The outcome as in the table, and the output of the client."""
    if client == "smtplib":
        return deliver_by_smtplib(server)
    path = server.folder / "to-send.eml"
    command = COMMANDS[client](server, path)
    with open(path if client == "msmtp" else os.devnull, "rb") as stdin:
        try:
            done = subprocess.run(command, stdin=stdin, capture_output=True, timeout=HANGS,
                                  env={"PATH": os.environ["PATH"], "HOME": "/nonexistent",
                                       "LC_ALL": "C"})
        except subprocess.TimeoutExpired as error:
            return "hangs", (error.stdout or b"").decode("latin-1")
    return str(done.returncode), (done.stdout + done.stderr).decode("latin-1")


def deliver_by_smtplib(server):
    try:
        with smtplib.SMTP("127.0.0.1", server.port, "smtp-client", timeout=CLIENT_PATIENCE) as client:
            refused = client.sendmail(clients.SENDER, RECIPIENTS, contents.SIMPLE)
    except Exception as error:  # any exception belongs in the table
        return type(error).__name__, str(error)
    return "ok", str(refused)


class Catalogue(TestCase):
    """One test per client; made below."""

    def check(self, client):
        differences = TABLE.differences(
            client, lambda entry, client: outcomes.see(entry, client, deliver))
        if differences:
            self.fail(f"{len(differences)} rows differ\n" + "\n".join(differences))


class Table(TestCase):
    def test_it_has_every_client_for_every_entry(self):
        rows = TABLE.rows_of_any_version()
        entries = list(dict.fromkeys(row.entry for row in rows))
        self.assertEqual([row[:2] for row in rows],
                         [(entry, client) for entry in entries for client in CLIENTS])

    def test_entries_of_one_layer_are_listed(self):
        listed = json.loads(run("fault", "list", "--layer", "esmtp", "--json").stdout)
        self.assertEqual({entry["layer"] for entry in listed}, {"esmtp"})
        everything = json.loads(run("fault", "list", "--json").stdout)
        self.assertEqual(len(listed), sum(entry["layer"] == "esmtp" for entry in everything))
        done = run("fault", "list", "--layer", "emstp")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r'\Asmtpsim: --layer: no layer called "emstp"; did you mean esmtp; there are ')
        self.assertEqual(run("fault", "list", "kb155455/*", "--layer", "tls").returncode, 2)

    def test_its_entries_are_in_the_catalogue(self):
        listed = {line.split()[0] for line in run("fault", "list").stdout.splitlines() if line}
        self.assertEqual({row.entry for row in TABLE.rows()} - listed, set())


def _add(client):
    def test(self):
        self.check(client)
    test.__name__ = f"test_{client}"
    test.__doc__ = f"{client}: every entry of the table"
    if client in COMMANDS and clients.find(client) is None:
        test = unittest.skip(f"{client} is not installed")(test)
    setattr(Catalogue, test.__name__, test)


for _client in CLIENTS:
    _add(_client)

if __name__ == "__main__":
    unittest.main()
