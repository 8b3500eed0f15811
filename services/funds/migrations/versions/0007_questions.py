"""The newest determination of a question is found by what it was asked about."""

from policy.migration import v002 as upgrade

revision = "0007"
down_revision = "0006"

__all__ = ["down_revision", "revision", "upgrade"]
