# SPDX-License-Identifier: MIT
"""A desk with its keyholder, and people who write to it with the programs that people use."""
import pytest

from shapes.desk import Desk
from world.people import People
from world.scratch import Scratch

ADDRESS = "concerns@wimbledon-desk.example"
PEOPLE = {
    "gateway": ADDRESS,
    "alice": "alice.archer@police.example",
    "bob": "bob.barker@police.example",
    "stranger": "stranger@elsewhere.example",
    "revoked": "revoked@police.example",
}
# Keys that gpg makes and that we do not take, and one that we do.
ALGORITHMS = {
    "rsa": "Key-Type: rsa\nKey-Length: 3072\nKey-Usage: sign\nSubkey-Type: rsa\nSubkey-Length: 3072",
    "nist": "Key-Type: ecdsa\nKey-Curve: nistp256\nKey-Usage: sign\n"
        "Subkey-Type: ecdh\nSubkey-Curve: nistp256",
    "short": "Key-Type: rsa\nKey-Length: 1024\nKey-Usage: sign\nSubkey-Type: rsa\nSubkey-Length: 2048",
    "dsa": "Key-Type: dsa\nKey-Length: 2048\nKey-Usage: sign\nSubkey-Type: rsa\nSubkey-Length: 2048",
}


@pytest.fixture(scope="session")
def scratch():
    with Scratch("wandle-shapes-") as folder:
        yield folder


@pytest.fixture(scope="session")
def people(scratch):
    people = People(scratch, PEOPLE)
    for name, algorithm in ALGORITHMS.items():
        people.add(name, f"{name}@police.example", algorithm=algorithm)
    people.add("old", "old@police.example", made_at="20200101T000000")
    people.add("expired", "expired@police.example", made_at="20200101T000000", expires="1y")
    return people


@pytest.fixture(scope="session")
def desk(scratch, people):
    """One keyholder for all tests: each mail is a job of its own."""
    with Desk(scratch, people, ADDRESS, known=("alice", "bob", "revoked", "expired", "old", *ALGORITHMS),
            revoked=("revoked",)) as desk:
        yield desk
