"""The ports of `smtpsim modem`: what each carries, and that no input breaks the next call."""

import os
import pathlib
import signal
import stat
import sys
import tempfile
import termios
import time
import unittest

from harness import PATIENCE, ROOT, TestCase, run, skip_unless_linux, until
from terminals import Line, Modem

sys.path.append("/usr/lib/python3/dist-packages")  # Debian's folder, if another python3 runs this
try:
    import serial.rfc2217
except ImportError:
    serial = None

DTR_TIME = 0.05  # seconds, S25: DTR that is off for less is not seen


def fault(at, do, when=""):
    return f"smtpsim: 1\nfaults:\n  - {{at: {at}{', when: {' + when + '}' if when else ''}, do: [{do}]}}\n"


def mail(line):
    """A whole session over an open line."""
    line.dial()
    for command, code in ((b"HELO client.test", 250), (b"MAIL FROM:<jdoe@somewhere.com>", 250),
                          (b"RCPT TO:<janed@elsewhere.com>", 250), (b"DATA", 354),
                          (b"Subject: by modem\r\n\r\nHello\r\n.", 250)):
        line.ask(command, code)


class Circuits(TestCase):
    """pyserial as a client of RFC 2217."""

    def setUp(self):
        if serial is None:
            self.skipTest("no python3-serial")

    def open(self, modem):
        port = serial.serial_for_url(f"rfc2217://{modem.addresses[1]}", baudrate=57600, timeout=PATIENCE)
        self.addCleanup(port.close)
        return port

    def command(self, port, text, answer):
        port.write(text + b"\r")
        self.assertIn(answer, port.read_until(answer), answer)

    def test_dcd_follows_the_call_and_dtr_ends_it(self):
        with Modem(endpoints=("--rfc2217", "127.0.0.1:0")) as modem:
            port = self.open(modem)
            self.command(port, b"AT&C1&D2", b"OK\r\n")
            self.assertEqual((port.cd, port.cts, port.dsr, port.ri), (False, True, True, False))
            self.command(port, b"ATDT5551234", b"220 ")
            self.assertTrue(port.cd)
            port.dtr = False
            until(lambda: not port.cd, "DCD off")
            modem.await_events("call-ended")
            port.dtr = True
            self.command(port, b"AT", b"OK\r\n")

    def test_dcd_falls_where_the_server_hangs_up(self):
        with Modem(endpoints=("--rfc2217", "127.0.0.1:0")) as modem:
            port = self.open(modem)
            self.command(port, b"ATDT5551234", b"220 ")
            self.command(port, b"QUIT\r\n", b"NO CARRIER\r\n")
            until(lambda: not port.cd, "DCD off")

    def test_ri_while_it_rings(self):
        with Modem(faults=[fault("init", "{modem: {ring: 2}}", "times: 1")], endpoints=("--rfc2217", "127.0.0.1:0"),
                   options=("--mode", "666", "--pace", "1/4")) as modem:
            port = self.open(modem)
            port.write(b"AT\r")
            until(lambda: port.ri, "RI on")
            until(lambda: not port.ri, "RI off")
            self.assertIn(b"RING", port.read_until(b"RING"))

    def test_a_modem_that_is_switched_off(self):
        with Modem(faults=["dialup/modem-off"], endpoints=("--rfc2217", "127.0.0.1:0"), options=(),
                   pty=False) as modem:
            port = serial.serial_for_url(f"rfc2217://{modem.addresses[0]}", timeout=1)
            self.addCleanup(port.close)
            self.assertFalse(port.dsr)
            for command in (b"ATDT1\r", b"AT\r", b"ATDT1\r"):
                port.write(command)
                self.assertEqual(port.read(1), b"")
            self.assertEqual(modem.events("dialled"), [])

    def test_faults_of_circuits(self):
        for word, circuit in (("cts-off", "cts"), ("dsr-off", "dsr")):
            with self.subTest(word), Modem(faults=[fault("init", f"{{line: {word}}}")], endpoints=(),
                                           options=("--rfc2217", "127.0.0.1:0"), pty=False) as modem:
                port = serial.serial_for_url(f"rfc2217://{modem.addresses[0]}", timeout=PATIENCE)
                self.addCleanup(port.close)
                self.assertTrue(getattr(port, circuit))
                self.command(port, b"AT", b"OK\r\n")
                until(lambda: not getattr(port, circuit), f"{circuit} off")


