"""Coordinates as digits: what goes in comes out, and GeoJSON is read back by any reader."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.carriers import geo


@given(st.integers(0, 180_000_000))
def test_degrees_are_the_same_digits_both_ways(e6: int) -> None:
    assert geo.microdegrees(geo.degrees(e6)) == e6
    assert Decimal(geo.degrees(e6)) * 1_000_000 == e6


def test_a_box_is_read_with_few_digits_or_many() -> None:
    assert geo.box_of("117,34.1,117.123456,35") == geo.Box(117_000_000, 34_100_000, 117_123_456, 35_000_000)


@pytest.mark.parametrize("text", ["117.1234567", "-117", "1e2", "", "117.", "١١٧"])
def test_what_is_no_plain_number_of_degrees_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"degrees|invalid literal"):
        geo.microdegrees(text)


def test_a_collection_is_json_whatever_a_name_contains() -> None:
    point = geo.feature("car_1", 117_186_004, 34_204_000, {"name": '云"龙\\', "datum": "gcj_02"})
    read = json.loads(geo.collection([point, point], None), parse_float=Decimal)
    assert [item["geometry"]["coordinates"] for item in read["features"]] == [
        [Decimal("117.186004"), Decimal("34.204000")]
    ] * 2
    assert (read["features"][0]["properties"]["name"], read["next_cursor"]) == ('云"龙\\', None)
