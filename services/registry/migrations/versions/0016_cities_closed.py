"""Which cities were closed is known, so that no timer fires there."""

from kernel.schema.v003 import upgrade

revision = "0016"
down_revision = "0015"

__all__ = ["down_revision", "revision", "upgrade"]