class Streams(TestCase):
    def test_plain_tcp_at_the_rfc_2217_port(self):
        with Modem(endpoints=("--rfc2217", "127.0.0.1:0")) as modem:
            with modem.connect_tcp() as line:
                line.command("AT")
                mail(line)
            self.only_message(modem)
            modem.await_events("call-ended")  # by closing
            with modem.connect_tcp() as line:
                line.command("AT")

    def test_unix_socket(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            with Modem(endpoints=("--socket", f"{folder}/modem.sock"), options=()) as modem:
                self.assertEqual(stat.S_IMODE(os.stat(f"{folder}/modem.sock").st_mode), 0o600)
                with modem.connect_unix() as line:
                    line.command("AT")
                    mail(line)
                self.only_message(modem)
            self.assertEqual(os.listdir(folder), [])

    def test_a_speed_that_only_the_modem_knows(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            for name in ("generic", "hayes-2400"):
                with Modem(endpoints=("--socket", f"{folder}/m"), options=("--personality", name)) as modem:
                    with modem.connect_unix() as line:
                        line.command("AT+IPR=57600" if name == "generic" else "AT")
                        mail(line)

    def test_ip232(self):
        """FF 00 and FF 01 are DTR there and DCD here, FF FF is an octet."""
        with Modem(endpoints=("--ip232", "127.0.0.1:0")) as modem, modem.connect_tcp() as line:
            line.send(b"\xff\x01")
            line.command("AT&C1&D2")
            line.send(b"ATDT5551234\r")
            line.expect(b"\xff\x01")
            line.expect(b"\r\n220 ")
            line.expect(b"\r\n")
            line.ask(b"HELO client.test", 250)
            line.send(b"\xff\x00")
            line.expect(b"\xff\x00")
            self.assertEqual(modem.await_events("call-ended")[0]["why"], "hung up")
            line.send(b"\xff\x01")
            line.command("AT")


class Hostile(TestCase):
    """What a broken or a hostile client sends; after each the next client that opens the port gets OK."""

    def assertStillThere(self, modem):
        with modem.open() as line:
            line.command("AT")

    def test_an_endless_command_line(self):
        with Modem() as modem, modem.open() as line:
            line.command("ATE0")
            before = modem.resident_kilobytes()
            line.send(b"AT")
            for _ in range(16):
                line.send(b"X" * (64 << 10))
            line.send(b"\r")
            line.expect(b"ERROR")
            line.command("AT")
            self.assertLess(modem.resident_kilobytes() - before, 2048)

    def test_an_endless_command_line_whose_echo_nobody_reads(self):
        with Modem() as modem:
            before = modem.resident_kilobytes()
            with modem.open() as line:
                line.send(b"AT")
                for _ in range(64):
                    line.send(b"X" * (16 << 10))
                self.assertLess(modem.resident_kilobytes() - before, 2048)
            time.sleep(4 * DTR_TIME)
            self.assertStillThere(modem)

    def test_binary(self):
        noise = bytes(range(256)) * 512
        with Modem() as modem:
            before = modem.resident_kilobytes()
            for octets in (noise, noise[::-1], b"\xff" * 65536, b"\0" * 65536, b"A/" * 4096, b"AT+" * 4096 + b"\r"):
                with modem.open() as line:
                    line.send(octets)
                time.sleep(4 * DTR_TIME)
                self.assertStillThere(modem)
            self.assertLess(modem.resident_kilobytes() - before, 4096)

    def test_binary_in_a_call(self):
        with Modem() as modem:
            with modem.open() as line:
                line.dial()
                line.send(bytes(range(256)) * 64)
            modem.await_events("call-ended")
            self.assertStillThere(modem)

    def test_a_client_that_does_not_wait_for_connect(self):
        """Any octet gives up a call that has no carrier yet: V.250 §5.6.1."""
        with Modem(options=("--mode", "666", "--realtime")) as modem, modem.open() as line:
            line.send(b"ATDT5551234\r")
            modem.await_events("dialled")
            line.send(b"HELO client.test\r\n")
            line.expect(b"\r\nNO CARRIER\r\n")
            line.command("AT")
            self.assertEqual(modem.events("opened"), [])

    def test_no_shell_sees_what_is_dialled(self):
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder, Modem() as modem:
            for text in ("$(touch {})", "`touch {}`", "5;touch {};", "5|touch {}&", "5\n touch {}\n"):
                with modem.open() as line:
                    line.send(b"ATDT" + text.format(folder + "/x").encode() + b"\r")
                    line.expect(b"\r\n")
                time.sleep(2 * DTR_TIME)
            self.assertStillThere(modem)
            self.assertEqual(os.listdir(folder), [])


class Results(TestCase):
    """A result code that a fault puts in place of another decides the result of the call."""

    def test_another_connect_goes_on(self):
        with Modem(faults=[fault("carrier", "{result: CONNECT 9600/ARQ/V32/LAPM}")]) as modem, modem.open() as line:
            line.send(b"ATDT5551234\r")
            line.expect(b"\r\nCONNECT 9600/ARQ/V32/LAPM\r\n220 ")
            line.expect(b"\r\n")
            line.ask(b"HELO client.test", 250)

    def test_a_failure_in_the_place_of_connect_ends_the_call(self):
        with Modem(faults=[fault("carrier", "{result: NO CARRIER}", "times: 1")]) as modem, modem.open() as line:
            line.command("ATDT5551234", b"NO CARRIER")
            self.assertEqual(modem.await_events("call-ended")[0]["why"], "NO CARRIER")
            line.dial()

    def test_a_failure_in_the_place_of_another(self):
        with Modem(faults=[fault("dial", "{result: BUSY}", "times: 1")]) as modem, modem.open() as line:
            line.command("ATDT5551234", b"BUSY")
            self.assertEqual(modem.await_events("call-ended")[0]["why"], "BUSY")
            line.dial()


class Leaving(TestCase):
    """A client that closes the port in every state of the modem."""

    def leave(self, modem, prepare):
        with modem.open() as line:
            prepare(line)
        time.sleep(4 * DTR_TIME)
        with modem.open() as line:
            line.command("AT")

    def test_in_a_command_line(self):
        with Modem() as modem:
            self.leave(modem, lambda line: line.send(b"AT&F"))
            self.assertEqual([event["octets"] for event in modem.events("command")], ["AT"])

    def test_while_it_dials(self):
        with Modem(options=("--mode", "666", "--realtime")) as modem:
            self.leave(modem, lambda line: (line.send(b"ATDT5551234\r"), modem.await_events("dialled")))
            modem.await_events("call-ended")

    def test_online(self):
        with Modem() as modem:
            self.leave(modem, Line.dial)
            modem.await_events("call-ended")
            modem.await_events("closed")

    def test_in_the_message(self):
        with Modem() as modem:
            def in_content(line):
                line.dial()
                for command, code in ((b"HELO c.test", 250), (b"MAIL FROM:<a@b.test>", 250),
                                      (b"RCPT TO:<janed@elsewhere.com>", 250), (b"DATA", 354)):
                    line.ask(command, code)
                line.send(b"Subject: half a")
            self.leave(modem, in_content)
            modem.await_events("closed")
            self.assertEqual(modem.messages(), [])

    def test_online_in_command_state(self):
        with Modem() as modem:
            def escaped(line):
                line.command("ATS12=10")
                line.dial()
                time.sleep(0.3)
                line.send(b"+++")
                line.expect(b"OK")
            self.leave(modem, escaped)
            modem.await_events("call-ended")

    def test_while_a_fault_makes_it_wait(self):
        for stage, when, ask in (("init", "command: ATI3", b"ATI3\r"), ("dial", "", b"ATDT1\r"),
                                 ("carrier", "", b"ATDT1\r")):
            for effect in ("{delay: 60s}", "stall"):
                with self.subTest(stage=stage, effect=effect), Modem(faults=[fault(stage, effect, when)]) as modem:
                    self.leave(modem, lambda line: (line.send(ask), modem.await_events("fault")))

    def test_while_it_is_silent(self):
        with Modem(faults=[fault("init", "{modem: silent}, drop-reply", "times: 1")]) as modem:
            self.leave(modem, lambda line: (line.send(b"AT\r"), modem.await_events("fault")))

    def test_in_a_hurry(self):
        with Modem() as modem:
            before = modem.resident_kilobytes()
            for _ in range(200):
                with modem.open() as line:
                    line.send(b"ATDT5551234\r")
            time.sleep(4 * DTR_TIME)
            self.leave(modem, lambda line: None)
            self.assertLess(modem.resident_kilobytes() - before, 4096)


class Unplugged(TestCase):
    """The modem disappears while a client has the port open, in each state; then it comes back."""

    def unplugs(self, at, prepare, when=""):
        with Modem(faults=[fault(at, "{modem: {unplug: 300ms}}", "times: 1" + when)]) as modem:
            with modem.open() as line:
                prepare(line)
                self.assertTrue(line.ends(), "the port is gone")
            until(lambda: os.path.exists(modem.link), "the link")
            with modem.open() as line:
                line.command("AT")
                line.dial()

    def test_at_a_command(self):
        self.unplugs("init", lambda line: line.send(b"AT\r"))

    def test_while_it_dials(self):
        self.unplugs("dial", lambda line: line.send(b"ATDT5551234\r"))

    def test_at_the_carrier(self):
        self.unplugs("carrier", lambda line: line.send(b"ATDT5551234\r"))

    def test_in_the_session(self):
        self.unplugs("mail", lambda line: (line.dial(), line.ask(b"HELO c.test", 250),
                                           line.send(b"MAIL FROM:<a@b.test>\r\n")))

    def test_at_the_hang_up(self):
        def escaped(line):
            line.command("ATS12=10")
            line.dial()
            time.sleep(0.3)
            line.send(b"+++")
            line.expect(b"OK")
            line.send(b"ATH\r")
        self.unplugs("hangup", escaped)

    def test_for_ever(self):
        with Modem(faults=[fault("init", "{modem: unplug}")]) as modem:
            with modem.open() as line:
                line.send(b"AT\r")
                self.assertTrue(line.ends())
            until(lambda: not os.path.lexists(modem.link), "no link")


class Links(TestCase):
    def test_nobody_else_may_open_it(self):
        with Modem(options=()) as modem:
            self.assertEqual(stat.S_IMODE(os.stat(modem.link).st_mode), 0o600)

    def test_a_lost_carrier_hangs_up_a_port_that_heeds_it(self):
        with Modem(faults=[fault("carrier", "{line: {drop: 50ms}}")]) as modem:
            with modem.open(local=False) as line:
                line.send(b"ATDT5551234\r")
                self.assertTrue(line.ends(), "end of file or an error")
            with modem.open(local=False) as line:
                line.command("AT")

    def test_speed_0_hangs_up(self):
        with Modem() as modem, modem.open() as line:
            line.dial()
            settings = termios.tcgetattr(line.file)
            settings[4] = settings[5] = termios.B0
            termios.tcsetattr(line.file, termios.TCSANOW, settings)
            modem.await_events("call-ended")

    def test_a_signal_takes_the_link_away(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Modem() as modem:
                with modem.open() as line:
                    line.dial()
                    modem.process.send_signal(number)
                    self.assertEqual(modem.wait(), 0)
                    self.assertFalse(os.path.lexists(modem.link))

    def test_a_link_that_leads_nowhere_is_replaced_and_nothing_else(self):
        skip_unless_linux()
        with tempfile.TemporaryDirectory(prefix="smtpsim-e2e-") as folder:
            link = pathlib.Path(folder) / "modem"
            link.write_text("a file")
            self.refused(3, "is there already", "--pty", link)
            self.assertEqual(link.read_text(), "a file")
            link.unlink()
            link.symlink_to("/dev/null")
            self.refused(3, "is there already", "--pty", link)
            self.assertEqual(os.readlink(link), "/dev/null")
            self.refused(3, "cannot make the link", "--pty", pathlib.Path(folder) / "none/modem")
            link.unlink()
            link.symlink_to(f"{folder}/gone")
            with Modem(options=("--pty", link)) as modem:
                self.assertTrue(os.readlink(link).startswith("/dev/pts/"))
            self.assertEqual(os.listdir(folder), [])

    def refused(self, code, *words):
        *expected, option, value = words
        done = run("modem", option, value)
        self.assertEqual(done.returncode, code, done.stderr)
        for each in expected:
            self.assertIn(each, done.stderr)


class Refused(TestCase):
    """Errors that are reported before a call can be made."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def refuses(self, code, words, *arguments, command="modem"):
        done = run(command, *arguments, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for each in words:
            self.assertIn(each, done.stderr)
        self.assertFalse(os.path.lexists(self.folder / "modem"), "a link is left")

    def test_a_modem_that_is_not_there(self):
        self.refuses(2, ["no modem called \"usr-currier\"", "did you mean usr-courier"],
                     "--personality", "usr-currier")

    def test_an_answer_that_is_not_there(self):
        self.refuses(2, ["--answer"], "--answer", "nobody")

    def test_a_circuit_that_a_pty_does_not_have(self):
        skip_unless_linux()
        path = self.folder / "fault.yaml"
        path.write_text(fault("carrier", "{line: cts-off}"))
        self.refuses(3, ["cts-off needs CTS", "--rfc2217 does"], "--fault", path)

    def test_a_speed_that_a_socket_does_not_have(self):
        self.refuses(3, ["dialup/no-speed-buffering", "needs the port's speed"], "--socket", self.folder / "s",
                     "--fault", "dialup/no-speed-buffering")

    def test_a_provider_where_the_build_has_no_ppp(self):
        done = run("modem", "--answer", "ppp", "--socket", "nowhere/s", cwd=self.folder)
        if "PPP" not in done.stderr:
            self.skipTest("allowed: this build has PPP")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr, "smtpsim: calls to * are answered by ppp: this build has no PPP "
                                      "(SMTPSIM_PPP=OFF)\n")

    def test_a_number_of_calls(self):
        self.refuses(2, ["--calls", "1000000000"], "--calls", 0)

    def test_a_name_that_is_near_a_subcommand(self):
        self.refuses(2, ['no profile or subcommand called "lst"', "did you mean list"], "lst")

    def test_an_audit_does_not_judge_it(self):
        skip_unless_linux()
        done = run("audit", "--client", ROOT / "examples/clients/send-by-modem.yaml", "--only", "dialup/cts-off",
                   "--seed", 1, timeout=2 * PATIENCE)
        self.assertIn("1 skipped: a pseudo-terminal has no such circuit", done.stdout)

    def test_a_port_that_is_taken(self):
        with Modem(endpoints=("--rfc2217", "127.0.0.1:0")) as modem:
            self.refuses(3, [], "--rfc2217", modem.addresses[1])

    def test_serve_has_no_line_for_faults_of_a_call(self):
        path = self.folder / "fault.yaml"
        path.write_text(fault("dial", "{result: BUSY}"))
        self.refuses(2, ["stage dial needs a modem; run it with smtpsim modem"], "--listen", "127.0.0.1:0",
                     "--fault", path, command="serve")


class InitStrings(TestCase):
    """`smtpsim modem try-init`, as a test in CI."""

    def tries(self, init, personality):
        done = run("modem", "try-init", init, "--personality", personality)
        return done.returncode, done.stdout

    def test_taken(self):
        code, shown = self.tries("AT\\N3", "rockwell")
        self.assertEqual(code, 0)
        self.assertTrue(shown.startswith("rockwell: AT\\N3 / OK\n    \\N3"), shown)

    def test_refused(self):
        code, shown = self.tries("AT\\N3O", "rockwell")
        self.assertEqual(code, 1)
        self.assertIn("  ! O", shown)


if __name__ == "__main__":
    unittest.main()
