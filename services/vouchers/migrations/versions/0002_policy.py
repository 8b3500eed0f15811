"""Tables of policy: snapshots told, determinations made."""

from policy.migration import v001 as upgrade

revision = "0002"
down_revision = "0001"

__all__ = ["down_revision", "revision", "upgrade"]
