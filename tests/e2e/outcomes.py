"""Tables that pin what real clients do with catalogue entries, one row per entry and client.

A row of curl>=8 is below the row of curl and replaces it if curl has at least that version. To pin a difference of a
new release, add such a row with any outcome, and write the table again.

The columns: the entry's id, the client, the outcome (the exit code, or for a library the exception's name
and "ok" when there was none; a difference between two releases is written 8|55; "hangs": it had to be stopped)
and how many messages the server kept. SMTPSIM_E2E_PIN=1 rewrites the rows that differ.
"""

import collections
import concurrent.futures
import os
import signal

import clients
from harness import Server, until

PIN = os.environ.get("SMTPSIM_E2E_PIN") == "1"
WORKERS = 8  # most rows of a silent entry only wait, so there are more workers than cores

Row = collections.namedtuple("Row", "entry client outcome kept")


class Table:
    def __init__(self, path, head):
        self.path, self.head = path, head

    def rows(self):
        lines = [line.split() for line in self.path.read_text().splitlines()]
        return [Row(*words) for words in lines if words and words[0] not in ("entry", "#")]

    def rows_of_any_version(self):
        return [row for row in self.rows() if ">=" not in row.client]

    def rows_here(self):
        """The rows of the installed versions: of rows for the same entry and client, the last one that applies."""
        return list({(row.entry, client_of(row)): row for row in self.rows() if is_here(row.client)}.values())

    def write(self, rows):
        plain = [row for row in rows if ">=" not in row.client]  # the others are wider
        widths = [max(map(len, column)) for column in zip(Row._fields, *plain)]
        lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip()
                 for row in [Row._fields, *rows]]
        self.path.write_text(self.head + "\n".join(lines) + "\n")

    def differences(self, client, see):
        """The differences that `see(entry, client)` finds; none if the table is rewritten."""
        table = self.rows()
        pinned = [row for row in self.rows_here() if client_of(row) == client]
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            seen = list(pool.map(lambda row: see(row.entry, client), pinned))
        if PIN:
            anew = {row: now._replace(client=row.client) for row, (now, _) in zip(pinned, seen) if not holds(row, now)}
            self.write([anew.get(row, row) for row in table])
            return []
        return [f"pinned: {'  '.join(row)}\n  seen: {'  '.join(now)}\n{why}"
                for row, (now, why) in zip(pinned, seen) if not holds(row, now)]


def client_of(row):
    return row.client.partition(">=")[0]


def is_here(client):
    """For curl>=8: whether the installed curl has at least version 8."""
    name, _, least = client.partition(">=")
    return not least or clients.version(name) >= tuple(map(int, least.split(".")))


def holds(pinned, seen):
    return seen.outcome in pinned.outcome.split("|") and seen.kept == pinned.kept


def see(entry, client, deliver, profile=None, options=()):
    """Runs one delivery: returns its row, and an explanation.

    deliver(client, server): the outcome, and the output of the client.
    """
    with Server(profile, options=["--fault", entry, *options]) as server:
        outcome, output = deliver(client, server)
        try:
            # The client has ended; the server still reads the octets on the way.
            until(lambda: all_sessions_are_over(server), "the end of the session", 1)
        except AssertionError:
            pass  # a server that does not read does not notice the end of its client
        server.process.send_signal(signal.SIGTERM)
        server.wait()
        kept = len(list(server.messages_folder.glob("*.eml")))
        log = server.log_file.read_bytes().decode("latin-1")
    return Row(entry, client, outcome, str(kept)), f"{output[-1000:]}\n{log[-2000:]}"


def all_sessions_are_over(server):
    opened = len(server.events("opened"))
    return opened > 0 and len(server.events("closed")) == opened
