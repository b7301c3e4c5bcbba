"""Mail clients with deliberate errors, for test_audit.py: `smtpsim audit` runs this file with a name.

With a normal server each of them delivers, so that the control run lets it be judged; its error shows
when the server refuses a mail. Everything that the audit gives to a client is in the environment.
"""

import os
import pathlib
import signal
import smtplib
import ssl
import subprocess
import sys
import time

DELIVERED, DEFERRED, FAILED = 0, 75, 69  # sysexits: EX_TEMPFAIL, EX_UNAVAILABLE


def given(name):
    return os.environ["SMTPSIM_" + name]


def where():
    return given("HOST"), int(given("PORT"))


def connected():
    return smtplib.SMTP(*where(), "smtp-client", timeout=3)


def content():
    return pathlib.Path(given("MESSAGE_CRLF")).read_bytes()


def deliver(client):
    client.sendmail(given("SENDER"), [given("RECIPIENT")], content())


def left(client):
    """The server has the mail: the result of QUIT does not change that."""
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        pass


def outcome():
    """Delivers, and reports what a script needs to know: the correct client."""
    try:
        client = connected()
        deliver(client)
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()))[0]
    except smtplib.SMTPResponseException as refused:
        code = refused.smtp_code
    except (smtplib.SMTPException, OSError):
        return DEFERRED
    else:
        left(client)
        return DELIVERED
    return FAILED if 500 <= code < 600 else DEFERRED


def correct():
    return outcome()


def optimist():
    outcome()
    return DELIVERED


def pessimist():
    """Believes that a server that refuses QUIT does not have the mail."""
    try:
        client = connected()
        deliver(client)
        return DELIVERED if client.quit()[0] == 221 else FAILED
    except (smtplib.SMTPException, OSError):
        return FAILED


def sleeper():
    if outcome() != DELIVERED:
        time.sleep(3600)
    return DELIVERED


def stubborn():
    """As above, and ignores signals that ask it to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return sleeper()


def crasher():
    if outcome() != DELIVERED:
        os.kill(os.getpid(), signal.SIGSEGV)
    return DELIVERED


def absent():
    return DELIVERED


def twice():
    """Checks whether the server is there, then connects again with the mail."""
    try:
        left(connected())
    except (smtplib.SMTPException, OSError):
        return DEFERRED
    return outcome()


def truncator():
    """Reads half of the file."""
    client = connected()
    client.sendmail(given("SENDER"), [given("RECIPIENT")], content()[:2500])
    left(client)
    return DELIVERED


def copier():
    """Uses a list that has the mail twice."""
    client = connected()
    deliver(client)
    deliver(client)
    left(client)
    return DELIVERED


def misdirector():
    client = connected()
    client.sendmail(given("SENDER"), ["mallory@elsewhere.com"], content())
    left(client)
    return DELIVERED


def mistaken():
    """Treats temporary failures as permanent, and permanent ones as temporary."""
    return {DELIVERED: DELIVERED, DEFERRED: FAILED, FAILED: DEFERRED}[outcome()]


def noisy():
    """Prints what a terminal or a page would execute."""
    sys.stdout.buffer.write(b"\x1b[2J\x1b]0;owned\x07\x00\xff\xfe\x80<script>alert(1)</script>\r\n::error::owned\n]]>\n" * 50)
    sys.stdout.flush()
    return mistaken()


def parent():
    """Leaves a child, and another one in its own session."""
    sleep = ["sleep", "3600"]
    children = [subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True)]
    with open(sys.argv[2] + ".children", "a") as pids:
        pids.writelines(f"{child.pid}\n" for child in children)
    return outcome()


def parent_that_hangs():
    code = parent()
    if code != DELIVERED:
        time.sleep(3600)
    return code


def untidy():
    """Leaves a folder that cannot be read, with a file in it."""
    os.chdir(given("DIR"))
    pathlib.Path("left-behind").mkdir()
    pathlib.Path("left-behind/file").write_text("x")
    os.chmod("left-behind", 0o000)
    return outcome()


def logged_in(*, trusting, insisting):
    tls = given("TLS")
    try:
        client = connected()
        client.ehlo()
        if tls == "starttls":
            context = ssl.create_default_context(cafile=given("CA"))
            if trusting:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            try:
                client.starttls(context=context)
            except smtplib.SMTPException:
                if insisting:
                    raise
        if given("USER"):
            client.login(given("USER"), given("PASSWORD"))
        deliver(client)
    except smtplib.SMTPResponseException as refused:
        return FAILED if refused.smtp_code >= 500 else DEFERRED
    except (smtplib.SMTPException, OSError):
        return DEFERRED
    left(client)
    return DELIVERED


def careful():
    return logged_in(trusting=False, insisting=True)


def trusting():
    return logged_in(trusting=True, insisting=True)


def careless():
    """Sends its password in the clear if STARTTLS is refused."""
    return logged_in(trusting=False, insisting=False)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        # One line per start, in a file of the test: process, port, folder.
        with open(sys.argv[2], "a") as starts:
            starts.write(f"{os.getpid()} {given('PORT')} {given('DIR')}\n")
    sys.exit(globals()[sys.argv[1]]())
