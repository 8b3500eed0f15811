"""The ledger's tables and functions, installed by a migration of the service whose books they are.

from ledger.schema import v001 as upgrade
"""

from importlib.resources import files

from kernel.schema.scripts import run_script

TABLES = ("tables", "guards")
FUNCTIONS = ("accounts", "holds", "posting", "closing", "verify")


def script(name: str) -> str:
    """The SQL of one file."""
    return files("ledger").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def v001() -> None:
    """The tables, their guards and rights. Needs the kernel's tables."""
    for name in (*TABLES, *FUNCTIONS, "rights"):
        run_script(script(name))


def v002() -> None:
    """One lock for a city's books; periods close and open again. Functions are replaced, whatever stood before."""
    for name in FUNCTIONS:
        run_script(script(name))
    run_script("DROP FUNCTION IF EXISTS ledger_lock_period(text, text, text), ledger_lock_periods(text, text, date[])")
