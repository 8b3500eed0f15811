"""Ids, money, moves, language: the small values everything else is made of."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from kernel.context import current, language_of, remaining_seconds
from kernel.ids import decode_id, encode_id, new_id, public_id
from kernel.logs import mask
from kernel.money import FEN_MAX, allocate, in_yuan, share_of
from kernel.moves import IllegalMove, Move, move, status_after
from kernel.schemas import Name

VoucherId = Annotated[UUID, public_id("vch")]


class Holder(BaseModel):
    id: VoucherId


@given(st.uuids())
def test_an_id_survives_the_wire(value: UUID) -> None:
    text = encode_id("vch", value)
    assert decode_id("vch", text) == value
    holder = Holder.model_validate_json(f'{{"id":"{text}"}}')
    assert (holder.model_dump(mode="json"), holder.model_dump()) == ({"id": text}, {"id": value})


@pytest.mark.parametrize(
    "text", ["", "vch_", "clm_" + "0" * 26, "vch_" + "8" + "0" * 25, "vch_" + "I" * 26, "vch_x", 7, None]
)
def test_what_is_no_id_is_refused(text: object) -> None:
    with pytest.raises(ValidationError):
        Holder.model_validate({"id": text})


def test_new_ids_rise() -> None:
    made = [new_id() for _ in range(100)]
    assert made == sorted(made)


@given(st.integers(0, FEN_MAX), st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(any))
def test_parts_sum_to_the_whole_and_none_is_a_fen_off(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


def test_the_odd_fen_goes_to_the_largest_remainder_then_to_the_first() -> None:
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(101, [7000, 3000]) == [71, 30]


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [0]), (1, [-1, 2])])
def test_what_cannot_be_shared(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="cannot share"):
        allocate(amount, weights)


def test_a_share_is_rounded_down_to_the_payers_favour() -> None:
    assert share_of(999, 5000) == 499
    assert share_of(30_000_000, 10_000) == 30_000_000


def test_yuan_to_read() -> None:
    assert [in_yuan(n) for n in (0, 5, 30_000_000, -101)] == ["0.00", "0.05", "300,000.00", "-1.01"]


class Status(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"


class Fact(StrEnum):
    ISSUED = "issued"


MOVES: dict[Fact, Move[Status]] = {Fact.ISSUED: move(Status.DRAFT, to=Status.ISSUED)}


def test_a_move_and_one_that_is_not_in_the_table() -> None:
    assert status_after(Fact.ISSUED, Status.DRAFT, MOVES) is Status.ISSUED
    with pytest.raises(IllegalMove) as refused:
        status_after(Fact.ISSUED, Status.ISSUED, MOVES)
    assert (refused.value.fact, refused.value.status, refused.value.allowed) == ("issued", "issued", [])


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-US,zh;q=0.5", "en"),
        ("zh-CN,en", "zh"),
        ("en;q=0.1, zh;q=0.9", "zh"),
        ("fr", "zh"),
    ],
)
def test_language(header: str, language: str) -> None:
    assert language_of(header) == language


@pytest.mark.parametrize(
    "secret",
    ["320311199001011234", "32031119900101123X", "13912345678", "6222020200112233445", "eyJhbGciOi.eyJzdWIi.c2ln"],
)
def test_personal_data_and_tokens_are_masked(secret: str) -> None:
    assert mask(f"给{secret},请") == "给***,请"


def test_of_a_row_the_database_refused_the_constraint_is_told_and_no_value() -> None:
    told = 'duplicate key violates "uq_person_name"\nDETAIL:  Key (name)=(张三) already exists.\n[SQL: INSERT]'
    assert mask(told) == 'duplicate key violates "uq_person_name"\nDETAIL:  ***\n[SQL: INSERT]'


def test_ordinary_numbers_stay() -> None:
    text = "entry 20260000123 of 30000000 fen, case 91320300M000100Y43"
    assert mask(text) == text


@pytest.mark.parametrize("text", [" ", "\u3000\u3000", "\t", "\u200b", "\u3164", "\u2800\u200d", "\ufdfa" * 200])
def test_a_name_can_be_seen_and_stays_short(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Name).validate_python(text)
    assert TypeAdapter(Name).validate_python("\u3000众创ＡＢ ") == "众创AB"


def test_a_background_task_never_runs_out_of_time() -> None:
    assert current().request_id != current().request_id
    assert remaining_seconds() > 0
