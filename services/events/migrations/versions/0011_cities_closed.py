"""Which cities were closed is known, so that no timer fires there."""

from kernel.schema.v003 import upgrade

revision = "0011"
down_revision = "0010"

__all__ = ["down_revision", "revision", "upgrade"]
