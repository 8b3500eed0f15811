"""The account a server process runs as, and the places that account can read."""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

# PostgreSQL refuses to run as root, and initdb wants an account with a name: so no bare number.
_UNPRIVILEGED = ("nobody", "daemon", "postgres")


class _PopenArguments(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def popen_arguments(self) -> _PopenArguments:
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand one file or folder over to the account."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def may(self, path: Path, bits: int) -> bool:
        """Whether the classic mode bits (`bits` as 0..7) of one existing path let this account in."""
        found = path.stat()
        if found.st_uid == self.uid:
            return stat.S_IMODE(found.st_mode) >> 6 & bits == bits
        if found.st_gid == self.gid:
            return stat.S_IMODE(found.st_mode) >> 3 & bits == bits
        return found.st_mode & bits == bits

    def reaches(self, folder: Path) -> bool:
        """Whether the account may walk down to `folder`; parts that do not exist yet are ours to make."""
        if self.is_ours:
            return True
        return all(self.may(part, 0o1) for part in (folder, *folder.parents) if part.exists())


def server_account() -> Account:
    """Ourselves, or an unprivileged account when we are root."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise RuntimeError(
        f"PostgreSQL does not run as root and none of {', '.join(_UNPRIVILEGED)} exists here: "
        "run as an ordinary user, or name a server in POSTGRES_URL"
    )


def shared_folder(root: Path = Path("/var/tmp")) -> Path:  # noqa: S108 - checked below
    """A folder of ours under `root` that others may walk through but not list or change.

    Refuses a folder somebody else put there first: its owner could swap the programs we run.
    """
    folder = root / f"zhongchuang-{os.geteuid()}"
    try:
        folder.mkdir()
        folder.chmod(0o711)  # whatever the umask says
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise RuntimeError(f"{folder} is not ours alone: remove it")
    return folder


def place_for(account: Account, wanted: Path) -> Path:
    """`wanted` when the account can reach it, else a folder of the same meaning under /var/tmp."""
    wanted = wanted.absolute()
    if account.reaches(wanted):
        return wanted
    return shared_folder() / "-".join(wanted.parts[1:])


def readable_copy(account: Account, source: Path, beside: list[Path], *, label: str) -> Path:
    """`source`, or a copy of it and its neighbours with their layout kept (programs find libraries relatively)."""
    if account.reaches(source) and account.may(source, 0o5):
        return source
    target = shared_folder() / label
    if not target.exists():
        draft = shared_folder() / f"{label}.{os.getpid()}"
        for tree in (source, *beside):
            shutil.copytree(tree, draft / tree.relative_to(source.parent.parent), symlinks=True)
        _open_for_reading(draft)
        try:
            draft.rename(target)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return target / source.relative_to(source.parent.parent)


def _open_for_reading(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
