"""Settings of a process. Anything secret may come as a file: `DATABASE_URL_FILE=/run/secrets/…`."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, Self, get_origin

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError


def _of_private_key(path: Path) -> Path:
    from kernel.workload import load_key  # noqa: PLC0415 - whoever only migrates needs no cryptography

    if not load_key(path).is_private:
        raise ValueError(f"{path} holds a public key alone")
    return path


KeyFile = Annotated[Path, AfterValidator(_of_private_key)]
"""A PEM file with an ES256 private key. The path itself is the setting: `WORKLOAD_KEY_FILE`."""


class ProcessSettings(BaseSettings):
    """Read from the environment. Of a value that is refused only the name is told: it may be a secret."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def read_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """`NAME_FILE` in the environment replaces `NAME`."""
        for name, field in cls.model_fields.items():
            path = os.environ.get(f"{name.upper()}_FILE")
            if path:
                text = _content(f"{name.upper()}_FILE", Path(path))
                values[name] = _listed(name.upper(), text) if get_origin(field.annotation) is tuple else text
        return values

    @classmethod
    def of_environment(cls) -> Self:
        """The settings, or the end of the process with everything that is wrong in one line."""
        try:
            return cls()
        except SettingsError as error:  # not even the form it is to have
            sys.exit(f"cannot start: {error}")
        except ValidationError as error:
            sys.exit(f"cannot start: {'; '.join(_said(found) for found in error.errors(include_input=False))}")


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name} cannot be read: {error}") from None


def _listed(name: str, text: str) -> Any:
    """A list is JSON in a file, as it is in the environment."""
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"{name}_FILE holds no JSON") from None


def _said(found: Any) -> str:
    name = "_".join(str(part) for part in found["loc"]).upper()
    if found["type"] == "missing":
        return f"{name} is missing"
    why = str(found["ctx"]["error"]) if found["type"] == "value_error" else found["msg"]
    return f"{name}: {why}" if name else why


class ServiceSettings(ProcessSettings):
    """What every process needs. Times in seconds, sizes in bytes."""

    service: str
    database_url: str = Field(pattern=r"^postgresql\+asyncpg://")
    window_url: str = "http://127.0.0.1:8001"
    registry_url: str = "http://127.0.0.1:8002"
    vouchers_url: str = "http://127.0.0.1:8003"
    funds_url: str = "http://127.0.0.1:8004"
    events_url: str = "http://127.0.0.1:8005"
    public_url: str = "http://127.0.0.1:8000"
    workload_key_file: KeyFile
    cursor_secret: str = Field(min_length=32)
    pool_size: int = 6
    body_limit: int = 1_048_576
    statement_timeout: int = 10
    span_sample_per_10000: int = 100
    otlp_endpoint: str | None = None
    relay_enabled: bool = True
    version: str = "0.1.0"

    def url_of(self, process: str) -> str:
        """The base address of another process of ours."""
        return str(getattr(self, f"{process}_url"))
