"""Fill a fresh virtual environment from the hashed lock file. Runs before anything is installed: stdlib only.

The environment brings pip; pip brings uv; uv installs the lock. uv does not read pip's settings, so a machine that
installs from a mirror (pip.conf or PIP_*) would install uv from there and nothing else: they are passed on.
"""

import os
import subprocess
import sys
from pathlib import Path

_PASSED_ON = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}


def pip_settings(listing: str) -> dict[str, str]:
    """`pip config list` as a mapping; a more specific line (:env: comes last) replaces an earlier one."""
    settings = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2]] = " ".join(value.strip("'").replace("\\n", " ").split())
    return settings


def uv_environment(environment: dict[str, str], settings: dict[str, str]) -> dict[str, str]:
    """`environment` with pip's settings under uv's names, where uv was told nothing itself.

    pip takes a version from whichever index has it; uv stops at the first index that knows the name, unless told
    otherwise. Any index may be asked here: the hashes of the lock say what is accepted from it.
    """
    translated = {uv: settings[pip] for pip, uv in _PASSED_ON.items() if settings.get(pip)}
    if "UV_INDEX" in translated:
        translated["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return translated | environment


def main() -> None:
    lock, stamp = (Path(name) for name in sys.argv[1:])
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--root-user-action=ignore", "uv"], check=True)
    listing = subprocess.run([*pip, "config", "list"], check=True, capture_output=True, text=True).stdout
    # Compiled once here: six processes and many short ones start from these files, some where nobody may write.
    uv = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "sync",
        "--require-hashes",
        "--compile-bytecode",
        "--python",
        sys.executable,
    ]
    subprocess.run([*uv, str(lock)], check=True, env=uv_environment(dict(os.environ), pip_settings(listing)))
    stamp.touch()


if __name__ == "__main__":
    main()
