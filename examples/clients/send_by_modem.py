#!/usr/bin/env python3
"""Sends one mail over a modem: dials a mail server that speaks SMTP on the line itself, without PPP.

    smtpsim modem post-office-1996 --pty ./modem &
    send_by_modem.py ./modem 5551234 --from jdoe@somewhere.com --to janed@elsewhere.com <message

Dials again, up to --attempts: after BUSY and similar results, a lost carrier, silence, or a reply 4yz. Ends with 0
(delivered), 69 (the init string, the number or the mail is refused: another try is useless) or 75 (not now).
"""

import argparse
import contextlib
import os
import select
import sys
import termios
import time
import tty

DELIVERED, UNAVAILABLE, TEMPFAIL = 0, 69, 75  # sysexits.h
NOT_NOW = {"BUSY", "NO CARRIER", "NO DIALTONE", "NO DIAL TONE", "NO ANSWER", "VOICE", "FAX", "DELAYED", "BLACKLISTED"}
GUARD_TIME = 1.1   # seconds: S12 is 50, which is one
LINES_MAX = 65536  # octets that wait to be read as lines


class NotNow(Exception):
    """Another try may help."""


class Lost(NotNow):
    """The connection is lost as well."""


class Refused(Exception):
    """Another try is useless."""


class Log:
    """An Smtp.log as Internet Mail and News 1.0 wrote it; lines of the modem are [db] lines."""

    def __init__(self, path):
        self.file = open(path, "a", encoding="latin-1", newline="\r\n") if path else None
        self.write("Microsoft(r) Plus! for Windows(r) 95 4.70.1155")
        self.write(time.strftime("SMTP Log started at %a %b %d %H:%M:%S"))

    def line(self, kind, text):
        self.write(f"SMTP: {time.strftime('%H:%M:%S')} [{kind}] {text}")

    def write(self, text):
        if self.file:
            print(text, file=self.file, flush=True)


