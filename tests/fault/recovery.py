# SPDX-License-Identifier: MIT
"""The recovery key, and the one who holds it."""

HOLDER = "Superintendent Adeyemi"


def add_holder(people):
    """Who holds the recovery key. She is in nobody's directory."""
    return people.add("recovery-holder", "recovery@wimbledon-desk.example")


def know_recovery_key(gateway, holder):
    with gateway.settings.open("a") as settings:
        settings.write(f"recovery:\n  holder: {HOLDER}\n  key: {holder.fingerprint}\n")
    key = gateway.folder / "holder.asc"
    key.write_bytes(holder.public)
    gateway.run("keys", "add", key, "--fingerprint", holder.fingerprint)
