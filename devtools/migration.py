"""`make migration s=funds m="claims get a number"`: draft the next numbered migration from the models.

The draft is compared with a migrated throwaway database. Read it: a rename looks like a drop and an add, and a table
that is full needs an index CONCURRENTLY and NOT NULL in three steps. There is no downgrade: we go forward.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from devtools.databases import TARGETS, prepare
from devtools.postgres import throwaway_server
from kernel import migrating

_TEMPLATE = Path(__file__).with_name("migration.mako")


class NothingChanged(Exception):
    """The models equal the migrated schema."""


def draft(target: str, message: str, *, by_hand: bool = False) -> Path:
    """Write the draft and return where it is; `by_hand` leaves an empty one, for functions and data.

    Raises NothingChanged when the models equal the migrated schema.
    """
    with throwaway_server() as server, tempfile.TemporaryDirectory() as passwords:
        database = prepare(server.url, target, passwords=Path(passwords), name=target)
        settings = migrating.config(target, database.migrator_url)
        settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        beside_versions = migrating.folder(target) / "script.py.mako"  # where Alembic wants its template
        shutil.copy(_TEMPLATE, beside_versions)
        try:
            made = command.revision(settings, message, autogenerate=True, rev_id=_next_number(target))
        finally:
            beside_versions.unlink()
    if made is None or isinstance(made, list):
        raise RuntimeError("Alembic drafted nothing")
    path = Path(made.path)
    if not by_hand and "op." not in path.read_text(encoding="utf-8").partition("def upgrade")[2]:
        path.unlink()
        raise NothingChanged(target)
    return path


def _next_number(target: str) -> str:
    return f"{int(migrating.head(target)) + 1:04d}"


def main() -> None:
    target, message, *by_hand = sys.argv[1:]
    if target not in TARGETS:
        sys.exit(f"s is one of {', '.join(TARGETS)}")
    try:
        path = draft(target, message, by_hand=bool(by_hand))
    except NothingChanged:
        sys.exit(f"the models of {target} equal its migrated schema; an empty draft to fill by hand: HAND=1")
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", "--quiet", "--fix", path], check=False)
    subprocess.run([*ruff, "format", "--quiet", path], check=True)
    print(f"read it before you run it: {path}")


if __name__ == "__main__":
    main()
