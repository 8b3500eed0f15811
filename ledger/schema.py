"""The ledger's tables and functions, installed by a migration of the service whose books they are.

from ledger.schema import v001 as upgrade
"""

from importlib.resources import files

from kernel.schema.scripts import run_script

V001 = ("tables", "guards", "accounts", "holds", "posting", "verify", "rights")


def script(version: str, name: str) -> str:
    """The SQL of one file."""
    return files("ledger").joinpath("sql", version, f"{name}.sql").read_text(encoding="utf-8")


def v001() -> None:
    """Version 1. A later change is a later version, never an edit. Needs the kernel's tables."""
    for name in V001:
        run_script(script("v001", name))
