"""A city's policy as it is shown."""

from gateway.window.catalogue.rules import department
from gateway.window.catalogue.schemas import ChoiceOut
from gateway.window.policies.queries import find_parameter
from gateway.window.policies.schemas import (
    ClauseOut,
    ClauseRefOut,
    HistoryOut,
    ParameterOut,
    ParametersOut,
    ParameterStatus,
    PolicyOut,
    PrecedentOut,
    ProgrammeOut,
    SettingOut,
    SourceDocumentOut,
    StatedOut,
)
from kernel.problems import NotFound
from policy.engine import RULES, needed_parameters
from policy.schema import Pack, Parameter, Programme
from policy.snapshots import Acceptance, Snapshot


def policy_shown(snapshot: Snapshot, *, at: Acceptance) -> PolicyOut:
    """The city's policy in one answer."""
    pack = snapshot.pack
    return PolicyOut(
        city_code=snapshot.city_code,
        version=snapshot.version,
        hash=snapshot.hash,
        pack_id=pack.pack,
        coverage=pack.coverage,
        documents=[SourceDocumentOut.model_validate(document) for document in pack.documents.values()],
        programmes=[_programme(snapshot, programme, at) for programme in pack.programmes.values()],
        parameters_open=sum(status_of(snapshot, entry, at) == "open" for entry in pack.parameters.values()),
        as_of=at.on,
    )


def _programme(snapshot: Snapshot, programme: Programme, at: Acceptance) -> ProgrammeOut:
    kind = programme.terms.kind
    acts = [act for rule_kind, act in RULES if rule_kind == kind]
    needed = dict.fromkeys(key for act in acts for key in needed_parameters(snapshot.pack, programme, act))
    return ProgrammeOut(
        id=programme.id,
        zh=programme.zh,
        en=programme.en,
        kind=kind,
        service=programme.service,
        clauses=list(programme.clauses),
        open_parameters=[key for key in needed if snapshot.value(key, accepted=at) is None],
    )


def parameters_shown(
    snapshot: Snapshot, *, at: Acceptance, status: ParameterStatus | None, programme: str | None
) -> ParametersOut:
    """Parameters in the pack's order, of one status or of one programme when asked."""
    wanted = _of_programme(snapshot.pack, programme) if programme else snapshot.pack.parameters
    shown = [parameter_shown(snapshot, key, at=at) for key in wanted]
    items = [entry for entry in shown if status in {None, entry.status}]
    return ParametersOut(city_code=snapshot.city_code, version=snapshot.version, items=items)


def _of_programme(pack: Pack, programme_id: str) -> dict[str, None]:
    programme = pack.programmes.get(programme_id)
    if programme is None:
        raise NotFound
    acts = [act for kind, act in RULES if kind == programme.terms.kind]
    return dict.fromkeys(key for act in acts for key in needed_parameters(pack, programme, act))


def parameter_shown(snapshot: Snapshot, key: str, *, at: Acceptance) -> ParameterOut:
    """One parameter with its value in force."""
    pack, parameter = snapshot.pack, find_parameter(snapshot, key)
    resolved = snapshot.value(key, accepted=at)
    owner = pack.roles.get(parameter.owner_role or "")
    owner_zh, owner_en = department(owner, at.on) if owner else (None, None)
    clause = pack.clauses.get(parameter.left_open_by or "")
    return ParameterOut(
        id=key,
        zh=parameter.zh,
        en=parameter.en,
        unit=parameter.unit,
        operator=parameter.operator,
        status=status_of(snapshot, parameter, at),
        value=resolved.value if resolved else None,
        effective_on=resolved.effective_on if resolved else None,
        clauses=list(parameter.clauses),
        left_open_by=ClauseRefOut.model_validate(clause) if clause else None,
        owner_role=parameter.owner_role,
        owner_zh=owner_zh,
        owner_en=owner_en,
        choices=[ChoiceOut.model_validate(choice) for choice in parameter.choices],
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        precedents=[PrecedentOut.model_validate(precedent) for precedent in parameter.precedents],
        set_together_with=_companions(pack, key),
    )


def status_of(snapshot: Snapshot, parameter: Parameter, at: Acceptance) -> ParameterStatus:
    """The status as it stands: an open parameter that somebody has set is open no more."""
    resolved = snapshot.value(parameter.id, accepted=at)
    if resolved is None:
        return "doubtful" if parameter.status == "doubtful" else "open"
    return "stated" if resolved.source == "text" else "set_by_operator"


def _companions(pack: Pack, key: str) -> list[str]:
    groups = [entry.parameters for entry in pack.constraints.values() if key in entry.parameters]
    return [name for name in dict.fromkeys(name for group in groups for name in group) if name != key]


def history_shown(snapshot: Snapshot, key: str, *, at: Acceptance) -> HistoryOut:
    """Every value of a parameter, and the one that counted then."""
    parameter = find_parameter(snapshot.in_force(at), key)
    counts = snapshot.value(key, accepted=at)
    return HistoryOut(
        parameter=key,
        on=at.on,
        known_at=at.at,
        counts=counts.value if counts else None,
        counts_version=counts.version if counts else None,
        stated=[StatedOut.model_validate(dated) for dated in parameter.values],
        settings=[SettingOut.model_validate(setting) for setting in snapshot.settings if setting.parameter == key],
    )


def clause_shown(snapshot: Snapshot, clause_id: str, *, at: Acceptance) -> ClauseOut:
    """A clause with its quote, as the pack in force has it, else the latest that had it. Raises NotFound."""
    # What was decided under an earlier edition cites clauses that a later one may no longer have.
    packs = [snapshot.in_force(at).pack, *(entry.pack for entry in reversed(snapshot.editions)), snapshot.pack]
    pack = next((pack for pack in packs if clause_id in pack.clauses), None)
    if pack is None:
        raise NotFound
    clause = pack.clauses[clause_id]
    document = pack.documents[clause.document]
    return ClauseOut(
        id=clause.id,
        zh=clause.zh,
        en=clause.en,
        document=document.zh,
        document_number=document.number,
        locator=clause.locator,
        quote=clause.quote,
        bound_to=list(clause.bound_to),
        no_software=clause.no_software,
    )
