"""ETag and If-Match on what people edit: the row's version, 428 without, 412 when it moved on."""

from typing import Annotated

from fastapi import Depends, Header, Response

from kernel.openapi import INSISTS
from kernel.problems import PreconditionFailed, PreconditionRequired


def etag(version: int) -> str:
    """`"v7"`."""
    return f'"v{version}"'


def mark(response: Response, version: int) -> None:
    """Put the ETag on an answer."""
    response.headers["ETag"] = etag(version)


async def _given(
    if_match: Annotated[str | None, Header(examples=['"v7"'], json_schema_extra={INSISTS: True})] = None,
) -> str:
    if if_match is None:
        raise PreconditionRequired
    return if_match.strip()


IfMatch = Annotated[str, Depends(_given)]


def must_match(given: str, version: int, *, as_read: bool = False) -> None:
    """Raise PreconditionFailed when the version has moved on; `as_read` takes no `*`: it must have been seen."""
    if given != etag(version) and (as_read or given != "*"):
        raise PreconditionFailed
