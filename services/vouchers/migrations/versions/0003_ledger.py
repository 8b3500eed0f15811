"""The ledger: tables, functions, guards."""

from ledger.schema import v001 as upgrade

revision = "0003"
down_revision = "0002"

__all__ = ["down_revision", "revision", "upgrade"]
