"""An example of a project's mail tests: put your own sending code in place of send().

    SMTPSIM=path/to/smtpsim pytest examples/pytest
"""

import smtplib
import ssl

import pytest

SENDER, RECIPIENT = "jdoe@somewhere.com", "janed@elsewhere.com"
CONTENT = b"From: jdoe@somewhere.com\r\nTo: janed@elsewhere.com\r\nSubject: hi\r\n\r\nHello Jane\r\n.\r\nJohn\r\n"


def send(server, tls=False):
    with smtplib.SMTP(server.host, server.port, "smtp-client", timeout=10) as client:
        if tls:
            client.starttls(context=ssl.create_default_context(cafile=server.ca_file))
        client.sendmail(SENDER, [RECIPIENT], CONTENT)


def test_a_mail_arrives_as_it_was_sent(smtpsim):
    server = smtpsim()
    send(server)
    [message] = server.messages()
    assert (message.sender, message.recipients) == (SENDER, [RECIPIENT])
    assert message.content == CONTENT
    assert server.findings() == []


def test_a_mail_that_is_too_much_is_refused_and_not_kept(smtpsim):
    server = smtpsim(faults=["kb155455/message/552"])
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(server)
    assert refused.value.smtp_code == 552
    assert server.messages() == []


def test_the_second_try_gets_past_greylisting(smtpsim):
    server = smtpsim(faults=["""
        - name: greylisted, once
          at: rcpt
          when: {nth: 1, per: run}
          do: [{reply: "450 4.2.0 Greylisted, try again in 5 minutes"}]
        """])
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server)
    assert refused.value.recipients[RECIPIENT][0] == 450
    send(server)
    assert len(server.messages()) == 1


def test_an_expired_certificate_is_noticed(smtpsim):
    server = smtpsim(faults=["tls/expired-certificate"])
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        send(server, tls=True)
    assert server.messages() == []


def test_one_seed_draws_the_same_twice(smtpsim):
    flaky = "- {at: rcpt, when: {probability: 1/2}, do: [{reply: 451 4.3.0 Not now}]}\n"

    def outcomes():
        server = smtpsim(faults=[flaky], seed=7)
        for _ in range(8):
            try:
                send(server)
            except smtplib.SMTPRecipientsRefused:
                pass
        return [entry["session"] for entry in server.journal("fault")], len(server.messages())

    first, second = outcomes(), outcomes()
    assert first == second
    assert 0 < first[1] < 8


def test_what_the_client_does_wrong_is_found(smtpsim):
    server = smtpsim()
    client = smtplib.SMTP(server.host, server.port, "smtp-client", timeout=10)
    client.ehlo()
    client.close()  # and no QUIT
    server.wait_for("closed")
    assert server.findings() == ["no-quit"]
