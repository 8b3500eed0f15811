"""The ledger posts a batch that goes through as it came without a walk."""

from ledger.schema import v006 as upgrade

revision = "0016"
down_revision = "0015"

__all__ = ["down_revision", "revision", "upgrade"]
