"""Settings only this process has."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from kernel.settings import ServiceSettings


class EventSettings(ServiceSettings):
    """`attendance_code_key` makes the hashes of registrations' codes and of private feeds' tokens.

    Whoever changes it makes every code and every private feed worthless.
    """

    attendance_code_key: str = Field(min_length=32, repr=False)


async def _code_key(request: Request) -> bytes:
    settings: EventSettings = request.app.state.settings
    return settings.attendance_code_key.encode()


CodeKey = Annotated[bytes, Depends(_code_key)]
