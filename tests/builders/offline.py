"""Somebody far away who has a paper and the public keys: a Python with joserfc, none of our packages and no network."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_certificate.py"
# Whatever reaches for the network ends the script with another code than the three it has.
NO_NETWORK = """
import os, runpy, sys
sys.addaudithook(lambda event, _: os._exit(99) if event in ("socket.connect", "socket.getaddrinfo") else None)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


# Each document as if the script were started anew for it; their codes are the last line.
ONE_BY_ONE = """
import runpy, sys
def code_of(document):
    sys.argv = [script, "keys.json", document]
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        return ended.code or 0
    return 0
script, *documents = sys.argv[1:]
print(*map(code_of, documents))
"""


@dataclass(frozen=True)
class Stranger:
    """`python` is that of a virtual environment with joserfc and what it needs."""

    python: Path
    folder: Path

    def verifies(self, keys: Any, document: Any) -> tuple[int, str]:
        """What the script says: exit code and text."""
        (self.folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
        (self.folder / "document.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        told = subprocess.run(
            [self.python, "-I", "-c", NO_NETWORK, SCRIPT, "keys.json", "document.json"],
            cwd=self.folder,
            check=False,
            capture_output=True,
            env={"PYTHONIOENCODING": "utf-8"},
        )
        return told.returncode, told.stdout.decode() + told.stderr.decode()

    def verdicts(self, keys: Any, documents: list[Any]) -> list[int]:
        """The exit code for each of many documents, in one Python."""
        (self.folder / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
        names = [f"document-{place}.json" for place in range(len(documents))]
        for name, document in zip(names, documents, strict=True):
            (self.folder / name).write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        told = subprocess.run(
            [self.python, "-I", "-c", ONE_BY_ONE, SCRIPT, *names],
            cwd=self.folder,
            check=True,
            capture_output=True,
            env={"PYTHONIOENCODING": "utf-8"},
        )
        return [int(code) for code in told.stdout.decode().splitlines()[-1].split()]

    def imports(self, module: str) -> bool:
        """Whether this Python has a module."""
        told = subprocess.run([self.python, "-I", "-c", f"import {module}"], check=False, capture_output=True, env={})
        return told.returncode == 0


def a_stranger(folder: Path) -> Stranger:
    """A virtual environment without pip, and links to joserfc and its requirements."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    site = next(venv.glob("lib/python*/site-packages"))
    for found in _with_requirements("joserfc"):
        for name in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            (site / name).symlink_to(Path(str(found.locate_file(name))))
    return Stranger(venv / "bin" / "python", folder)


def _with_requirements(name: str) -> Iterator[Distribution]:
    found = distribution(name)
    yield found
    for wanted in found.requires or ():
        if "extra ==" not in wanted:
            yield from _with_requirements(re.split(r"[^\w.-]", wanted)[0])
