"""TLS and AUTH with real clients, and with openssl s_client: what works, what is refused, what is kept.

tls_outcomes.txt pins what clients that use TLS, check certificates and log in do with the catalogue's
failures; see outcomes.py.
"""

import json
import os
import pathlib
import re
import socket
import ssl
import subprocess
import unittest

import clients
import contents
import outcomes
import secure_clients
from harness import PATIENCE, Server, TestCase, Wire, run

TABLE = outcomes.Table(pathlib.Path(__file__).with_name("tls_outcomes.txt"), """\
# What clients that must use TLS and log in do with catalogue entries; see test_tls.py.
# Written by SMTPSIM_E2E_PIN=1.
# A row of curl>=8 replaces the row above it if curl has at least that version.
""")


class SecureServer(Server):
    """With a second port where TLS comes first, and the CA in ca.pem."""

    def __init__(self, profile="submission", *, options=(), **more):
        super().__init__(profile, listen=("localhost:0",), options=["--tls-listen", "localhost:0", *options], **more)

    def _start(self):
        self.options += ["--ca-file", self.folder / "ca.pem", "--crl-file", self.folder / "crl.pem"]
        super()._start()


def s_client(server, *more, port=1, said="QUIT\r\n"):
    """openssl s_client's exit code and output."""
    done = subprocess.run(
        ["openssl", "s_client", "-connect", f"localhost:{server.ports[port]}",
         "-servername", "localhost", "-CAfile", str(server.folder / "ca.pem"), "-ign_eof", *more],
        input=said.encode(), capture_output=True, timeout=PATIENCE)
    return done.returncode, (done.stdout + done.stderr).decode("latin-1")


def with_mechanism(name):
    return f"smtpsim: 1\nprofile: p\nextends: submission\nserver: {{auth: {{mechanisms: [{name}]}}}}\n"


def offering(mechanism):
    return f"smtpsim: 1\nfaults: [{{at: ehlo, do: [{{offer: AUTH {mechanism}}}]}}]\n"


class Deliveries(TestCase):
    """Each client, both ways to start TLS, each mechanism that it has; made below."""

    def deliver(self, name, tls):
        client = secure_clients.ALL[name]
        for mechanism in client.mechanisms:
            with self.subTest(mechanism=mechanism), SecureServer(with_mechanism(mechanism)) as server:
                outcome, output = client.send(server, tls, mechanism)
                self.assertIn(outcome, ("0", "ok"), output)
                self.assertIn(contents.SIMPLE, self.only_message(server).content)
                self.assertEqual([event["user"] for event in server.events("logged-in")], ["jdoe"])
                commands = [event["octets"] for event in server.events("received")
                            if event["stage"] == "auth"]
                self.assertTrue(commands[0].startswith(f"AUTH {mechanism}"), commands)
                self.assertEqual([], [event for event in server.events("finding")
                                      if event["finding"] not in ("no-quit",)])
                self.assert_no_secret(server)

    def assert_no_secret(self, server):
        for file in (server.journal_file, server.log_file):
            text = file.read_text("latin-1")
            for secret in ("secret", "c2VjcmV0", "AHNlY3JldA", "NlY3JldA=="):
                self.assertNotIn(secret, text, file)


class Outcomes(TestCase):
    """Each client, every entry of the table; made below."""

    def check(self, name):
        def see(entry, client):
            with SecureServer(options=["--fault", entry]) as server:
                outcome, output = secure_clients.ALL[client].send(server, "starttls", None)
                kept = len(list(server.messages_folder.glob("*.eml")))
                server.exit_codes = (0, -9)
                return outcomes.Row(entry, client, outcome, str(kept)), output[-1500:]

        differences = TABLE.differences(name, see)
        if differences:
            self.fail(f"{len(differences)} rows differ\n" + "\n".join(differences))


class WrongSignature(TestCase):
    """auth/scram-bad-signature is a normal exchange up to the server's signature."""

    def test_msmtp_reads_it(self):
        why = secure_clients.why_not("msmtp")
        if why:
            self.skipTest(why)
        scram = [each for each in secure_clients.ALL["msmtp"].mechanisms if each.startswith("SCRAM")]
        for mechanism in scram:
            with self.subTest(mechanism=mechanism), \
                    SecureServer(with_mechanism(mechanism), faults=[offering(mechanism)],
                                 options=["--fault", "auth/scram-bad-signature"]) as server:
                outcome, output = secure_clients.ALL["msmtp"].send(server, "starttls", mechanism)
                self.assertEqual(outcome, "70", output)
                self.assertIn("Error authenticating user", output)
                self.assertIn("334 dj1B", "".join(
                    event["octets"] for event in server.events("sent") if event["stage"] == "auth"))
                self.assertEqual(server.events("logged-in"), [])
                self.assertEqual(server.messages(), [])


