"""A city's identity provider as whoever runs the installation describes it: `<city>.yaml` in a folder of secrets."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

CITY = re.compile(r"[0-9a-z\-]{1,20}")
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


def secure(address: str) -> str:
    """The address, if what is sent there can be read by nobody else: https, or this machine. Raises ValueError."""
    parts = urlsplit(address)
    _ = parts.port  # raises for what is no port
    if not parts.hostname or parts.username or parts.fragment or not address.isascii() or not address.isprintable():
        raise ValueError("no address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(parts.hostname)):
        raise ValueError("no https address")
    return address


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(secure)]


class ProviderFile(BaseModel):
    """What stands in the file; files it names are beside it.

    `return_to`: the one page of the city's own front end people come back to. `ca_file`: PEM, for a provider whose
    certificate is the city's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    issuer: Address
    client_id: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,200}$")]
    client_secret_file: Path
    button_zh: Text
    button_en: Text
    embedded_accounts: bool = True
    return_to: Address | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """`embedded_accounts`: whether passwords count beside it."""

    city_code: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    button: tuple[str, str]
    embedded_accounts: bool
    return_to: str | None
    tls: ssl.SSLContext


Providers = Mapping[str, Provider]


def load_providers(folder: Path | None) -> Providers:
    """By city code. Raises ValueError, which names the file and the field but not what stands there."""
    if folder is None:
        return {}
    return {path.stem: _loaded(path) for path in sorted(folder.glob("*.yaml"))}


def _loaded(path: Path) -> Provider:
    if not CITY.fullmatch(path.stem):
        raise ValueError(f"{path.name} is not named for a city")
    try:
        told = ProviderFile.model_validate(yaml.safe_load(_content(path)))
    except yaml.YAMLError:
        raise ValueError(f"{path.name} is not YAML") from None
    except ValidationError as error:
        wrong = (".".join(str(part) for part in found["loc"]) + ": " + found["msg"] for found in error.errors())
        raise ValueError(f"{path.name}: {'; '.join(wrong)}") from None
    secret = _content(path.parent / told.client_secret_file).strip()
    if not secret:
        raise ValueError(f"{path.name}: client_secret_file is empty")
    return Provider(
        city_code=path.stem,
        issuer=told.issuer,
        client_id=told.client_id,
        client_secret=secret,
        button=(told.button_zh, told.button_en),
        embedded_accounts=told.embedded_accounts,
        return_to=told.return_to,
        tls=_tls(path.parent / told.ca_file if told.ca_file else None),
    )


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise ValueError(f"{ca_file} cannot be read: {type(error).__name__}") from None


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read: {type(error).__name__}") from None
