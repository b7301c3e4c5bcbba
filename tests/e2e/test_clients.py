"""What real clients do with a normal server and with three faults, and what the server keeps.

One table has all results. A client whose newer release behaves differently has a second value there,
beside the first, with its version.
"""

import unittest

import clients
import contents
from harness import Server, TestCase

SENDER = clients.SENDER
ONE = ["janed@elsewhere.com"]
# Named as smtp-source numbers its recipients.
THREE = ["1janed@elsewhere.com", "2janed@elsewhere.com", "3janed@elsewhere.com"]
ACCEPTED = [THREE[0], THREE[2]]

SECOND_REFUSED = """\
smtpsim: 1
faults:
  - name: no such mailbox
    at: rcpt
    when: {recipient: "/^(2janed|janed1)@/"} # smtp-source numbers from 1 before the name, from 0 after it
    do: [{reply: 550 5.1.1 No such mailbox}]
"""
BANNER_421 = """\
smtpsim: 1
faults:
  - name: busy
    at: connect
    do: [{reply: 421 Service not available}, close]
"""
END_552 = """\
smtpsim: 1
faults:
  - name: storage full at end of data
    at: message
    do: [{reply: 552 5.2.2 Mailbox full}]
"""

# Case: client -> (exit code or exception, recipients of the kept message; None: nothing is kept).
OUTCOMES = {
    "one message": {
        "swaks": (0, ONE),
        "curl": (0, ONE),
        "msmtp": (0, ONE),
        "smtplib": ("", ONE),
        "smtp-source": (0, ONE),
    },
    "second of three recipients refused": {
        "swaks": (0, ACCEPTED),       # continues while one recipient is accepted
        "curl": (55, None),           # CURLE_SEND_ERROR: all or nothing by default
        "msmtp": (65, None),          # EX_DATAERR: all or nothing
        "smtplib": ("", ACCEPTED),    # returns the refused one
        "smtp-source": (1, None),     # a load generator: any refusal is fatal
    },
    "5 MiB": {
        "swaks": (0, ONE),
        "curl": (0, ONE),
        "msmtp": (0, ONE),
        "smtplib": ("", ONE),
        "smtp-source": (0, ONE),
    },
    "421 at the banner": {
        "swaks": (21, None),
        "curl": (8, None),            # CURLE_WEIRD_SERVER_REPLY
        "msmtp": (76, None),          # EX_PROTOCOL
        "smtplib": ("SMTPConnectError", None),
        "smtp-source": (1, None),
    },
    "552 at the end of data": {
        "swaks": (26, None),
        "curl": (8, None),
        "msmtp": (69, None),          # EX_UNAVAILABLE
        "smtplib": ("SMTPDataError", None),
        "smtp-source": (1, None),
    },
}

# Case: faults, recipients, content.
CASES = {
    "one message": ([], ONE, contents.SIMPLE),
    "second of three recipients refused": ([SECOND_REFUSED], THREE, contents.SIMPLE),
    "5 MiB": ([], ONE, contents.large()),
    "421 at the banner": ([BANNER_421], ONE, contents.SIMPLE),
    "552 at the end of data": ([END_552], ONE, contents.SIMPLE),
}


class Clients(TestCase):
    """One test per cell of the table; made below."""

    def check(self, client, case):
        faults, recipients, content = CASES[case]
        expected_result, expected_recipients = OUTCOMES[case][client.name]
        with Server(faults=faults, options=["--sessions", "1"]) as server:
            outcome = client.send(server, recipients, content)
            self.assertEqual(outcome.result, expected_result, outcome.output[-2000:])
            server.wait()
            self.assertEqual(len(server.events("fault")), len(faults), "faults fired")
            if expected_recipients is None:
                self.assertEqual([message.id for message in server.messages()], [])
                return
            message = self.only_message(server)
            self.assertEqual(message.sender, SENDER)
            # smtp-source counts down.
            self.assertEqual(sorted(message.recipients), expected_recipients)
            self.assertEqual(message.helo, "smtp-client")
            if client.keeps_content:
                self.assertOctets(message.content, content)
            else:
                self.assertGreaterEqual(len(message.content), len(content))


class Contents(TestCase):
    """Difficult content through each client that sends content unchanged."""

    def check(self, client, name):
        content = contents.TRICKY[name]
        with Server(options=["--sessions", "1"]) as server:
            outcome = client.send(server, ONE, content)
            self.assertIn(outcome.result, (0, ""), outcome.output[-2000:])
            server.wait()
            expected = contents.kept(content) + client.adds.get(name, b"")
            self.assertOctets(self.only_message(server).content, expected)


class Table(TestCase):
    def test_every_case_says_what_every_client_does(self):
        names = [client.name for client in clients.ALL]
        self.assertEqual(list(OUTCOMES), list(CASES))
        for case, row in OUTCOMES.items():
            self.assertEqual(list(row), names, case)


def _add(group, client, name):
    def test(self):
        group.check(self, client, name)
    words = f"{client.name} {name}".replace("-", " ").replace(",", "").split()
    test.__name__ = "test_" + "_".join(words)
    test.__doc__ = f"{client.name}: {name}"
    if client.name != "smtplib" and clients.find(client.name) is None:
        test = unittest.skip(f"{client.name} is not installed")(test)
    setattr(group, test.__name__, test)


for _client in clients.ALL:
    for _case in CASES:
        _add(Clients, _client, _case)
    if _client.keeps_content:
        for _name in contents.TRICKY:
            _add(Contents, _client, _name)

if __name__ == "__main__":
    unittest.main()
