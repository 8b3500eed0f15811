"""Tables of the kernel."""

from kernel.schema.v001 import upgrade

revision = "0001"
down_revision = None

__all__ = ["down_revision", "revision", "upgrade"]
