"""Mail clients that get it wrong on purpose, for test_audit.py: `smtpsim audit` runs this file with a name.

With a healthy server each of them delivers, so that the control run lets it be judged; what is wrong with it
comes out when a mail is not taken. Everything that the audit tells a client is in the environment.
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


def told(name):
    return os.environ["SMTPSIM_" + name]


def where():
    return told("HOST"), int(told("PORT"))


def connected():
    return smtplib.SMTP(*where(), "smtp-client", timeout=3)


def content():
    return pathlib.Path(told("MESSAGE_CRLF")).read_bytes()


def deliver(client):
    client.sendmail(told("SENDER"), [told("RECIPIENT")], content())


def left(client):
    """The mail is with the server: whatever comes of QUIT is no news about it."""
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        pass


def outcome():
    """Delivers, and tells what a script wants to know: the client that is right."""
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
    """A server that grumbles at QUIT has not got the mail, it thinks."""
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
    """As above, and whoever asks it to end is not heard."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return sleeper()


def crasher():
    if outcome() != DELIVERED:
        os.kill(os.getpid(), signal.SIGSEGV)
    return DELIVERED


def absent():
    return DELIVERED


def twice():
    """Looks whether the server is there, then comes with the mail."""
    try:
        left(connected())
    except (smtplib.SMTPException, OSError):
        return DEFERRED
    return outcome()


def truncator():
    """Reads half of the file."""
    client = connected()
    client.sendmail(told("SENDER"), [told("RECIPIENT")], content()[:2500])
    left(client)
    return DELIVERED


def copier():
    """Goes by a list that has the mail twice."""
    client = connected()
    deliver(client)
    deliver(client)
    left(client)
    return DELIVERED


def misdirector():
    client = connected()
    client.sendmail(told("SENDER"), ["mallory@elsewhere.com"], content())
    left(client)
    return DELIVERED


def mistaken():
    """What it may try again it gives up, and the reverse."""
    return {DELIVERED: DELIVERED, DEFERRED: FAILED, FAILED: DEFERRED}[outcome()]


def noisy():
    """Prints what a terminal or a page would take for its own."""
    sys.stdout.buffer.write(b"\x1b[2J\x1b]0;owned\x07\x00\xff\xfe\x80<script>alert(1)</script>\r\n::error::owned\n]]>\n" * 50)
    sys.stdout.flush()
    return mistaken()


def parent():
    """Leaves a child, and another one in a session of its own."""
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
    """Leaves a folder that cannot be looked into, with a file in it."""
    os.chdir(told("DIR"))
    pathlib.Path("left-behind").mkdir()
    pathlib.Path("left-behind/file").write_text("x")
    os.chmod("left-behind", 0o000)
    return outcome()


def logged_in(*, trusting, insisting):
    tls = told("TLS")
    try:
        client = connected()
        client.ehlo()
        if tls == "starttls":
            context = ssl.create_default_context(cafile=told("CA"))
            if trusting:
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            try:
                client.starttls(context=context)
            except smtplib.SMTPException:
                if insisting:
                    raise
        if told("USER"):
            client.login(told("USER"), told("PASSWORD"))
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
    """Where STARTTLS is refused its password goes out in the clear."""
    return logged_in(trusting=False, insisting=False)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        # A line a start, in a file of the test's: who, where to, in which folder.
        with open(sys.argv[2], "a") as starts:
            starts.write(f"{os.getpid()} {told('PORT')} {told('DIR')}\n")
    sys.exit(globals()[sys.argv[1]]())
