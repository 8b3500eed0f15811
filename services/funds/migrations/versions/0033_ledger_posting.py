"""The ledger posts a batch that goes through as it came without a walk."""

from ledger.schema import v006 as upgrade

revision = "0033"
down_revision = "0032"

__all__ = ["down_revision", "revision", "upgrade"]
