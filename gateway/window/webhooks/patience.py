"""How long a portal's webhooks wait after the registry did not say whom the portal acts for.

Kept in memory: nothing was sent, so nothing is lost when a process ends, and the receiver has failed nothing.
"""

from datetime import datetime, timedelta

from gateway.window.webhooks.standard import next_try

# The registry is away for everybody, and comes back for everybody: nobody is to wait for hours then.
ASKED_AGAIN_WITHIN = timedelta(minutes=1)


class Patience:
    """By client: how often in a row it was asked about in vain, and when it may be asked about again."""

    def __init__(self) -> None:
        self._waits: dict[str, tuple[int, datetime]] = {}

    def waiting(self, now: datetime) -> list[str]:
        """Clients that are not to be asked about yet."""
        return [client_id for client_id, (_, until) in self._waits.items() if until > now]

    def asked_in_vain(self, client_id: str, *, now: datetime, jitter: timedelta) -> None:
        """Twice as long each time; several pages of a client that were under way together count once."""
        tries, until = self._waits.get(client_id, (0, now))
        if until <= now:
            after = min(next_try(tries + 1, now=now, jitter=timedelta()), now + ASKED_AGAIN_WITHIN)
            self._waits[client_id] = tries + 1, after + jitter

    def answered(self, client_id: str) -> None:
        """The next time it is in vain counts as the first."""
        self._waits.pop(client_id, None)
