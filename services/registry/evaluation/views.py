"""Rounds and evaluations as they are shown: what the operator may not know yet is left out."""

from collections.abc import Sequence
from typing import Any

from kernel import context
from kernel.auth import Caller
from kernel.owning import is_staff
from services.registry.evaluation.models import Evaluation, EvaluationRound
from services.registry.evaluation.policy import Basis
from services.registry.evaluation.rules import places
from services.registry.evaluation.schemas import (
    AppealOut,
    EvaluationOut,
    IndicatorSystemOut,
    PublicationOut,
    PublishedOut,
    RankedOut,
    RankingOut,
    ResultsNoticeOut,
    RoundOut,
)
from services.registry.evaluation.states import PUBLISHED, RoundStatus
from services.registry.recognition.schemas import ReasonOut

_OF_CARRIER = {"carrier_name", "carrier_kind", "operator_name"}
_OF_ROUND = {"programme", "year"}
_RESULT: dict[str, Any] = {
    "score_bp": None,
    "grade": None,
    "grade_zh": None,
    "passed": None,
    "scores": [],
    "determination_id": None,
}


def round_out(row: EvaluationRound, carriers: dict[str, int]) -> RoundOut:
    """With its counts by status, and reasons in the caller's language."""
    plain = {
        name: getattr(row, name) for name in RoundOut.model_fields if name not in {"carriers", "notice", "reasons"}
    }
    reasons = [_reason(reason) for reason in row.reasons]
    return RoundOut(carriers=carriers, notice=notice_out(row), reasons=reasons, **plain)


def notice_out(row: EvaluationRound) -> ResultsNoticeOut | None:
    """None before the results are published."""
    if row.published_on is None or row.notice_closes_on is None or row.appeals_until_on is None:
        return None
    return ResultsNoticeOut(
        published_on=row.published_on,
        closes_on=row.notice_closes_on,
        appeals_until_on=row.appeals_until_on,
        provisional=bool(row.notice_provisional),
    )


def evaluation_out(row: Evaluation, caller: Caller) -> EvaluationOut:
    """The operator sees verified values from the publication on; who verified is for staff and the evaluator."""
    inside = is_staff(caller) or row.evaluator == caller.acting_for
    published = row.round.status in PUBLISHED
    own = {"appeal", *_OF_CARRIER, *_OF_ROUND}
    shown: dict[str, Any] = {name: getattr(row, name) for name in EvaluationOut.model_fields if name not in own}
    shown |= {"carrier_name": row.carrier.name, "carrier_kind": row.carrier.kind}
    shown |= {"operator_name": row.carrier.operator.name, "programme": row.round.programme, "year": row.round.year}
    if not (inside or published):
        shown |= {"verified": None, "opinion": None, "verified_at": None}
    if not inside:
        shown |= {"evaluator": None}
    if not published:
        shown |= _RESULT
    return EvaluationOut(appeal=_appeal(row), **shown)


def _appeal(row: Evaluation) -> AppealOut | None:
    if row.appeal is None or row.appealed_at is None:
        return None
    return AppealOut.model_validate(
        {
            "statement": row.appeal,
            "appealed_at": row.appealed_at,
            "outcome": row.appeal_outcome,
            "opinion": row.appeal_opinion,
            "answered_at": row.appeal_answered_at,
        }
    )


def system_out(basis: Basis) -> IndicatorSystemOut:
    """The value of the parameter as the round reads it."""
    parameter = basis.snapshot.pack.parameters[basis.terms.indicators]
    return IndicatorSystemOut(
        parameter=parameter.id, clauses=list(parameter.clauses), system=basis.system.model_dump(mode="json")
    )


def publication_out(row: EvaluationRound, results: Sequence[Evaluation], notice: ResultsNoticeOut) -> PublicationOut:
    """By grade from the highest, then by name, so that the order tells nothing of the scores."""
    order: dict[str, int] = {}
    for result in results:
        order.setdefault(result.grade or "", len(order))
    listed = sorted(results, key=lambda one: (order[one.grade or ""], one.carrier.name, str(one.carrier_id)))
    items = [PublishedOut.model_validate({"carrier_name": one.carrier.name, **_named(one)}) for one in listed]
    return PublicationOut(
        round_id=row.id,
        programme=row.programme,
        year=row.year,
        is_final=row.status is RoundStatus.FINAL,
        notice=notice,
        items=items,
    )


def ranking_out(row: EvaluationRound, results: Sequence[Evaluation]) -> RankingOut:
    """`results` in falling order of their scores."""
    standing = places([one.score_bp or 0 for one in results])
    items = [
        RankedOut.model_validate(
            {
                "place": place,
                "carrier_id": one.carrier_id,
                "carrier_name": one.carrier.name,
                "score_bp": one.score_bp,
                "participated": one.participated,
                "has_appealed": one.appeal is not None,
                **_named(one),
            }
        )
        for place, one in zip(standing, results, strict=True)
    ]
    return RankingOut(
        round_id=row.id,
        programme=row.programme,
        year=row.year,
        is_final=row.status is RoundStatus.FINAL,
        items=items,
    )


def _named(one: Evaluation) -> dict[str, Any]:
    return {"operator_name": one.carrier.operator.name, "grade": one.grade, "grade_zh": one.grade_zh}


def _reason(document: dict[str, Any]) -> ReasonOut:
    text = document[context.current().language]
    return ReasonOut(code=document["code"], clauses=document["clauses"], text=text, facts=document["facts"])
