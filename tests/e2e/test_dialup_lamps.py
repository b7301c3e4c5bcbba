"""The lamps of `smtpsim modem` on a terminal."""

import fcntl
import pathlib
import re
import struct
import tempfile
import termios
import time
import unittest

from harness import TestCase, binary, skip_unless_linux
from terminals import Line, Program, open_terminal

LIT, UNLIT = "\x1b[1;7;31m", "\x1b[2m"


class Lamps(TestCase):
    def start(self, *options, columns=80, ports=1):
        skip_unless_linux()
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.ptys = [f"{folder.name}/m{number}" for number in range(ports)]
        asked = [word for pty in self.ptys for word in ("--pty", pty)]
        self.program = self.enterContext(
            Program([binary(), "modem", "esmtp", "--seed", "1", *asked, *options], pathlib.Path(folder.name)))
        fcntl.ioctl(self.program.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.program.expect(b" AA ")

    def open(self, number=0):
        return self.enterContext(Line(open_terminal(self.ptys[number], local=True)))

    def rows(self, seconds=0.5):
        """The last drawing: for each row the lamps that are on, and its visible text."""
        self.program.rest(seconds)
        drawing = self.program.text().rpartition("\x1b[J")[2]
        rows = []
        for row in drawing.replace("\r", "").split("\n")[-len(self.ptys):]:
            lit = set(re.findall(re.escape(LIT) + r" (..) ", row))
            rows.append((lit, re.sub(r"\x1b\[[0-9;]*m", "", row)))
        return rows

    def test_tr_is_lit_while_a_terminal_is_there(self):
        self.start()
        self.assertEqual(self.rows()[0][0], {"MR"})
        line = self.open()
        line.command("AT")
        self.assertEqual(self.rows()[0][0], {"MR", "TR"})
        line.file.close()
        self.assertEqual(self.rows()[0][0], {"MR"})

    def test_rd_and_sd_go_out(self):
        self.start("--answer", "echo")
        line = self.open()
        line.send(b"ATDT1\r")
        line.expect(b"CONNECT")
        line.send(b"echo")
        line.expect(b"echo")
        self.program.rest(1)
        self.assertIn(f"{LIT} SD ", self.program.text())
        self.assertIn(f"{LIT} RD ", self.program.text())
        self.assertEqual(self.rows()[0][0], {"MR", "TR", "CD", "OH"})

    def test_a_row_is_no_wider_than_the_terminal(self):
        for columns in (80, 40, 10):
            with self.subTest(columns):
                self.start("--answer", "echo", columns=columns)
                line = self.open()
                line.send(b"ATDT" + b"5" * 40 + b"\r")
                line.expect(b"CONNECT")
                time.sleep(1.1)
                line.send(b"+++")
                line.expect(b"OK")
                text = self.rows()[0][1]
                self.assertLess(len(text), columns)
                self.assertIn(" AA ", text)

    def test_each_modem_has_a_row(self):
        self.start("--answer", "echo", columns=160, ports=2)
        line = self.open(1)
        line.send(b"ATDT1\r")
        line.expect(b"CONNECT")
        (first, first_text), (second, second_text) = self.rows()
        self.assertEqual(first, {"MR"})
        self.assertIn("m0  ready", first_text)
        self.assertEqual(second, {"MR", "TR", "CD", "OH"})
        self.assertIn("call 1 to 1: online", second_text)


if __name__ == "__main__":
    unittest.main()
