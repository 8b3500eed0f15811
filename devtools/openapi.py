"""The specs kept in the repository: `python -m devtools.openapi` writes them, a test refuses what would break one."""

import json
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

from fastapi import FastAPI

from devtools.databases import TARGETS
from devtools.processes import module_of
from devtools.secret_files import SecretFiles
from kernel.openapi import document
from kernel.settings import ServiceSettings

FOLDER = Path(__file__).resolve().parent.parent / "openapi"


def build_of(process: str) -> tuple[Callable[..., FastAPI], type[ServiceSettings]]:
    """The factory of a process and the settings it reads."""
    build = import_module(f"{module_of(process)}.main").build
    (settings,) = (kind for kind in get_args(get_type_hints(build)["settings"]) if kind is not type(None))
    return build, settings


def secret_settings(folder: Path) -> dict[str, Any]:
    """Settings only some processes have, with secrets made in `folder`."""
    secrets = SecretFiles(folder)
    secrets.complete(TARGETS)
    return {
        "signing_keys_dir": secrets.signing_keys,
        "workload_public_keys_dir": secrets.workload_public_keys,
        "bootstrap_secret": secrets.bootstrap_secret.read_text(),
        "certificate_key_file": secrets.certificate_key,
        "voucher_code_key": secrets.voucher_code_key.read_text(),
    }


def app_of(process: str, folder: Path) -> FastAPI:
    """The app of a process, built but not started; its database is never reached."""
    build, settings = build_of(process)
    more = secret_settings(folder)
    return build(
        settings(
            service=process,
            database_url="postgresql+asyncpg://nobody@127.0.0.1:9/nothing",
            workload_key_file=SecretFiles(folder).workload_key(process),
            cursor_secret="c" * 32,
            **more,
        )
    )


def spec_of(process: str) -> dict[str, Any]:
    """The OpenAPI document of a process as its code has it now."""
    with tempfile.TemporaryDirectory() as folder:
        return document(app_of(process, Path(folder)))


def text_of(spec: dict[str, Any]) -> str:
    """As it lies in the repository: readable differences, stable order."""
    return json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write all of them."""
    for process in TARGETS:
        (FOLDER / f"{process}.json").write_text(text_of(spec_of(process)), encoding="utf-8")


if __name__ == "__main__":
    main()
