"""One lock for a city's books."""

from ledger.schema import v002 as upgrade

revision = "0006"
down_revision = "0005"

__all__ = ["down_revision", "revision", "upgrade"]
