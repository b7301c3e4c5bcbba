"""Real mail clients, each with one function: send(server, recipients, content) -> Outcome.

Each adapter gives its client the same octets and an option against headers of its own. Attributes show what a
client cannot do: `keeps_content` is False for smtp-source, which writes its own message, and `adds` has the
octets that a client adds after a content of that name.
"""

import dataclasses
import functools
import json
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import sys

from harness import PATIENCE, ROOT

SENDER = "jdoe@somewhere.com"


@dataclasses.dataclass
class Outcome:
    """`result`: the exit code, or for a library the exception's name ("" when there was none)."""
    result: object
    output: str = ""


UNPACKED = ROOT / "build/clients/postfix"  # by tests/packages.sh, where no Postfix is installed


def find(name):
    """Postfix keeps its programs in folders that may not be in a user's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:{UNPACKED}/usr/sbin")


@functools.cache
def version(name):
    """Numbers, to be compared: (7, 88, 1)."""
    if name == "smtplib":
        return sys.version_info[:3]
    if name == "nodemailer":
        said = json.loads(pathlib.Path("/usr/share/nodejs/nodemailer/package.json").read_text())["version"]
    else:
        said = subprocess.run([find(name), "--version"], capture_output=True, text=True).stdout
    return tuple(map(int, re.search(r"\d+(\.\d+)*", said).group().split(".")))


def _run(command, **options):
    done = subprocess.run(command, capture_output=True, timeout=3 * PATIENCE,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C",
                               "LD_LIBRARY_PATH": f"{UNPACKED}/usr/lib/postfix"},
                          **options)
    return Outcome(done.returncode, (done.stdout + done.stderr).decode("latin-1"))


def _file(server, content):
    path = server.folder / "to-send.eml"
    path.write_bytes(content)
    return path


class Swaks:
    name = "swaks"
    keeps_content = True
    adds = {"headers only": b"\r\n"}  # an empty body becomes an empty line

    def send(self, server, recipients, content):
        # swaks ends its data with CRLF "." CRLF, whatever comes before.
        path = _file(server, content.removesuffix(b"\r\n"))
        return _run([find("swaks"), "--server", "127.0.0.1", "--port", str(server.port),
                     "--ehlo", "smtp-client", "--from", SENDER, "--to", ",".join(recipients),
                     "--data", f"@{path}", "--suppress-data", "--timeout", "20s"],
                    stdin=subprocess.DEVNULL)


class Curl:
    name = "curl"
    keeps_content = True
    adds = {}

    def send(self, server, recipients, content):
        path = _file(server, content)
        to = [word for recipient in recipients for word in ("--mail-rcpt", recipient)]
        return _run([find("curl"), "--silent", "--show-error", "--disable", "--noproxy", "*",
                     f"smtp://127.0.0.1:{server.port}/smtp-client", "--mail-from", SENDER, *to,
                     "--upload-file", str(path), "--max-time", "20"],
                    stdin=subprocess.DEVNULL)


class Msmtp:
    name = "msmtp"
    keeps_content = True
    adds = {}

    def send(self, server, recipients, content):
        # It reads lines that end with LF, and writes CRLF itself.
        return _run([find("msmtp"), "--host=127.0.0.1", f"--port={server.port}",
                     "--domain=smtp-client", f"--from={SENDER}", "--tls=off", "--auth=off",
                     "--set-from-header=off", "--set-date-header=off", "--set-msgid-header=off",
                     "--timeout=20", "--", *recipients],
                    input=content.replace(b"\r\n", b"\n"))


class Smtplib:
    name = "smtplib"
    keeps_content = True
    adds = {}

    def send(self, server, recipients, content):
        try:
            with smtplib.SMTP("127.0.0.1", server.port, "smtp-client", timeout=PATIENCE) as client:
                refused = client.sendmail(SENDER, list(recipients), content)
        except smtplib.SMTPException as error:
            return Outcome(type(error).__name__, str(error))
        return Outcome("", str(refused))


class SmtpSource:
    """Postfix's load generator: several recipients are one with a number before it, or from 3.9 on after its name."""
    name = "smtp-source"
    keeps_content = False

    def send(self, server, recipients, content):
        return _run([find("smtp-source"), "-s", "1", "-m", "1", "-M", "smtp-client",
                     "-f", SENDER, "-t", recipients[0].lstrip("0123456789"),
                     *(["-r", str(len(recipients))] if len(recipients) > 1 else []), "-l", str(len(content)),
                     f"127.0.0.1:{server.port}"], stdin=subprocess.DEVNULL)


ALL = [Swaks(), Curl(), Msmtp(), Smtplib(), SmtpSource()]
