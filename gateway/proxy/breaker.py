"""A circuit breaker by error ratio, per process and route prefix. Pure: the time is an argument, in milliseconds."""

from enum import StrEnum

from gateway.proxy.kept import Kept

SPAN = 10_000
COUNT_MIN = 20
OPEN_FOR = 5_000
BREAKERS_MAX = 512
FOR_EVER = 1 << 62


class State(StrEnum):
    """`half_open`: one request is out to try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Opens for five seconds when at least half of twenty or more answers within ten seconds were failures."""

    __slots__ = ("_failed", "_since", "_total", "state")

    def __init__(self, now: int) -> None:
        self.state = State.CLOSED
        self._since = now
        self._total = 0
        self._failed = 0

    def wait(self, now: int) -> int:
        """Milliseconds until another try is due, 0 to go ahead. Going ahead from open is the one trial."""
        if self.state is State.CLOSED:
            return 0
        left = self._since + OPEN_FOR - now
        if left > 0:
            return left
        # A trial that never reports back (its client left) is given up after the same five seconds.
        self.state = State.HALF_OPEN
        self._since = now
        return 0

    def succeeded(self, now: int) -> None:
        """An answer came, whatever it said, unless it was a failure of the process itself."""
        if self.state is State.CLOSED:
            self._count(now)
        elif self.state is State.HALF_OPEN:
            self._become(State.CLOSED, now)

    def failed(self, now: int) -> None:
        """No answer, a broken one, or the process's own 500, 502 or 504."""
        if self.state is State.HALF_OPEN:
            self._become(State.OPEN, now)
        if self.state is State.OPEN:
            return
        self._count(now)
        self._failed += 1
        if self._total >= COUNT_MIN and self._failed * 2 >= self._total:
            self._become(State.OPEN, now)

    def _count(self, now: int) -> None:
        if now - self._since > SPAN:
            self._become(self.state, now)
        self._total += 1

    def _become(self, state: State, now: int) -> None:
        self.state = state
        self._since, self._total, self._failed = now, 0, 0


class Breakers:
    """One breaker per process and route prefix; the last segment comes from the caller, hence the bound."""

    def __init__(self) -> None:
        self._kept: Kept[str, Breaker] = Kept(BREAKERS_MAX)

    def of(self, prefix: str, now: int) -> Breaker:
        """The breaker of a prefix such as /v1/funds/claims."""
        breaker = self._kept.get(prefix, now)
        if breaker is None:
            breaker = Breaker(now)
            self._kept.put(prefix, breaker, FOR_EVER)
        return breaker
