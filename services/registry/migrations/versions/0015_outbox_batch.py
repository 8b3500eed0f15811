"""Facts of one statement share a row until the relay unfolds it."""

from kernel.schema.v002 import upgrade

revision = "0015"
down_revision = "0014"

__all__ = ["down_revision", "revision", "upgrade"]
