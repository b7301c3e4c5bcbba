"""Real terminal programs and dialers at the port of `smtpsim modem`: each sends a mail and hangs up, and each
meets BUSY, NO CARRIER when it dials, a carrier that is lost in mid-session, and an init string that is refused."""

import os
import signal
import subprocess
import unittest

from harness import PATIENCE, TestCase, until
from terminals import Modem, Program, open_terminal, where
from test_example_clients import is_known

SMTP, BUSY, NO_CARRIER, LOST = "5551234", "5550001", "5550002", "5550003"
PROFILE = f"""\
smtpsim: 1
profile: exchange
extends: post-office-1996
modem:
  personality: rockwell
  phone-book: {{"{BUSY}": busy, "{NO_CARRIER}": no-carrier, "*": smtp}}
faults: [{{at: carrier, when: {{number: "{LOST}"}}, do: [{{line: {{drop-octets: 30B}}}}]}}]
"""
GOOD_INIT, BAD_INIT = "AT&F&C1&D2", "AT&F1"  # &F1 is a command of USRobotics: this modem has only &F0
SESSION = [("HELO client.test", "250"), ("MAIL FROM:<jdoe@somewhere.com>", "250"),
           ("RCPT TO:<janed@elsewhere.com>", "250"), ("DATA", "354"),
           ("Subject: by modem\\r\\n\\r\\nHello\\r\\n.", "250"), ("QUIT", "221")]  # escapes that all programs have


def octets(text):
    return text.replace("\\r\\n", "\r\n").encode() + b"\r\n"


class Client(TestCase):
    """The result of a call is in the journal, and the message in the folder, whatever the client shows."""
    program = package = None

    def setUp(self):
        if where(self.program) is None:
            allowed = "" if is_known(self.package) else "allowed: "
            self.skipTest(f"{allowed}no {self.package}")
        self.modem = self.enterContext(Modem(PROFILE))
        self.folder = self.modem.folder
        (self.folder / "home").mkdir()

    def assertDelivered(self):
        kept = self.only_message(self.modem)
        self.assertEqual(kept.recipients, ["janed@elsewhere.com"])
        self.assertIn(b"\r\nHello\r\n", kept.content)
        self.assertCallEnded()

    def assertCallEnded(self, why=None):
        ended = self.modem.await_events("call-ended")[-1]
        if why:
            self.assertEqual(ended["why"], why)

    def assertRefused(self):
        self.assertTrue(any("ERROR" in event["octets"] for event in self.modem.events("result")))
        self.assertEqual(self.modem.events("dialled"), [])

    def assertWholeNextCall(self):
        """The port is in its first state for the next client that opens it."""
        with self.modem.open() as line:
            line.command("AT")


class Chat(Client):
    program, package = "chat", "ppp"

    def chat(self, number, init=GOOD_INIT):
        """Its exit code. An ABORT string's is 4 for the first, 5 for the second and so on: chat(8)."""
        words = ["ABORT", "BUSY", "ABORT", "NO CARRIER", "ABORT", "ERROR", "TIMEOUT", "15",
                 "", init, "OK", f"ATDT{number}", "CONNECT", "\\c", "220", "\\c"]
        for text, code in SESSION:
            words[-1:] = [text + "\\r\\n\\c", code, "\\c"]
        with open_terminal(self.modem.link, local=True) as port:
            done = subprocess.run([where("chat"), "-s", "-S", *words], stdin=port, stdout=port,
                                  stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE)
        return done.returncode

    def test_delivers_and_hangs_up(self):
        self.assertEqual(self.chat(SMTP), 0)
        self.assertDelivered()

    def test_again_when_the_modem_has_hung_up(self):
        """What the modem sends while no client has the port open is not for the next client."""
        words = ["ABORT", "BUSY", "ABORT", "NO CARRIER", "", "ATZ", "OK", f"ATDT{SMTP}", "220 ", "\\c"]
        for call in range(3):
            with open_terminal(self.modem.link, local=True) as port:
                done = subprocess.run([where("chat"), "-t", "5", "-s", "-S", *words], stdin=port, stdout=port,
                                      stderr=subprocess.PIPE, text=True, timeout=3 * PATIENCE)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.modem.await_events("call-ended", call + 1)

    def test_busy(self):
        self.assertEqual(self.chat(BUSY), 4)
        self.assertCallEnded("BUSY")

    def test_no_carrier(self):
        self.assertEqual(self.chat(NO_CARRIER), 5)
        self.assertCallEnded("NO CARRIER")

    def test_carrier_lost_in_mid_session(self):
        self.assertEqual(self.chat(LOST), 5)
        self.assertCallEnded("carrier lost")
        self.assertWholeNextCall()

    def test_init_string_refused(self):
        self.assertEqual(self.chat(SMTP, BAD_INIT), 6)
        self.assertRefused()


