"""The ledger's keys are found by their hashes, and what a batch tells is one row."""

from ledger.schema import v005 as upgrade

revision = "0015"
down_revision = "0014"

__all__ = ["down_revision", "revision", "upgrade"]
