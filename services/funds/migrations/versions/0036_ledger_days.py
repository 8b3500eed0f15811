"""The ledger records nothing before the end of a day whose root was told."""

from ledger.schema import v007 as upgrade

revision = "0036"
down_revision = "0035"

__all__ = ["down_revision", "revision", "upgrade"]
