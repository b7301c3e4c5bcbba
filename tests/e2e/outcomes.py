"""Tables that pin what real clients do with catalogue entries, one row an entry and client.

A row of curl>=8 stands below that of curl and is in its place where curl is at least that. To pin what a new release
does otherwise, add such a row with any outcome, and write it anew.

The columns: the entry's id, the client, the outcome (the exit code, or for a library the exception's name
and "ok" when there was none; what two releases do otherwise is written 8|55; "hangs": it had to be stopped)
and how many messages the server kept. SMTPSIM_E2E_PIN=1 writes the rows that are not as pinned anew.
"""

import collections
import concurrent.futures
import os
import signal

import clients
from harness import Server, until

PIN = os.environ.get("SMTPSIM_E2E_PIN") == "1"
WORKERS = 8  # most rows of a silent entry only wait, so more than there are cores

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
        """Those of the versions that are installed: of rows for the same entry and client, the last that holds."""
        return list({(row.entry, client_of(row)): row for row in self.rows() if is_here(row.client)}.values())

    def write(self, rows):
        plain = [row for row in rows if ">=" not in row.client]  # the others stick out
        widths = [max(map(len, column)) for column in zip(Row._fields, *plain)]
        lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip()
                 for row in [Row._fields, *rows]]
        self.path.write_text(self.head + "\n".join(lines) + "\n")

    def differences(self, client, see):
        """What `see(entry, client)` finds that is not as pinned; nothing where it is written anew."""
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
    """Of curl>=8: whether the curl that is installed is."""
    name, _, least = client.partition(">=")
    return not least or clients.version(name) >= tuple(map(int, least.split(".")))


def holds(pinned, seen):
    return seen.outcome in pinned.outcome.split("|") and seen.kept == pinned.kept


def see(entry, client, deliver, profile=None, options=()):
    """Holds one delivery: the row that comes of it, and what explains it.

    deliver(client, server): the outcome, and what the client said.
    """
    with Server(profile, options=["--fault", entry, *options]) as server:
        outcome, output = deliver(client, server)
        try:
            # The client is gone; what it left on the way is still read.
            until(lambda: all_sessions_are_over(server), "the end of the session", 1)
        except AssertionError:
            pass  # a server that reads no more does not see its client go
        server.process.send_signal(signal.SIGTERM)
        server.wait()
        kept = len(list(server.messages_folder.glob("*.eml")))
        log = server.log_file.read_bytes().decode("latin-1")
    return Row(entry, client, outcome, str(kept)), f"{output[-1000:]}\n{log[-2000:]}"


def all_sessions_are_over(server):
    opened = len(server.events("opened"))
    return opened > 0 and len(server.events("closed")) == opened
