"""Messages that have caused failures before, with CRLF line ends, as octets."""

HEADERS = (b"From: jdoe@somewhere.com\r\n"
           b"To: janed@elsewhere.com\r\n"
           b"Subject: end to end\r\n"
           b"Date: Thu, 01 Aug 1996 22:24:22 +0000\r\n"
           b"Message-ID: <e2e@smtp-client>\r\n"
           b"\r\n")

SIMPLE = HEADERS + b"Hello Jane\r\n"

TRICKY = {
    "dots at line starts": HEADERS + b".\r\n..\r\n...\r\n.x\r\n. \r\nx.\r\nend\r\n",
    "only dots, then nothing": HEADERS + b"\r\n.\r\n.\r\n\r\n.\r\nend\r\n",
    "looks like commands": HEADERS + b"QUIT\r\nRSET\r\nDATA\r\n250 OK\r\n",
    "8-bit octets": HEADERS + bytes(range(0x80, 0x100)) + b"\r\n\xc3\xa9\r\n",
    "lines of 998 octets": HEADERS + (b"x" * 998 + b"\r\n") * 3 + b"." + b"y" * 996 + b"\r\n",
    "empty lines": HEADERS + b"\r\n\r\n\r\nend\r\n\r\n\r\n",
    "tabs, trailing spaces, controls": HEADERS + b"\tx \t\r\n \r\n\x01\x07\x1b[31m\x7f\r\n",
    "no final newline": HEADERS + b"no newline at the end",
    "headers only": HEADERS,
}


def kept(content):
    """What a server must keep: SMTP cannot carry an unfinished last line (RFC 5321 §4.1.1.4)."""
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def large(octets=5 << 20):
    """About this number of octets, all lines different, some of them begin with a dot."""
    lines, size, number = [HEADERS], len(HEADERS), 0
    while size < octets:
        line = b"%s%d %s\r\n" % (b"." if number % 7 == 0 else b"", number, b"abcdefghij" * 7)
        lines.append(line)
        size += len(line)
        number += 1
    return b"".join(lines)
