"""Closed months keep their turnover; the books are verified whole or without them."""

from ledger.schema import v004 as upgrade

revision = "0008"
down_revision = "0007"

__all__ = ["down_revision", "revision", "upgrade"]
