"""One walk decides a batch of the ledger."""

from ledger.schema import v003 as upgrade

revision = "0014"
down_revision = "0013"

__all__ = ["down_revision", "revision", "upgrade"]
