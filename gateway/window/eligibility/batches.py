"""Many questions at once, each decided on the facts given and nothing else."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from gateway.window.eligibility.rules import ACTS
from gateway.window.eligibility.schemas import QuestionIn
from kernel.messages import message_of
from policy.engine import decide, fits, known_facts
from policy.rules.matter import Ruling
from policy.snapshots import Acceptance, Snapshot

A = TypeVar("A")
# Between so many questions others are served: a thousand of them take as long as a dozen requests.
AT_A_TIME = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question, at a JSON pointer inside it."""

    pointer: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A ruling, or every fault of the question."""

    ruling: Ruling | None
    errors: tuple[Fault, ...] = ()


async def answers(
    snapshot: Snapshot, questions: Sequence[Any], show: Callable[[Answer], A], *, at: Acceptance, language: str
) -> list[A]:
    """One answer for each question, in order, as it is to be shown."""
    found: list[A] = []
    for place, question in enumerate(questions):
        if place % AT_A_TIME == AT_A_TIME - 1:
            await asyncio.sleep(0)
        found.append(show(answer(snapshot, question, at=at, language=language)))
    return found


def answer(snapshot: Snapshot, question: Any, *, at: Acceptance, language: str) -> Answer:
    """Decide one question, or say why it is none."""
    try:
        asked = QuestionIn.model_validate(question)
    except ValidationError as error:
        return Answer(None, tuple(_unreadable(error, language)))
    faults = tuple(_faults(snapshot, asked, language))
    if faults:
        return Answer(None, faults)
    try:
        return Answer(decide(snapshot, programme=asked.programme, act=asked.act, facts=asked.facts, accepted=at))
    except ValueError:  # facts that are well formed and cannot be reckoned with: a last day beyond the last year
        return Answer(None, (_fault("/facts", "value_error", language),))


def _unreadable(error: ValidationError, language: str) -> Iterator[Fault]:
    for one in error.errors(include_url=False, include_input=False):
        pointer = "".join(f"/{escaped(str(part))}" for part in one["loc"])
        yield Fault(pointer, one["type"], message_of(one["type"], language, one.get("ctx")))


def _faults(snapshot: Snapshot, asked: QuestionIn, language: str) -> Iterator[Fault]:
    programme = snapshot.pack.programmes.get(asked.programme)
    if programme is None:
        yield _fault("/programme", "programme_unknown", language)
    elif ACTS.get(programme.terms.kind) != asked.act:
        yield _fault("/act", "act_unknown", language)
    else:
        known = known_facts(snapshot.pack, programme, asked.act)
        for name, value in asked.facts.items():
            if name not in known:
                yield _fault(f"/facts/{escaped(name)}", "fact_unknown", language)
            elif value is not None and not fits(known[name], value):
                yield _fault(f"/facts/{escaped(name)}", f"fact_{known[name].type}", language)


def _fault(pointer: str, code: str, language: str) -> Fault:
    return Fault(pointer, code, message_of(code, language))


def escaped(name: str) -> str:
    """A member's name in a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
