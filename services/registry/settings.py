"""Settings of the registry."""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from kernel.settings import KeyFile, ServiceSettings


class RegistrySettings(ServiceSettings):
    """`certificate_key_file`: PEM of the ES256 key certificates and proofs are signed with, and nothing else is.

    `person_number_key` makes the hashes of persons' numbers and of contacts: whoever changes it makes the registry
    meet every person as a new one.
    """

    certificate_key_file: KeyFile
    person_number_key: str = Field(min_length=32, repr=False)


async def _person_key(request: Request) -> bytes:
    settings: RegistrySettings = request.app.state.settings
    return settings.person_number_key.encode()


PersonKey = Annotated[bytes, Depends(_person_key)]
