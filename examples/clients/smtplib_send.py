"""Sends $SMTPSIM_MESSAGE_CRLF as in the documentation of Python's smtplib; errors are raised."""
import os
import smtplib
import ssl

tls = os.environ["SMTPSIM_TLS"]
where = (os.environ["SMTPSIM_HOST"], int(os.environ["SMTPSIM_PORT"]), "smtp-client")
context = ssl.create_default_context(cafile=os.environ["SMTPSIM_CA"]) if tls != "plain" else None
with open(os.environ["SMTPSIM_MESSAGE_CRLF"], "rb") as file:
    message = file.read()

if tls == "implicit":
    client = smtplib.SMTP_SSL(*where, timeout=3, context=context)
else:
    client = smtplib.SMTP(*where, timeout=3)
with client:
    if tls == "starttls":
        client.starttls(context=context)
    if os.environ["SMTPSIM_USER"]:
        client.login(os.environ["SMTPSIM_USER"], os.environ["SMTPSIM_PASSWORD"])
    client.sendmail(os.environ["SMTPSIM_SENDER"], [os.environ["SMTPSIM_RECIPIENT"]], message)