class Wvdial(Client):
    program, package = "wvdial", "wvdial"
    CRASH = b"Assertion `*current_task->stack_magic == WVTASK_MAGIC' failed"  # 1.61 sometimes does this

    def shows(self, number, *wanted, init="ATZ"):
        """Dials, and shows these texts one after the other."""
        settings = {"Modem": self.modem.link, "Baud": 57600, "Init1": init, "Phone": number, "Username": "jdoe",
                    "Password": "secret", "Dial Attempts": 1, "Auto Reconnect": "off", "Stupid Mode": "yes"}
        path = self.folder / "wvdial.conf"
        path.write_text("[Dialer Defaults]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items()))
        for _ in range(5):
            with Program([where("wvdial"), "-C", path], self.folder / "home") as program:
                try:
                    for each in wanted:
                        program.expect(each)
                    return
                except AssertionError:
                    if self.CRASH not in program.shown and program.end() != -signal.SIGSEGV:
                        raise
        if self.CRASH not in program.shown:
            self.skipTest("allowed: wvdial crashes whenever it dials")  # 1.61-8 of Debian 13
        self.fail("it crashed each time")

    def test_connects_and_starts_pppd(self):
        if os.path.exists("/dev/ppp"):
            self.skipTest("allowed: this kernel has PPP, pppd would set up a link")
        self.shows(SMTP, b"--> Modem initialized.", b"--> Carrier detected.  Starting PPP immediately.",
                   b"--> The PPP daemon has died: No ppp module error (exit code = 4)")
        self.assertCallEnded()

    def test_busy(self):
        self.shows(BUSY, *[b"--> The line is busy. Trying again."] * 2)  # without end, whatever Dial Attempts is
        self.assertCallEnded("BUSY")

    def test_no_carrier(self):
        self.shows(NO_CARRIER, b"--> No Carrier!  Trying again.", b"--> Maximum Attempts Exceeded..Aborting!!")
        self.assertCallEnded("NO CARRIER")

    def test_init_string_refused(self):
        self.shows(SMTP, b"--> Bad init string.", init=BAD_INIT)
        self.assertRefused()


class AtTheKeyboard(Client):
    """What a person types and sees; each program is started and ended in its own way."""

    hung_up = (b"OK",)

    def enter(self):
        """Types until there is an answer: a program may discard what is typed too early."""
        self.terminal = self.enterContext(Program(self.command(), self.folder / "home"))
        self.terminal.expect(self.ready)
        until(lambda: self.terminal.type(b"AT\r") or self.terminal.shows(b"OK", 1), "an answer to AT")

    def dial(self, number, *answers):
        self.terminal.type(f"{GOOD_INIT}\r".encode())
        self.terminal.expect(b"OK")
        self.terminal.type(f"ATDT{number}\r".encode())
        return self.terminal.expect(*answers)

    def test_delivers_and_hangs_up(self):
        self.enter()
        self.dial(SMTP, b"\n220 ")
        for text, code in SESSION[:-1]:
            self.terminal.type(octets(text))
            self.terminal.expect(f"\n{code} ".encode())
        self.hang_up()
        self.leave()
        self.assertDelivered()

    def hang_up(self):
        """After a second of silence, which S12 requires."""
        self.terminal.rest(1.1)
        self.terminal.type(b"+++")
        self.terminal.expect(b"OK")
        self.terminal.type(b"ATH\r")
        self.terminal.expect(*self.hung_up)

    def test_busy(self):
        self.enter()
        self.dial(BUSY, b"BUSY")
        self.leave()
        self.assertCallEnded("BUSY")

    def test_no_carrier(self):
        self.enter()
        self.dial(NO_CARRIER, b"NO CARRIER")
        self.leave()
        self.assertCallEnded("NO CARRIER")

    def test_carrier_lost_in_mid_session(self):
        self.enter()
        self.dial(LOST, b"\n220 ")
        self.terminal.type(octets(SESSION[0][0]))
        self.terminal.expect(b"\n250 ")
        self.terminal.type(octets(SESSION[1][0]))
        self.lost()
        self.assertCallEnded("carrier lost")
        self.assertWholeNextCall()

    def lost(self):
        self.terminal.expect(b"NO CARRIER")
        self.leave()

    def test_init_string_refused(self):
        self.enter()
        self.terminal.type(f"{BAD_INIT}\r".encode())
        self.terminal.expect(b"ERROR")
        self.leave()
        self.assertRefused()


class Picocom(AtTheKeyboard):
    program, package = "picocom", "picocom"
    ready = b"Terminal ready"

    def command(self):
        return ["picocom", "--baud", "57600", self.modem.link]

    def leave(self):
        self.terminal.type(b"\x01\x18")
        self.assertEqual(self.terminal.end(), 0)

    def test_pulse_dtr_has_no_circuit_on_a_pty(self):
        self.enter()
        self.terminal.type(b"\x01\x10")
        self.terminal.expect(b"pulse DTR")
        self.terminal.expect(b"FAILED")
        self.leave()


class Cu(AtTheKeyboard):
    program, package = "cu", "cu"
    ready = b"Connected."
    # It checks DCD: the hang-up of the port may come before the modem's text about it is read.
    hung_up = (b"OK", b"Got hangup signal")

    def command(self):
        return ["cu", "-l", self.modem.link, "-s", "57600"]

    def lost(self):
        self.terminal.expect(b"NO CARRIER", b"Got hangup signal")
        self.terminal.type(b"\r~.")
        self.terminal.expect(b"Disconnected.")
        self.terminal.end()

    def leave(self):
        self.terminal.type(b"\r~.")
        self.terminal.expect(b"Disconnected.")
        ended = self.terminal.end()
        if b"Got hangup signal" not in self.terminal.shown:
            self.assertEqual(ended, 0)


class Minicom(Client):
    program, package = "minicom", "minicom"
    # `send` changes each LF to CR: the session uses another way.
    script = """\
send "{init}"
expect {{
    "OK"
    "ERROR" goto error
}}
send "ATDT{number}"
expect {{
    "220 "
    "BUSY" goto busy
    "NO CARRIER" goto lost
}}
{session}
! echo sent > outcome
exit
lost:
! echo lost > outcome
exit
busy:
! echo busy > outcome
exit
error:
! echo error > outcome
exit
"""

    def outcome(self, number, init=GOOD_INIT):
        session = "\n".join(f"!< printf '{text}\\r\\n'\nexpect {{\n    \"{code} \"\n    \"NO CARRIER\" goto lost\n}}"
                            for text, code in SESSION)
        home = self.folder / "home"
        (home / "script").write_text(self.script.format(init=init, number=number, session=session))
        terminal = self.enterContext(Program(
            ["minicom", "-D", self.modem.link, "-b", "57600", "-S", "script"], home))
        until(lambda: terminal.rest(0.01) or (home / "outcome").exists(), "the script's outcome", 2 * PATIENCE)
        # The script gets the keys while it runs. Yes means to leave without a reset.
        until(lambda: terminal.type(b"\x01q") or terminal.shows(b"Yes", 1), "the way out")
        terminal.type(b"\r")
        self.assertEqual(terminal.end(), 0)
        return (home / "outcome").read_text().strip()

    def test_delivers_and_hangs_up(self):
        self.assertEqual(self.outcome(SMTP), "sent")
        self.assertDelivered()

    def test_busy(self):
        self.assertEqual(self.outcome(BUSY), "busy")
        self.assertCallEnded("BUSY")

    def test_no_carrier(self):
        self.assertEqual(self.outcome(NO_CARRIER), "lost")
        self.assertCallEnded("NO CARRIER")

    def test_carrier_lost_in_mid_session(self):
        self.assertEqual(self.outcome(LOST), "lost")
        self.assertCallEnded("carrier lost")

    def test_init_string_refused(self):
        self.assertEqual(self.outcome(SMTP, BAD_INIT), "error")
        self.assertRefused()


class Kermit(Client):
    program, package = "kermit", "ckermit"

    def kermit(self, number, session=(), init=GOOD_INIT, hangs_up="rs232-signal"):
        """Its exit code, and its output. If it cannot dial, the code is C-Kermit's \\v(dialstatus)."""
        lines = [f"set line {self.modem.link}", "if fail exit 90", "set speed 57600", "set carrier-watch off",
                 "set flow none", "set modem type generic", "set modem command init-string " + init + "\\13",
                 "set dial retries 1", "set dial hangup off", f"set modem hangup-method {hangs_up}", f"dial {number}",
                 "if fail exit \\v(dialstatus)", "input 10 220", "if fail exit 91"]
        for text, code in session:
            text = text.replace("\\r\\n", "\\13\\10").replace(" ", "\\32")
            lines += [f"output {text}\\13\\10", f"minput 10 {code} {{NO CARRIER}}",
                      "if fail exit 92", "if = \\v(minput) 2 exit 93"]
        lines += ["hangup", "exit 0"]
        path = self.folder / "home" / "script"
        path.write_text("\n".join(lines) + "\n")
        program = self.enterContext(Program(["kermit", path], self.folder / "home"))
        code = program.end(2 * PATIENCE)
        return code, program.text()

    def test_delivers_and_hangs_up(self):
        for hangs_up in ("modem-command", "rs232-signal"):  # +++ and ATH; B0
            code, shown = self.kermit(SMTP, SESSION[:-1], hangs_up=hangs_up)
            self.assertEqual(code, 0, shown)
            self.assertIn("Call complete", shown)
            self.assertCallEnded("hung up")
        self.assertEqual(len(self.modem.messages()), 2)

    def test_busy(self):
        code, shown = self.kermit(BUSY)
        self.assertEqual(code, 22, shown)
        self.assertCallEnded("BUSY")

    def test_no_carrier(self):
        code, shown = self.kermit(NO_CARRIER)
        self.assertEqual(code, 23, shown)
        self.assertCallEnded("NO CARRIER")

    def test_carrier_lost_in_mid_session(self):
        code, shown = self.kermit(LOST, session=SESSION[:2])
        self.assertEqual(code, 93, shown)
        self.assertCallEnded("carrier lost")

    def test_init_string_refused(self):
        code, shown = self.kermit(SMTP, init=BAD_INIT)
        self.assertNotEqual(code, 0, shown)
        self.assertRefused()


def load_tests(loader, _, __):
    """Without the base classes."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(each)
                              for each in (Chat, Wvdial, Picocom, Cu, Minicom, Kermit))


if __name__ == "__main__":
    unittest.main()