class Port:
    """A serial port with a modem: lines in both directions, every wait with a time limit."""

    def __init__(self, path, speed):
        # Without this a port whose DCD is off would not open. With CLOCAL, below, the modem's text about a
        # lost carrier stays readable. B0 lowers DTR.
        self.file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.file, termios.TCSANOW)
        self.speed = getattr(termios, f"B{speed}")
        self.set(self.speed)
        self.unread, self.carrier = b"", True

    def set(self, speed):
        try:
            settings = termios.tcgetattr(self.file)
            settings[2] |= termios.CLOCAL | termios.CREAD | termios.HUPCL
            settings[4] = settings[5] = speed
            termios.tcsetattr(self.file, termios.TCSANOW, settings)
        except termios.error as error:
            raise Lost(f"the port is gone: {error.args[1]}") from None

    def close(self):
        os.close(self.file)

    def send(self, octets):
        while octets:
            if not select.select([], [self.file], [], 30)[1]:
                raise Lost("the port takes nothing")
            try:
                octets = octets[os.write(self.file, octets):]
            except OSError as error:
                raise Lost(f"the port is gone: {error.strerror}") from None

    def line(self, seconds):
        """The next line, without its end."""
        deadline = time.monotonic() + seconds
        while not self.has_line():
            if not select.select([self.file], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Lost("no answer in time")
        line, _, self.unread = self.unread.partition(b"\n")
        return line.rstrip(b"\r").decode("latin-1")

    def has_line(self):
        """Reads all octets that are available. The line ends before a result code are not lines."""
        while select.select([self.file], [], [], 0)[0]:
            try:
                octets = os.read(self.file, 4096)
            except OSError:
                octets = b""
            if not octets:
                raise Lost("the port is gone")
            self.unread += octets
            if len(self.unread) > LINES_MAX:
                raise Lost("too much at once")
        self.unread = self.unread.lstrip(b"\r\n")
        return b"\n" in self.unread

    def drop_dtr(self):
        self.set(termios.B0)
        time.sleep(0.5)
        self.set(self.speed)


class Modem:
    def __init__(self, port, log):
        self.port, self.log = port, log

    def command(self, text, wanted, seconds, end=b"\r"):
        """Waits for one of these result codes; skips other lines, such as the echo."""
        self.log.line("db", text)
        self.port.send(text.encode() + end)
        deadline = time.monotonic() + seconds
        while True:
            line = self.port.line(deadline - time.monotonic())
            if any(line == code or line.startswith(code + " ") for code in wanted):
                self.log.line("db", line)
                return line

    def dial(self, init, number, patience):
        if self.command(init, ["OK", "ERROR"], 5) == "ERROR":
            raise Refused(f"the modem does not take {init}")
        result = self.command("ATDT" + number, ["CONNECT", "ERROR", *NOT_NOW], patience)
        if result == "ERROR":
            raise Refused(f"the modem does not dial {number}")
        if not result.startswith("CONNECT"):
            raise NotNow(result)

    def hang_up(self):
        """With +++ and silence around it, otherwise with DTR. The server may have hung up already."""
        if not self.port.carrier:
            return
        try:
            time.sleep(GUARD_TIME)
            if self.command("+++", ["OK", "NO CARRIER"], GUARD_TIME + 2, end=b"") == "OK":
                self.command("ATH", ["OK", "NO CARRIER"], 5)
        except NotNow:
            with contextlib.suppress(Lost):
                self.port.drop_dtr()


class Smtp:
    def __init__(self, port, log, patience):
        self.port, self.log, self.patience = port, log, patience

    def reply(self):
        """The last line of a reply. A line NO CARRIER comes from the modem."""
        while True:
            line = self.port.line(self.patience)
            if line == "NO CARRIER":
                self.port.carrier = False
                self.log.line("db", line)
                raise Lost("the carrier is lost")
            self.log.line("rx", line)
            if len(line) < 3 or not line[:3].isdigit():
                raise NotNow(f"no reply: {line}")
            if line[3:4] != "-":
                return line

    def ask(self, command, wanted="2"):
        self.log.line("tx", command)
        self.port.send(command.encode() + b"\r\n")
        return self.hear(wanted)

    def hear(self, wanted):
        line = self.reply()
        if line.startswith(wanted):
            return line
        if line.startswith("421"):
            raise Lost(line)
        raise (Refused if line.startswith("5") else NotNow)(line)

    def send(self, host, sender, recipient, message):
        try:
            self.hand_over(host, sender, recipient, message)
        except Lost:
            raise
        except (NotNow, Refused):
            self.quit()
            raise
        self.quit()

    def hand_over(self, host, sender, recipient, message):
        self.hear("220")
        try:
            self.ask("EHLO " + host)
        except Refused:
            self.ask("HELO " + host)
        self.ask("RSET")
        self.ask(f"MAIL FROM:<{sender}>")
        self.ask(f"RCPT TO:<{recipient}>")
        self.ask("DATA", "354")
        for line in message.splitlines():
            self.port.send((b"." if line.startswith(b".") else b"") + line + b"\r\n")
            if self.port.has_line():  # from the modem, or from a server that does not wait for the end
                self.hear("354")
        self.log.line("tx", "")
        self.log.write(".")
        self.port.send(b".\r\n")
        self.hear("2")

    def quit(self):
        """The result of QUIT does not matter: the result of the mail is known."""
        with contextlib.suppress(NotNow, Refused):
            self.ask("QUIT")


def call(options, message, log):
    port = Port(options.port, options.speed)
    try:
        modem = Modem(port, log)
        modem.dial(options.init, options.number, options.dial_patience)
        log.line("db", f"Connecting to '{options.number}'.")
        log.line("db", "srv_addr = 127.0.0.1")  # the line has no address; readers of such logs need one
        try:
            Smtp(port, log, options.patience).send(options.helo, options.sender, options.recipient, message)
        finally:
            log.line("db", f"Connection to '{options.number}' closed.")
            modem.hang_up()
    finally:
        port.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port")
    parser.add_argument("number")
    parser.add_argument("--from", dest="sender", required=True)
    parser.add_argument("--to", dest="recipient", required=True)
    parser.add_argument("--init", default="AT&F&C1&D2")
    parser.add_argument("--speed", type=int, default=57600)
    parser.add_argument("--helo", default="smtp-client")
    parser.add_argument("--attempts", type=int, default=1)
    parser.add_argument("--pause", type=float, default=60, help="seconds between attempts")
    # S7 is at most 60 unless it was set.
    parser.add_argument("--dial-patience", type=float, default=75, help="seconds for a call to be answered")
    parser.add_argument("--patience", type=float, default=60, help="seconds for a reply")
    parser.add_argument("--log", help="an Smtp.log to add to")
    options = parser.parse_args()
    message, log = sys.stdin.buffer.read(), Log(options.log)
    for attempt in range(1, options.attempts + 1):
        try:
            call(options, message, log)
        except Refused as refusal:
            print(f"refused: {refusal}", file=sys.stderr)
            return UNAVAILABLE
        except (NotNow, OSError, termios.error) as reason:
            print(f"attempt {attempt}: {reason}", file=sys.stderr)
        else:
            return DELIVERED
        if attempt < options.attempts:
            time.sleep(options.pause)
    return TEMPFAIL


if __name__ == "__main__":
    sys.exit(main())