class Table(TestCase):
    def test_it_has_every_client_for_every_entry(self):
        rows = TABLE.rows_of_any_version()
        entries = list(dict.fromkeys(row.entry for row in rows))
        self.assertGreaterEqual(len(entries), 25)
        self.assertEqual([row[:2] for row in rows],
                         [(entry, name) for entry in entries for name in secure_clients.ALL])


class Handshakes(TestCase):
    def test_starttls_and_tls_at_once(self):
        with SecureServer() as server:
            for port, more in ((1, ()), (0, ("-starttls", "smtp"))):
                code, output = s_client(server, "-verify_return_error", *more, port=port)
                self.assertEqual(code, 0, output)
                self.assertIn("Verify return code: 0 (ok)", output)
                self.assertIn("221 2.0.0", output)

    def test_versions_and_ciphers(self):
        for version, option in (("TLSv1.2", "-tls1_2"), ("TLSv1.3", "-tls1_3")):
            profile = ("smtpsim: 1\nprofile: p\nserver:\n"
                       f"  tls: {{versions: {version}}}\n")
            with SecureServer(profile) as server:
                self.assertIn(f"New, {version}", s_client(server, option)[1])
                other = "-tls1_3" if version == "TLSv1.2" else "-tls1_2"
                self.assertNotEqual(s_client(server, other)[0], 0)

    def test_clients_that_know_rsa_only(self):
        for tls, option, cipher in (
                ("{ciphers: ECDHE-RSA-AES128-SHA, versions: TLSv1.2}", ("-tls1_2",),
                 "ECDHE-RSA-AES128-SHA"),
                ("{versions: TLSv1.0..TLSv1.2}", ("-tls1", "-cipher", "AES128-SHA:@SECLEVEL=0"),
                 "AES128-SHA")):
            profile = f"smtpsim: 1\nprofile: p\nserver:\n  tls: {tls}\n"
            with self.subTest(cipher=cipher), SecureServer(profile) as server:
                code, output = s_client(server, "-verify_return_error", *option)
                self.assertEqual(code, 0, output)
                self.assertIn(f"Cipher is {cipher}\n", output)

    def test_wrong_certificates_are_wrong_for_their_own_reason(self):
        reasons = {"expired": "certificate has expired", "not-yet-valid": "not yet valid",
                   "wrong-host": "hostname mismatch|Hostname mismatch",
                   "self-signed": "self[- ]signed certificate",
                   "unknown-ca": "unable to get local issuer|self[- ]signed",
                   "weak-key": "key too (small|weak)", "weak-hash": "md too weak|digest algorithm too weak",
                   "wrong-usage": "nsuitable certificate purpose|unsupported certificate purpose",
                   "incomplete-chain": "unable to get local issuer|verify the first",
                   "revoked": "certificate revoked",
                   "nul-in-name": "ostname mismatch"}
        for kind, reason in reasons.items():
            profile = f"smtpsim: 1\nprofile: p\nserver:\n  tls: {{certificate: {kind}}}\n"
            with self.subTest(kind=kind), SecureServer(profile) as server:
                code, output = s_client(server, "-verify_return_error", "-verify_hostname",
                                        "localhost", "-auth_level", "2", "-crl_check", "-CRL",
                                        str(server.folder / "crl.pem"))
                self.assertNotEqual(code, 0)
                self.assertRegex(output, reason)

    def test_a_client_that_does_not_check_is_found_out(self):
        profile = "smtpsim: 1\nprofile: p\nserver:\n  tls: {certificate: expired}\n"
        with SecureServer(profile) as server:
            context = ssl._create_unverified_context()
            with socket.create_connection(("127.0.0.1", server.ports[1]), PATIENCE) as plain, \
                    context.wrap_socket(plain, server_hostname="localhost") as peer:
                wire = Wire(peer)
                wire.expect(220)
                wire.ask("EHLO a")
                wire.ask("QUIT", 221)
            found = [event["finding"] for event in server.events("finding")]
        self.assertIn("certificate-not-checked", found)

    def test_the_journal_says_what_was_agreed(self):
        with SecureServer() as server:
            s_client(server, "-alpn", "smtp")
            (secured,) = server.events("secured")
        self.assertEqual((secured["version"], secured["server_name"]), ("TLSv1.3", "localhost"))

    def test_a_session_is_resumed(self):
        with SecureServer() as server:
            saved = str(server.folder / "session")
            s_client(server, "-tls1_2", "-sess_out", saved)
            self.assertIn("Reused, TLSv1.2", s_client(server, "-tls1_2", "-sess_in", saved)[1])

    def test_a_long_message_and_many_sessions_within_tls(self):
        with SecureServer("smtpsim: 1\nprofile: p\nserver:\n  tls: {records: 700B}\n") as server:
            context = ssl.create_default_context(cafile=str(server.folder / "ca.pem"))
            big = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 76 + b"\r\n") * 20_000
            for _ in range(3):
                with socket.create_connection(("localhost", server.ports[1]), PATIENCE) as plain, \
                        context.wrap_socket(plain, server_hostname="localhost") as peer:
                    wire = Wire(peer)
                    wire.expect(220)
                    wire.envelope()
                    wire.message(big)
                    wire.ask("QUIT", 221)
            self.assertEqual([message.content == big for message in server.messages()], [True] * 3)


