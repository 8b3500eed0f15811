"""The specs kept in the repository, and the catalogue of problem codes: `python -m devtools.openapi` writes them.

Tests refuse code that differs from them, and specs that would break what was released.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, get_args, get_type_hints

from fastapi import FastAPI

from devtools.databases import TARGETS
from devtools.processes import module_of
from devtools.secret_files import SecretFiles
from kernel.openapi import document
from kernel.problems import Problem
from kernel.settings import ServiceSettings

FOLDER = Path(__file__).resolve().parent.parent / "openapi"
RELEASED = FOLDER / "released"
STARTING = {"main", "__main__"}
PARTS = ("kernel", "contracts", "policy", "ledger", "services", "gateway")


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
        "person_number_key": secrets.person_number_key.read_text(),
        "attendance_code_key": secrets.attendance_code_key.read_text(),
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


def problem_catalogue() -> dict[str, Any]:
    """Every problem code of ours with status, titles, what its docstring says, and the parts that can answer it.

    Raises ValueError where one code has two meanings.
    """
    for root in PARTS:
        _import_all(root)
    codes: dict[str, Any] = {}
    for kind in sorted(_kinds(Problem), key=lambda kind: (kind.__module__, kind.__name__)):
        _note(codes, kind)
    return codes


def _import_all(package: str) -> None:
    folder = list(import_module(package).__path__)
    for module in walk_packages(folder, package + "."):
        if module.name.rpartition(".")[2] not in STARTING and ".migrations" not in module.name:
            import_module(module.name)


def _kinds(kind: type[Problem]) -> set[type[Problem]]:
    return {kind}.union(*map(_kinds, kind.__subclasses__()))


def _note(codes: dict[str, Any], kind: type[Problem]) -> None:
    part = kind.__module__.split(".")[1 if kind.__module__.startswith(("services.", "gateway.")) else 0]
    if kind.__module__.split(".")[0] not in PARTS or not ({"code", "status"} & vars(kind).keys()):
        return
    about = " ".join(cleandoc(vars(kind).get("__doc__") or "").split())
    facts = {
        "status": kind.status,
        "title_zh": kind.title_zh,
        "title_en": kind.title_en,
        "retryable": kind.retryable,
    }
    known = codes.setdefault(kind.code, facts | {"about": about, "raised_by": []})
    if any(known[name] != value for name, value in facts.items()):
        raise ValueError(f"{kind.code} has two meanings: {kind.__module__}.{kind.__name__}")
    known["about"] = known["about"] or about
    known["raised_by"] = sorted({*known["raised_by"], part})


def text_of(spec: Any) -> str:
    """As it lies in the repository: readable differences, stable order."""
    return json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write all of them; `--release` also keeps them as what the next changes must not break."""
    folders = [FOLDER, RELEASED] if "--release" in sys.argv[1:] else [FOLDER]
    texts = {process: text_of(spec_of(process)) for process in TARGETS}
    texts["problems"] = text_of(problem_catalogue())
    for folder in folders:
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
