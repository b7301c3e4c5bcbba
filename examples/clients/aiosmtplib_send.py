"""Sends $SMTPSIM_MESSAGE_CRLF with aiosmtplib's send(); errors are raised."""
import asyncio
import os
import ssl

import aiosmtplib

env = {name.removeprefix("SMTPSIM_"): value for name, value in os.environ.items()}
tls = env["TLS"]
with open(env["MESSAGE_CRLF"], "rb") as file:
    message = file.read()
asyncio.run(aiosmtplib.send(
    message, sender=env["SENDER"], recipients=[env["RECIPIENT"]],
    hostname=env["HOST"], port=int(env["PORT"]), local_hostname="smtp-client", timeout=3,
    use_tls=tls == "implicit", start_tls=tls == "starttls",
    tls_context=ssl.create_default_context(cafile=env["CA"]) if tls != "plain" else None,
    username=env["USER"] or None, password=env["PASSWORD"] or None))
