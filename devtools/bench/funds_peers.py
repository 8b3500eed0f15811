"""The posting workload beside django-hordak, the open double entry for Python that is closest to ours.

hordak is no dependency of ours: HORDAK_PYTHON names an interpreter that has it (`pip install django-hordak psycopg`).
Without it the peer is named as not installed and its bar is left open.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from devtools.bench.ledger_books import Books, books
from devtools.bench.registry import Bar, Contest, Measure, benchmark
from kernel.provisioning import at_database

TIMES_HORDAK, SECONDS = 80, 3
VARIABLE = "HORDAK_PYTHON"
_PEER = Path(__file__).with_name("peers") / "hordak.py"


@benchmark("funds.peers.hordak", unit="transfers/s", bars=[Bar(TIMES_HORDAK, of="hordak")])
def postings_beside_hordak() -> Iterator[Contest]:
    with books() as ground:
        hordak = _hordak(ground, os.environ.get(VARIABLE))
        ground.ours("batched", "hot")
        yield Contest(lambda: ground.ours("batched", "hot"), {"hordak": hordak})


def _hordak(ground: Books, python: str | None) -> Measure | None:
    if python is None:
        return None
    url = at_database(ground.reference_url, "hordak")
    ground.execute(ground.reference_url, "CREATE DATABASE hordak")

    def ask(*what: str) -> str:
        command = [python, "-P", str(_PEER), url, *what]  # -P: the script has its peer's name
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd="/").stdout

    ask("prepare")
    return lambda: float(ask("run", str(SECONDS)))
