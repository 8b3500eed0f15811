"""Deciding at the window: what no service has a procedure for, by another officer than who took it in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from gateway.window.cases.applicants import ask_organisation
from gateway.window.cases.closing import close
from gateway.window.cases.intake import applicant_findings, told
from gateway.window.cases.models import CaseFile
from gateway.window.cases.queries import decided_under, find_case
from gateway.window.cases.rules import FormError, hands_findings, pointer
from gateway.window.cases.service import must_cite_known_clauses
from gateway.window.cases.states import MOVES, Fact
from gateway.window.catalogue.rules import WINDOW, is_decided_here
from gateway.window.policies.queries import policy_for
from gateway.window.supplements.queries import must_be_supplemented
from kernel.auth import Caller
from kernel.client import ServiceClient
from kernel.findings import Finding
from kernel.moves import status_after
from kernel.problems import Conflict, Invalid, Refusal, named_constraint, refuse_if
from kernel.routing import Work
from policy.engine import decide, fits, known_facts
from policy.rules.matter import Fact as FactAsked
from policy.snapshots import Acceptance, Snapshot
from policy.store import accepted_now


class DecidedElsewhere(Conflict):
    code, title_zh, title_en = (
        "decided_elsewhere",
        "该办件由业务系统作出决定",
        "The case is decided at the owning service",
    )


class DecidedByAnother(Conflict):
    code, title_zh, title_en = "another_must_decide", "须由另一人作出决定", "Another person must decide"


class CriteriaNotMet(Refusal):
    code, title_zh, title_en = (
        "criteria_not_met",
        "不符合条件,不能准予",
        "It cannot be granted: the criteria are not met",
    )


named_constraint("ck_case_file_decided_by_another", DecidedByAnother)


async def decide_case(
    work: Work,
    registry: ServiceClient,
    *,
    caller: Caller,
    case_id: UUID,
    outcome: Literal["granted", "refused"],
    facts: Mapping[str, Any],
    reasons: Sequence[dict[str, Any]],
) -> CaseFile:
    """Grant what the policy grants on the facts found, or refuse with reasons.

    Raises DecidedElsewhere, Refusal; SupplementAwaited while what was promised has not come.
    """
    gone = await _standing(work, registry, caller, case_id) if outcome == "granted" else []
    session = await work.open()
    case = await find_case(session, caller, case_id, for_update=True)
    accepted = decided_under(case)
    snapshot = await policy_for(session, case.city_code, accepted)
    if not is_decided_here(snapshot.pack, snapshot.pack.items.get(case.item), service=case.service):
        raise DecidedElsewhere
    status_after(Fact.DECIDED, case.status, MOVES)
    must_cite_known_clauses(snapshot.pack, reasons)
    if outcome == "refused" and not reasons:
        raise Invalid(errors=told([FormError("/reasons", "missing")]))
    refuse_if(hands_findings(decider=caller.acting_for, opened_by=case.opened_by, accepted_by=case.accepted_by))
    await must_be_supplemented(session, case.id)
    against = gone + _against(snapshot, case, facts, accepted)
    if outcome == "granted" and against:
        raise CriteriaNotMet(reasons=against)
    case.service, case.decided_by, case.decision_facts = WINDOW, caller.acting_for, dict(facts)
    await close(session, case, Fact.DECIDED, outcome=outcome, at=accepted_now(case.city_code), reasons=reasons)
    return case


async def _standing(work: Work, registry: ServiceClient, caller: Caller, case_id: UUID) -> list[Finding]:
    """Why nothing can be granted to the applicant today, whatever it was when it applied."""
    case = await find_case(await work.open(), caller, case_id)
    await work.close()  # the registry is asked next, and no transaction waits for it
    return applicant_findings(await ask_organisation(registry, case.applicant_id), caller)


def _against(snapshot: Snapshot, case: CaseFile, facts: Mapping[str, Any], accepted: Acceptance) -> list[Finding]:
    """What the item's programme has against it on these facts; nothing where the policy sets no criteria."""
    item = snapshot.pack.items[case.item]
    programme = snapshot.pack.programmes.get(item.programme or "")
    known = known_facts(snapshot.pack, programme, item.act) if programme and item.act else {}
    errors = list(_unfit(known, facts))
    if errors:
        raise Invalid(errors=told(errors))
    if programme is None or item.act is None:
        return []
    ruling = decide(snapshot, programme=programme.id, act=item.act, facts=facts, accepted=accepted)
    return [] if ruling.outcome == "eligible" else list(ruling.findings)


def _unfit(known: Mapping[str, FactAsked], facts: Mapping[str, Any]) -> Iterator[FormError]:
    for name, value in facts.items():
        if name not in known:
            yield FormError(pointer("facts", name), "fact_unknown")
        elif not fits(known[name], value):
            yield FormError(pointer("facts", name), f"fact_{known[name].type}")
