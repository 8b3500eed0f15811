"""Structured logs on standard output: JSON, Chinese readable, personal data and secrets masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from kernel import context

_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9}|[0-9]{16,19})(?![0-9A-Za-z])"  # person, phone, account
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # credentials in an address
)
# From where a word begins, or text made of beginnings would be read again from each of them.
_TOKEN_SIGN = "eyJ"  # noqa: S105 - what each signed token begins with
_TOKEN = re.compile(rf"(?<![\w-])(?=[\w-]*{_TOKEN_SIGN})[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
# What PostgreSQL, its driver or a model refused; a value may have lines of its own.
_REFUSED = re.compile(
    r"(DETAIL:  |invalid input (?:for query argument|syntax for type) [^:\n]{1,200}: |input_value=)"
    r".+?(?=\nHINT:|\n\[SQL|\n\nThe above exception|\n\nDuring handling|, input_type=|\Z)",
    re.DOTALL,
)
SECRET_NAMES = {"password", "secret", "client_secret", "authorization", "token", "client_assertion", "private_key"}


def mask(text: str) -> str:
    """Identity numbers, phones, accounts, tokens, credentials, refused rows and values become `***`."""
    text = _REFUSED.sub(r"\1***", text)
    if _TOKEN_SIGN in text:
        text = _TOKEN.sub("***", text)
    return _PERSONAL.sub("***", text)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: "***" if key in SECRET_NAMES else _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(item) for item in value]
    return value


def _mask_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.setdefault("request_id", context.current().request_id)
    masked: dict[str, Any] = _masked(dict(event))
    return masked


def configure(service: str, level: int = logging.INFO) -> None:
    """Once per process. Library logs and tracebacks go the same way."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
    for name in ("httpx2", "pgqueuer", "stamina"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
