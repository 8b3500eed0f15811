from pathlib import Path

import pytest

from devtools.lints import Breach, breaches


def rules_broken(path: str, source: str) -> list[str]:
    return [breach.rule for breach in breaches(Path(path), source)]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("services/funds/payments/service.py", "await session.commit()"),
        ("gateway/window/cases/service.py", "def f(s):\n    s.commit()"),
    ],
)
def test_a_commit_outside_the_kernel_is_a_breach(path: str, source: str) -> None:
    assert rules_broken(path, source) == ["commit"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("kernel/routing.py", "await session.commit()"),
        ("services/funds/payments/service.py", "await session.flush()"),
        ("services/funds/payments/service.py", "commit = entry.commit_number"),
    ],
)
def test_the_kernel_may_commit_and_others_may_flush(path: str, source: str) -> None:
    assert rules_broken(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "def share(a: float) -> int: ...",
        "def share(a: 'list[int]') -> int:\n    return float(a)",
        "RATE = 0.5",
        "RATE = 1e3",
        "from sqlalchemy import types\nkind = types.Float",
        "half = total / 2",
        "total /= count",
    ],
)
def test_binary_fractions_are_a_breach(source: str) -> None:
    assert "float" in rules_broken("services/funds/loan_pool/postings.py", source)


@pytest.mark.parametrize(
    "source",
    [
        "half = total // count",
        "'''Not a float.'''",
        "floating = 1",
        "WAIT = 0.5  # allow float: seconds asyncio sleeps",
    ],
)
def test_integers_words_and_reasoned_exceptions_are_not(source: str) -> None:
    assert rules_broken("services/funds/loan_pool/postings.py", source) == []


def test_a_path_may_be_divided_outside_pure_files() -> None:
    assert rules_broken("policy/loader.py", "folder = root / name") == []


def test_an_exception_without_a_reason_counts_for_nothing() -> None:
    assert rules_broken("kernel/client.py", "WAIT = 0.5  # allow float:") == ["float"]


def test_an_exception_for_one_rule_is_none_for_another() -> None:
    assert rules_broken("kernel/client.py", "WAIT = 0.5  # allow clock: because") == ["float"]


@pytest.mark.parametrize(
    "source",
    [
        "moment = datetime.now(UTC)",
        "moment = datetime.datetime.utcnow()",
        "day = date.today()",
        "day = dt.date.today()",
        "seconds = time.time()",
        "from time import time",
        "default = func.now()",
        "query = 'SELECT * FROM timer WHERE due_at < now()'",
        "query = f'SELECT {columns} FROM a WHERE b < CURRENT_DATE'",
        "read = datetime.now",
    ],
)
def test_reading_the_clock_is_a_breach(source: str) -> None:
    assert rules_broken("services/events/calendar/queries.py", source) == ["clock"]


@pytest.mark.parametrize(
    "source",
    [
        "moment = clock.now(city_code)",
        "day = today(city_code)",
        "'''Never calls now() itself.'''",
        "def due():\n    '''Compares with now().'''",
        "started = time.monotonic()",
        "recorded = text('clock_timestamp()')",
    ],
)
def test_asking_our_clock_is_not(source: str) -> None:
    assert rules_broken("services/events/calendar/queries.py", source) == []


def test_the_clock_itself_may_read_the_clock() -> None:
    assert rules_broken("kernel/clock.py", "moment = datetime.now(UTC)") == []


@pytest.mark.parametrize("number", ["2", "-2", "100_000", "2.5", "20_000_000_00"])
def test_a_number_of_policy_in_rules_is_a_breach(number: str) -> None:
    assert "number" in rules_broken("services/funds/loan_pool/rules.py", f"cap = {number}")


@pytest.mark.parametrize("source", ["total = 0", "rest = amounts[-1]", "n = count + 1", "flag = True", "name = '7'"])
def test_counting_words_and_flags_are_not(source: str) -> None:
    assert rules_broken("services/funds/loan_pool/rules.py", source) == []


def test_numbers_elsewhere_are_not_policy() -> None:
    assert rules_broken("services/funds/loan_pool/queries.py", "page = 50") == []


def test_a_breach_says_where_it_is() -> None:
    (breach,) = breaches(Path("services/funds/loan_pool/rules.py"), "a = 1\ncap = 7\n")
    assert str(breach) == "services/funds/loan_pool/rules.py:2: number: 7 belongs into a policy pack"
    assert isinstance(breach, Breach)
