"""What tables promise whoever divides the data by city."""

from importlib import import_module

from kernel.db import Base

OWNERS = ("gateway.window", "services.registry", "services.vouchers", "services.funds", "services.events")
# How processes work, not a city's data. An account names its city, and a place to sign in at is an account's.
OF_NO_CITY = {"backlog_event", "idempotency_key", "sign_in_place", "subscriber_cursor", "used_assertion"}


def test_every_row_has_a_city_or_is_a_line_of_one_that_has() -> None:
    for owner in OWNERS:
        import_module(f"{owner}.tables")
    without = [table for table in Base.metadata.sorted_tables if "city_code" not in table.columns]
    lost = {
        table.name
        for table in without
        if not any("city_code" in key.column.table.columns and not key.parent.nullable for key in table.foreign_keys)
    }
    assert lost == OF_NO_CITY
