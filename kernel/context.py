"""What a request carries beside its body: request id, deadline, language and the token it came with."""

from contextvars import ContextVar
from random import getrandbits
from typing import NamedTuple

from kernel import clock

BUDGET_MS = 30_000
REQUEST_ID_BITS = 128


class RequestContext(NamedTuple):
    """`deadline_ms` is by the machine's clock, milliseconds since 1970; `token` is the identity the request came with.

    Made for every request, so it is a plain tuple, and the language is only read from its header when somebody asks.
    """

    request_id: str
    deadline_ms: int
    accept_language: str = ""
    token: str | None = None
    actor: str | None = None

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        return language_of(self.accept_language) if self.accept_language else "zh"


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def new_request_id() -> str:
    """128 random bits. It is a name and no secret, and the system's own random bits are a call into it."""
    return f"{getrandbits(REQUEST_ID_BITS):032x}"


def background(*, request_id: str | None = None, actor: str | None = None) -> RequestContext:
    """The context of work outside a request, with a budget of its own."""
    return RequestContext(request_id or new_request_id(), clock.real_ms() + BUDGET_MS, actor=actor)


def current() -> RequestContext:
    """The context of this request. Outside of one, always a fresh one: a background task has no deadline to run out."""
    return _current.get() or background()


def enter(context: RequestContext) -> None:
    """Make it the context of the running task."""
    _current.set(context)


def remaining_seconds() -> int:
    """Whole seconds left before the deadline, never below zero."""
    return max(0, (current().deadline_ms - clock.real_ms()) // 1000)


def language_of(accept_language: str) -> str:
    """`en` when English is asked for before Chinese, else `zh`."""
    ranked = []
    for position, item in enumerate(accept_language.split(",")):
        tag, _, quality = item.strip().partition(";q=")
        if tag[:2].lower() in {"zh", "en"}:
            ranked.append((quality.strip() or "1", -position, tag[:2].lower()))
    return max(ranked)[2] if ranked else "zh"
