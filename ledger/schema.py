"""The ledger's tables and functions, installed by a migration of the service whose books they are.

from ledger.schema import v001 as upgrade
"""

from importlib.resources import files

from kernel.schema.scripts import run_script

TABLES = ("tables", "checks", "guards", "words")
FUNCTIONS = ("turnover", "accounts", "holds", "posting", "walk", "closing", "verify")


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


def v003() -> None:
    """One walk decides a batch; what is posted to carries no CHECK that is read anew for every statement.

    The former `ledger_post` stays, with what it calls, for processes that still run while this is installed.
    """
    run_script(
        """
        ALTER TABLE ledger_account
            DROP CONSTRAINT IF EXISTS ck_ledger_account_kind, DROP CONSTRAINT IF EXISTS ck_ledger_account_normal_side,
            DROP CONSTRAINT IF EXISTS ck_ledger_account_status, DROP CONSTRAINT IF EXISTS ck_ledger_account_code,
            DROP CONSTRAINT IF EXISTS ck_ledger_account_held, DROP CONSTRAINT IF EXISTS ck_ledger_account_available,
            ADD CONSTRAINT ck_ledger_account_available
                CHECK (held_fen >= 0 AND (NOT spendable OR posted_fen >= held_fen));
        ALTER TABLE ledger_period
            DROP CONSTRAINT IF EXISTS ck_ledger_period_period, DROP CONSTRAINT IF EXISTS ck_ledger_period_status,
            DROP CONSTRAINT IF EXISTS ck_ledger_period_closed, DROP CONSTRAINT IF EXISTS ck_ledger_period_four_eyes,
            DROP CONSTRAINT IF EXISTS ck_ledger_period_reopen_four_eyes;
        ALTER TABLE ledger_entry
            DROP CONSTRAINT IF EXISTS ck_ledger_entry_number, DROP CONSTRAINT IF EXISTS ck_ledger_entry_plain,
            DROP CONSTRAINT IF EXISTS ck_ledger_entry_reversal, DROP CONSTRAINT IF EXISTS ck_ledger_entry_hold;
        ALTER TABLE ledger_leg
            DROP CONSTRAINT IF EXISTS ck_ledger_leg_side, DROP CONSTRAINT IF EXISTS ck_ledger_leg_amount;
        """
    )
    for name in ("checks", "guards", "words", *FUNCTIONS):
        run_script(script(name))


def v004() -> None:
    """Closed months keep their turnover; for those that are closed already it is written here, while nobody posts."""
    run_script("LOCK TABLE ledger_period IN SHARE ROW EXCLUSIVE MODE; DROP FUNCTION IF EXISTS ledger_verify(text)")
    for name in (*FUNCTIONS, "rights"):
        run_script(script(name))
    run_script(
        """
        DELETE FROM ledger_turnover;
        SELECT ledger_keep_turnover(city_code, book, period) FROM ledger_period WHERE status = 'closed';
        """
    )


def v005() -> None:
    """Keys are found by two hashes of them, and what a batch tells is one row. Needs the kernel's v002.

    The former `ledger_tell` and `ledger_capture` stay: a `ledger_post` that waits for the books while this is installed
    still calls them. The lock comes first, since a reader who then posts would bar it from a table already locked.
    """
    run_script(
        """
        LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE;
        CREATE UNIQUE INDEX IF NOT EXISTS uq_ledger_entry_key ON ledger_entry (
            hashtextextended(city_code || ' ' || idempotency_key, 0),
            hashtextextended(city_code || ' ' || idempotency_key, 1));
        ALTER TABLE ledger_entry DROP CONSTRAINT IF EXISTS uq_ledger_entry_city_code_idempotency_key;
        """
    )
    for name in ("checks", "guards", *FUNCTIONS):
        run_script(script(name))


def v006() -> None:
    """A batch that goes through as it came is posted without a walk; the caller hashes what it says.

    A reversal reads its original, not every entry. The former `ledger_post` stays, with what it calls, for processes
    that still run while this is installed.
    """
    for name in ("checks", "words", *FUNCTIONS):
        run_script(script(name))
    run_script("ALTER TABLE ledger_account SET (fillfactor = 25)")


def v007() -> None:
    """What is recorded after a day's root was told is never recorded before the day's end."""
    for name in FUNCTIONS:
        run_script(script(name))
