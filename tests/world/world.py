# SPDX-License-Identifier: MIT
"""One world: servers, everybody's mailboxes and keys, and Wandle among them."""
from collections import defaultdict

from .gateway import ADDRESS, Gateway, everybody
from .letters import open_letters
from .people import People
from .servers import Servers

# People who are in nobody's directory, but who write all the same.
STRANGERS = {"stranger": "stranger@elsewhere.example"}


def make_people(scratch):
    return People(scratch, {**everybody(), **STRANGERS})


class World:
    """
    A world of its own for one story. Everybody has a mailbox; `people` is shared between worlds,
    as making keys takes a while.
    """

    def __init__(self, scratch, people, **how):
        """how: what Gateway takes besides: keys, revoked."""
        self.scratch, self.people = scratch, people
        self.addresses = {**everybody(), **STRANGERS}
        try:
            self.servers = Servers(self.scratch, set(self.addresses.values()))
            self.servers.start()
            self.gateway = Gateway(self.scratch.folder / "gateway", self.servers, people, **how)
        except BaseException:
            self.close()
            raise

    def close(self):
        if hasattr(self, "servers"):
            self.servers.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def wandle(self):
        return self.people["gateway"]

    def send(self, sender, mail, arrived=True):
        """`sender` submits a mail to Wandle's mailbox; it lies there afterwards."""
        self.servers.submit(self.addresses[sender], [ADDRESS], mail)
        if arrived:
            self.servers.settle()

    def letters(self, name):
        """What is in a person's mailbox, each opened with that person's key."""
        reader = self.people[self.gateway.key_of(name)]
        return open_letters(self.servers, reader, self.wandle, self.addresses[name])

    def mailboxes(self):
        """Everybody who has mail, by name; Wandle's own mailbox left out."""
        occupied = self.servers.occupied()
        found = defaultdict(list)
        for name, address in self.addresses.items():
            if name != "gateway" and address in occupied:
                found[name] = self.letters(name)
        return found

    def inbox(self):
        return self.servers.fetch(ADDRESS)

    def handled(self):
        return self.servers.fetch(ADDRESS, "Handled")
