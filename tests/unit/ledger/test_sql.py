"""What a reader of the SQL relies on, told from the text."""

import re

from ledger.batch import POST
from ledger.schema import FUNCTIONS, TABLES, script


def test_functions_that_run_as_the_owner_fix_their_search_path() -> None:
    for name in (*TABLES, *FUNCTIONS):
        for function in re.split(r"(?=CREATE OR REPLACE FUNCTION)", script(name)):
            head = function.partition("AS $$")[0]
            if "SECURITY DEFINER" in head:
                assert "SET search_path = pg_catalog, public, pg_temp" in head, head


def test_the_statement_has_a_parameter_for_each_of_the_function() -> None:
    head = script("posting").partition("CREATE OR REPLACE FUNCTION ledger_post_batch(")[2].partition("OUT plain")[0]
    assert len(re.findall(r"\bp_\w+ ", head)) == len(set(re.findall(r"\$\d+", POST)))


def test_what_a_posting_under_way_calls_is_not_made_another() -> None:
    """One that waits for the books while a migration installs these ends as it began, with its own functions."""
    for name in (*TABLES, *FUNCTIONS):
        assert not re.findall(r"FUNCTION (ledger_tell|ledger_capture|ledger_post)\(", script(name))


def test_what_is_looked_up_for_each_of_a_batch_is_looked_up_one_by_one() -> None:
    """A plan made while a table was empty reads all of it for each batch: 350 ms with 20,000 accounts instead of 8."""
    for name in ("posting", "walk"):
        for found in re.finditer(
            r"FROM unnest\(p_(?:codes|keys)\) WITH ORDINALITY.*?(?=;|ORDER BY)", script(name), re.DOTALL
        ):
            assert re.search(r"LATERAL \(SELECT [^()]*(\([^()]*\))?[^()]* OFFSET 0\)", found[0]), found[0]
    assert "FROM ledger_hold WHERE id = p_holds[i] OFFSET 0" in script("walk")
