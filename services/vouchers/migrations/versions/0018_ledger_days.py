"""The ledger records nothing before the end of a day whose root was told."""

from ledger.schema import v007 as upgrade

revision = "0018"
down_revision = "0017"

__all__ = ["down_revision", "revision", "upgrade"]
