"""What a request carries beside its body: request id, deadline, language and the token it came with."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kernel import clock
from kernel.ids import new_id

DEFAULT_BUDGET = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """`deadline` is by the machine's clock; `language` "zh" or "en"; `token` the identity the request came with."""

    request_id: str = field(default_factory=lambda: new_id().hex)
    deadline: datetime = field(default_factory=lambda: clock.real_now() + DEFAULT_BUDGET)
    language: str = "zh"
    token: str | None = None
    actor: str | None = None


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def current() -> RequestContext:
    """The context of this request. Outside of one, always a fresh one: a background task has no deadline to run out."""
    return _current.get() or RequestContext()


def enter(context: RequestContext) -> None:
    """Make it the context of the running task."""
    _current.set(context)


def remaining_seconds() -> int:
    """Whole seconds left before the deadline, never below zero."""
    return max(0, int((current().deadline - clock.real_now()).total_seconds()))


def language_of(accept_language: str) -> str:
    """ "en" when English is asked for before Chinese, else "zh"."""
    ranked = []
    for position, item in enumerate(accept_language.split(",")):
        tag, _, quality = item.strip().partition(";q=")
        if tag[:2].lower() in {"zh", "en"}:
            ranked.append((quality.strip() or "1", -position, tag[:2].lower()))
    return max(ranked)[2] if ranked else "zh"
