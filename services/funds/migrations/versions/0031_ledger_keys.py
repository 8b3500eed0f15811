"""The ledger's keys are found by their hashes, and what a batch tells is one row."""

from ledger.schema import v005 as upgrade

revision = "0031"
down_revision = "0030"

__all__ = ["down_revision", "revision", "upgrade"]
