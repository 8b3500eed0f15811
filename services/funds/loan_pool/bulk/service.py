"""Each item its own fate: one transaction for all, one answer in each place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from kernel import context
from kernel.ids import decode_id, encode_id
from kernel.messages import message_of
from kernel.openapi import ProblemDocument
from kernel.problems import Invalid, Problem
from services.funds.loan_pool.bulk.schemas import BulkItemOut, BulkOut, Outcome

Given = TypeVar("Given", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Done:
    """What stands under the bank's reference now, whether this item made it, and where it says something else."""

    id: UUID
    created: bool
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item(Generic[Given]):
    """One item as sent: readable, or the problem with it."""

    given: Given | None
    problem: Problem | None = None


def read_items(items: Sequence[Any], kind: type[Given]) -> list[Item[Given]]:
    """Each item on its own; of a malformed one every error, never what was sent."""
    return [_read(item, kind) for item in items]


def _read(item: Any, kind: type[Given]) -> Item[Given]:
    try:
        return Item(kind.model_validate(item))
    except ValidationError as error:
        language = context.current().language
        found = [
            {
                "pointer": "".join(f"/{part}" for part in _known(one["loc"], kind)),
                "code": one["type"],
                "message": message_of(one["type"], language, one.get("ctx")),
            }
            for one in error.errors(include_input=False, include_url=False)
        ]
        return Item(None, Invalid(errors=found))


def _known(location: tuple[int | str, ...], kind: type[BaseModel]) -> tuple[int | str, ...]:
    """Where, without repeating a name that only the sender knows."""
    return tuple(part for part in location if isinstance(part, int) or part in kind.model_fields)


def answer_each(items: Sequence[Item[Given]], *, prefix: str, do: Callable[[Given], Done]) -> BulkOut:
    """Do each readable item, in order. What is refused leaves nothing; what may succeed later fails the request."""
    fates: list[Done | Problem] = []
    for item in items:
        if item.given is None or item.problem is not None:
            fates.append(item.problem or Invalid())
            continue
        try:
            fates.append(do(item.given))
        except Problem as problem:
            if problem.retryable:
                raise
            fates.append(problem)
    return _told(items, fates, prefix)


def _told(items: Sequence[Item[Given]], fates: Sequence[Done | Problem], prefix: str) -> BulkOut:
    answers = [_answer(index, item, fate, prefix) for index, (item, fate) in enumerate(zip(items, fates, strict=True))]
    counts = {outcome: sum(one.outcome is outcome for one in answers) for outcome in Outcome}
    return BulkOut(items=answers, counts=counts)


def made_by(told: BulkOut, prefix: str) -> list[UUID]:
    """What the request made; not what stood before."""
    return [decode_id(prefix, one.id) for one in told.items if one.outcome is Outcome.CREATED and one.id]


def _answer(index: int, item: Item[Given], fate: Done | Problem, prefix: str) -> BulkItemOut:
    done, problem = (fate, None) if isinstance(fate, Done) else (None, fate)
    told = problem.document(context.current().language) if problem else None
    return BulkItemOut(
        index=index,
        outcome=_outcome(fate),
        id=encode_id(prefix, done.id) if done else None,
        bank_reference=getattr(item.given, "bank_reference", None),
        differs=list(done.differs) if done else [],
        problem=ProblemDocument.model_validate(told) if told else None,
    )


def _outcome(fate: Done | Problem) -> Outcome:
    if isinstance(fate, Done):
        return Outcome.CREATED if fate.created else Outcome.DUPLICATE
    return Outcome.INVALID if fate.status == Invalid.status else Outcome.REFUSED


def differing(given: BaseModel, row: Any, names: Sequence[str]) -> tuple[str, ...]:
    """The fields in which what was sent is not what stands."""
    return tuple(name for name in names if getattr(given, name) != getattr(row, name))
