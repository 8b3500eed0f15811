"""Settings of a process. Anything secret may come as a file: `DATABASE_URL_FILE=/run/secrets/…`."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What every process needs. Times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service: str
    database_url: str
    window_url: str = "http://127.0.0.1:8001"
    registry_url: str = "http://127.0.0.1:8002"
    vouchers_url: str = "http://127.0.0.1:8003"
    funds_url: str = "http://127.0.0.1:8004"
    events_url: str = "http://127.0.0.1:8005"
    public_url: str = "http://127.0.0.1:8000"
    workload_key_file: Path
    cursor_secret: str = Field(min_length=32)
    pool_size: int = 6
    body_limit: int = 1_048_576
    statement_timeout: int = 10
    span_sample_per_10000: int = 100
    otlp_endpoint: str | None = None
    relay_enabled: bool = True
    version: str = "0.1.0"

    @model_validator(mode="before")
    @classmethod
    def read_files(cls, values: dict[str, Any]) -> dict[str, Any]:
        """`NAME_FILE` in the environment replaces `NAME`."""
        for name in cls.model_fields:
            path = os.environ.get(f"{name.upper()}_FILE")
            if path and name != "workload_key_file":
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    def url_of(self, process: str) -> str:
        """The base address of another process of ours."""
        return str(getattr(self, f"{process}_url"))
