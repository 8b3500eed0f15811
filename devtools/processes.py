"""The six processes: how each is started and what it is told."""

import sys
from dataclasses import dataclass
from pathlib import Path

from devtools.children import starting_environment
from devtools.databases import TARGETS, Database
from devtools.secret_files import SecretFiles

PROCESSES = ("proxy", *TARGETS)
DEFAULT_PORT = 8000
PORT_MAX = 65_535 - len(TARGETS)  # the others listen on the ports after the proxy's
_HOST = "127.0.0.1"
# How a service is served wherever we start one, as in deploy/start.
UVICORN = (
    "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header", "--no-proxy-headers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Addresses:
    """The port of each process on this machine."""

    ports: dict[str, int]

    @classmethod
    def from_port(cls, first: int) -> "Addresses":
        """The proxy at `first`, the others on the ports after it."""
        return cls({name: first + offset for offset, name in enumerate(PROCESSES)})

    @property
    def urls(self) -> dict[str, str]:
        return {name: f"http://{_HOST}:{port}" for name, port in self.ports.items()}


def module_of(process: str) -> str:
    return f"gateway.{process}" if process in {"proxy", "window"} else f"services.{process}"


def command(process: str, port: int) -> list[str]:
    """The proxy brings its own server settings; the others are plain uvicorn, one process each."""
    if process == "proxy":
        return [sys.executable, "-m", module_of(process)]
    return [
        *(sys.executable, "-m", "uvicorn", "--factory", f"{module_of(process)}.main:build"),
        *("--host", _HOST, "--port", str(port)),
        *(*UVICORN, "--timeout-graceful-shutdown", "10"),
    ]


def environment(process: str, at: Addresses, secrets: SecretFiles, database: Database | None) -> dict[str, str]:
    """What `process` is told, over what this process itself was told (proxies, locales, certificates)."""
    told = {f"{name.upper()}_URL": url for name, url in at.urls.items() if name != "proxy"}
    told |= {
        "SERVICE": process,
        "HOST": _HOST,
        "PORT": str(at.ports[process]),
        "PUBLIC_URL": at.urls["proxy"],
        "WORKLOAD_KEY_FILE": str(secrets.workload_key(process)),
        "PYTHONUNBUFFERED": "1",
    }
    if database is not None:
        told |= {"DATABASE_URL": database.runtime_url, "CURSOR_SECRET_FILE": str(secrets.cursor_secret)}
    if process == "window":
        told |= {
            "SIGNING_KEYS_DIR": str(secrets.signing_keys),
            "WORKLOAD_PUBLIC_KEYS_DIR": str(secrets.workload_public_keys),
            "BOOTSTRAP_SECRET_FILE": str(secrets.bootstrap_secret),
            "WEBHOOK_PRIVATE_TARGETS": "true",
        }
    if process == "registry":
        told["CERTIFICATE_KEY_FILE"] = str(secrets.certificate_key)
        told["PERSON_NUMBER_KEY_FILE"] = str(secrets.person_number_key)
    if process == "vouchers":
        told["VOUCHER_CODE_KEY_FILE"] = str(secrets.voucher_code_key)
    if process == "events":
        told["ATTENDANCE_CODE_KEY_FILE"] = str(secrets.attendance_code_key)
    return starting_environment() | told


def log_file(home: Path, process: str) -> Path:
    return home / "log" / f"{process}.log"
