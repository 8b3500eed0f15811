"""The funds of a city as its policy has them: size, what they pay, what is still open. Pure."""

from collections.abc import Iterator

from policy.schema import Programme
from policy.snapshots import Acceptance, Snapshot, open_findings
from policy.terms import EnvelopeTerms
from services.funds.programmes.rules import is_fund
from services.funds.programmes.schemas import FundOut, OpenParameterOut


def funds(snapshot: Snapshot, *, now: Acceptance, language: str) -> Iterator[FundOut]:
    """Every fund, in the order of the pack's ids."""
    for key in sorted(snapshot.pack.programmes):
        programme = snapshot.pack.programmes[key]
        if is_fund(programme):
            yield _fund(snapshot, programme, now, language)


def _fund(snapshot: Snapshot, programme: Programme, now: Acceptance, language: str) -> FundOut:
    pack = snapshot.pack
    return FundOut(
        fund=programme.id,
        name_zh=programme.zh,
        name_en=programme.en,
        clauses=list(programme.clauses),
        size_fen=_size(snapshot, programme, now),
        pays=sorted(key for key, entry in pack.programmes.items() if (entry.paid_from or entry.id) == programme.id),
        open_parameters=_open(snapshot, programme, now, language),
    )


def _size(snapshot: Snapshot, programme: Programme, now: Acceptance) -> int | None:
    if not isinstance(programme.terms, EnvelopeTerms):
        return None
    return snapshot.whole(programme.terms.amount, accepted=now)


def _open(snapshot: Snapshot, programme: Programme, now: Acceptance, language: str) -> list[OpenParameterOut]:
    needed = list(programme.terms.parameters("appropriate")) if programme.terms.kind == "envelope" else []
    return [
        OpenParameterOut(
            parameter=finding.facts["parameter"],
            clause=finding.facts["clause"]["id"],
            locator=finding.facts["clause"]["locator"],
            quote=finding.facts["clause"]["quote"],
            text=finding.en if language == "en" else finding.zh,
        )
        for finding in open_findings(snapshot, needed, accepted=now)
    ]
