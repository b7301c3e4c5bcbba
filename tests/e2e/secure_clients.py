"""Real mail clients that are configured to use TLS, to check the certificate and to log in.

send(server, tls, mechanism) -> (outcome, output), the outcome as in outcomes.py. `tls` is "starttls" or
"implicit"; `mechanisms` are those of our mechanisms that the client has. The name is jdoe; the password and the
token are secret.
"""

import os
import pathlib
import smtplib
import ssl
import subprocess

import clients
import contents

NODE_MODULES = "/usr/share/nodejs"  # where Debian keeps them
RECIPIENT = "janed@elsewhere.com"
PATIENCE = 3  # seconds: the client's timeout; silent entries take this long
HANGS = 10  # seconds: then it is stopped
USER, PASSWORD = "jdoe", "secret"


def run(command, server, content=contents.SIMPLE, on_input=False):
    path = server.folder / "to-send.eml"
    path.write_bytes(content)
    command = [word.replace("FILE", str(path)) for word in command]
    with open(path if on_input else os.devnull, "rb") as stdin:
        try:
            done = subprocess.run(command, stdin=stdin, capture_output=True, timeout=HANGS,
                                  env={"PATH": os.environ["PATH"], "HOME": "/nonexistent",
                                       "LC_ALL": "C", "NODE_PATH": NODE_MODULES})
        except subprocess.TimeoutExpired as error:
            return "hangs", (error.stdout or b"").decode("latin-1")
    return str(done.returncode), (done.stdout + done.stderr).decode("latin-1")


def port(server, tls):
    return server.ports[1 if tls == "implicit" else 0]


def ca_file(server):
    return server.folder / "ca.pem"


class Swaks:
    name = "swaks"
    mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5"]

    def send(self, server, tls, mechanism):
        return run([clients.find("swaks"), "--server", "localhost", "--port", str(port(server, tls)),
                    "--ehlo", "smtp-client", "--from", clients.SENDER, "--to", RECIPIENT,
                    "--tls-on-connect" if tls == "implicit" else "--tls", "--tls-verify",
                    "--tls-ca-path", str(ca_file(server)), "--auth", mechanism or "PLAIN",
                    "--auth-user", USER, "--auth-password", PASSWORD,
                    "--data", "@FILE", "--timeout", f"{PATIENCE}s"], server)


class Curl:
    name = "curl"
    mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER"]

    def send(self, server, tls, mechanism):
        scheme, more = ("smtps", []) if tls == "implicit" else ("smtp", ["--ssl-reqd"])
        bearer = mechanism in ("XOAUTH2", "OAUTHBEARER")
        login = [f"{USER}:{PASSWORD}"] if not bearer else [USER, "--oauth2-bearer", PASSWORD]
        wanted = ["--login-options", f"AUTH={mechanism}"] if mechanism else []
        return run([clients.find("curl"), "--silent", "--show-error", "--disable", "--noproxy", "*",
                    f"{scheme}://localhost:{port(server, tls)}/smtp-client", *more, *wanted,
                    "--cacert", str(ca_file(server)), "--user", *login,
                    "--mail-from", clients.SENDER, "--mail-rcpt", RECIPIENT,
                    "--upload-file", "FILE", "--max-time", str(PATIENCE)], server)


class Msmtp:
    name = "msmtp"

    @property
    def mechanisms(self):
        # From 1.8.26 on it binds SCRAM to TLS: 1.8.28 gives up on SCRAM without -PLUS before it sends anything.
        plus = "-PLUS" if clients.version("msmtp") >= (1, 8, 26) else ""
        return ["PLAIN", "LOGIN", "CRAM-MD5", f"SCRAM-SHA-1{plus}", f"SCRAM-SHA-256{plus}", "XOAUTH2", "OAUTHBEARER"]

    def send(self, server, tls, mechanism):
        return run([clients.find("msmtp"), "--host=localhost", f"--port={port(server, tls)}",
                    "--domain=smtp-client", f"--from={clients.SENDER}", "--tls=on",
                    f"--tls-starttls={'off' if tls == 'implicit' else 'on'}",
                    f"--tls-trust-file={ca_file(server)}",
                    f"--auth={(mechanism or 'plain').lower()}", f"--user={USER}",
                    f"--passwordeval=echo {PASSWORD}", "--set-from-header=off",
                    "--set-date-header=off", "--set-msgid-header=off", f"--timeout={PATIENCE}",
                    "--", RECIPIENT],
                   server, contents.SIMPLE.replace(b"\r\n", b"\n"), on_input=True)


class Nodemailer:
    name = "nodemailer"
    mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"]

    def send(self, server, tls, mechanism):
        auth = f'"user": "{USER}", "pass": "{PASSWORD}"'
        if mechanism == "XOAUTH2":
            auth = f'"type": "OAuth2", "user": "{USER}", "accessToken": "{PASSWORD}"'
        options = f"""{{"host": "localhost", "port": {port(server, tls)}, "name": "smtp-client",
            "secure": {"true" if tls == "implicit" else "false"}, "requireTLS": true,
            "authMethod": "{mechanism or "PLAIN"}", "auth": {{{auth}}},
            "connectionTimeout": {PATIENCE}000, "greetingTimeout": {PATIENCE}000,
            "socketTimeout": {PATIENCE}000}}"""
        script = pathlib.Path(__file__).with_name("nodemailer.js")
        return run(["env", f"NODE_EXTRA_CA_CERTS={ca_file(server)}", clients.find("node"),
                    str(script), options, clients.SENDER, RECIPIENT, "FILE"], server)


class Smtplib:
    name = "smtplib"
    mechanisms = ["PLAIN", "LOGIN", "CRAM-MD5"]

    def send(self, server, tls, mechanism):
        try:
            context = ssl.create_default_context(cafile=str(ca_file(server)))
            where = ("localhost", port(server, tls), "smtp-client")
            if tls == "implicit":
                client = smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=context)
            else:
                client = smtplib.SMTP(*where, timeout=PATIENCE)
            with client:
                if tls != "implicit":
                    client.starttls(context=context)
                client.user, client.password = USER, PASSWORD
                if mechanism:
                    client.ehlo()
                    method = getattr(client, "auth_" + mechanism.lower().replace("-", "_"))
                    client.auth(mechanism, method)
                else:
                    client.login(USER, PASSWORD)
                client.sendmail(clients.SENDER, [RECIPIENT], contents.SIMPLE)
        except Exception as error:  # any exception belongs in the table
            return type(error).__name__, str(error)
        return "ok", ""


ALL = {client.name: client
       for client in (Swaks(), Curl(), Msmtp(), Nodemailer(), Smtplib())}


def why_not(name):
    """The reason why a client cannot be run here, or None."""
    if name == "smtplib":
        return None
    if name == "nodemailer":
        if not os.path.isdir(f"{NODE_MODULES}/nodemailer") or clients.find("node") is None:
            return "nodemailer is not installed (Debian's node-nodemailer)"
        return None
    return None if clients.find(name) else f"{name} is not installed"
