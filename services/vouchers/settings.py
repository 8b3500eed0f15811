"""Settings only this process has."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from kernel.settings import ServiceSettings


class VoucherSettings(ServiceSettings):
    """`voucher_code_key` makes the hashes of voucher codes: whoever changes it makes every issued code worthless."""

    voucher_code_key: str = Field(min_length=32, repr=False)


async def _code_key(request: Request) -> bytes:
    settings: VoucherSettings = request.app.state.settings
    return settings.voucher_code_key.encode()


CodeKey = Annotated[bytes, Depends(_code_key)]
