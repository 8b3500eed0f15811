"""What a reader of the SQL relies on, told from the text."""

import re

from ledger.batch import POST
from ledger.schema import V001, script


def test_functions_that_run_as_the_owner_fix_their_search_path() -> None:
    for name in V001:
        for function in re.split(r"(?=CREATE FUNCTION)", script("v001", name)):
            head = function.partition("AS $$")[0]
            if "SECURITY DEFINER" in head:
                assert "SET search_path = pg_catalog, public, pg_temp" in head, head


def test_the_statement_has_a_parameter_for_each_of_the_function() -> None:
    head = script("v001", "posting").partition("CREATE FUNCTION ledger_post(")[2].partition("OUT plain")[0]
    assert len(re.findall(r"\bp_\w+ ", head)) == len(set(re.findall(r"\$\d+", POST)))