class BadInput(TestCase):
    def test_tls_on_the_plain_port(self):
        with SecureServer() as server:
            code, output = s_client(server, port=0)
            self.assertNotEqual(code, 0)
            self.assertRegex(output, "wrong version number|packet length too long|unexpected")

    def test_plain_text_on_the_tls_port(self):
        with SecureServer() as server:
            with socket.create_connection(("127.0.0.1", server.ports[1]), PATIENCE) as peer:
                peer.sendall(b"EHLO a\r\n")
                self.assertEqual(Wire(peer).ending(), "eof")
            (failed,) = server.events("handshake-failed")
            (closed,) = server.events("closed")
            received = [event["octets"] for event in server.events("received")]
        self.assertEqual(failed["why"], "the client does not speak TLS")
        self.assertEqual((closed["octets_in"], received), (8, ["EHLO a\r\n"]))

    def test_plain_text_behind_the_220(self):
        profile = "smtpsim: 1\nprofile: p\nserver:\n  tls: {}\n"
        with SecureServer(profile) as server:
            context = ssl.create_default_context(cafile=str(server.folder / "ca.pem"))
            with socket.create_connection(("localhost", server.ports[0]), PATIENCE) as plain:
                wire = Wire(plain)
                wire.expect(220)
                wire.ask("EHLO a")
                wire.ask("STARTTLS", 220)
                plain.sendall(b"MAIL FROM:<evil@a.test>\r\n")
                with context.wrap_socket(plain, server_hostname="localhost") as peer:
                    wire = Wire(peer)
                    wire.ask("EHLO a")
                    wire.ask("RCPT TO:<b@b.test>", 503)
                    wire.ask("QUIT", 221)
            found = [event["finding"] for event in server.events("finding")]
            received = [event["octets"] for event in server.events("received")]
        self.assertEqual(found, ["plaintext-after-starttls"])
        self.assertIn("MAIL FROM:<evil@a.test>\r\n", received)

    def test_half_a_client_hello_and_silence(self):
        profile = "smtpsim: 1\nprofile: p\nserver:\n  limits: {handshake: 300ms}\n"
        with SecureServer(profile) as server:
            with socket.create_connection(("127.0.0.1", server.ports[1]), PATIENCE) as peer:
                peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
                self.assertIn(Wire(peer).ending(), ("eof", "reset"))
            (failed,) = server.events("handshake-failed")
        self.assertEqual(failed["why"], "it took too long")

    def test_ciphers_that_do_not_exist(self):
        with open(os.path.join(self.folder(), "p.yaml"), "w") as file:
            file.write("smtpsim: 1\nprofile: p\nserver:\n  tls: {ciphers: ROT13}\n")
        done = run("serve", file.name, "--listen", "127.0.0.1:0")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "smtpsim: OpenSSL has no ciphers ROT13 for TLSv1.2..TLSv1.3\n"))

    def folder(self):
        import tempfile
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return folder.name

    def test_secrets_are_shown_when_asked_for(self):
        with Server("smtpsim: 1\nprofile: p\nserver:\n  auth: {}\n",
                    options=["--reveal-secrets"]) as server, server.connect() as wire:
            wire.ask("EHLO a")
            wire.ask("AUTH PLAIN AGpkb2UAc2VjcmV0", 235)
            self.assertIn("AGpkb2UAc2VjcmV0", json.dumps(server.events("received")))


def _add(case, name, label, act):
    def test(self):
        act(self)
    test.__name__ = f"test_{label}"
    why = secure_clients.why_not(name)
    setattr(case, test.__name__, unittest.skip(why)(test) if why else test)


for _name in secure_clients.ALL:
    for _tls in ("starttls", "implicit"):
        _add(Deliveries, _name, f"{_name}_{_tls}",
             lambda self, name=_name, tls=_tls: self.deliver(name, tls))
    _add(Outcomes, _name, _name, lambda self, name=_name: self.check(name))

if __name__ == "__main__":
    unittest.main()
