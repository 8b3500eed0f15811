import re

import pytest

from kernel.findings import Finding
from kernel.ids import new_id
from policy.cases import OWN_CODES, mismatches
from policy.determinations import Determination, determine, replay
from policy.engine import RULES, decide, needed_parameters
from policy.loader import load_pack, pack_ids
from policy.rules.matter import Ruling
from policy.rules.reasons import REASONS
from policy.rules.results import RESULTS
from policy.schema import Pack
from policy.snapshots import first_snapshot
from policy.targets import standing
from tests.policy.cases import ACCEPTED, FOLDER, Case, all_cases, read

CASES = list(all_cases())
TARGETS = [
    (path.parent.name, entry) for path in sorted(FOLDER.glob("*/targets.yaml")) for entry in read(path)["targets"]
]


_rulings: dict[int, Ruling] = {}


def rule(case: Case) -> Ruling:
    """What the pack answers: worked out once, as several tests below ask every case."""
    if id(case) not in _rulings:
        _rulings[id(case)] = _rule(case)
    return _rulings[id(case)]


def _rule(case: Case) -> Ruling:
    return decide(case.snapshot(), programme=case.programme, act=case.act, facts=case.facts, accepted=ACCEPTED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_case(case: Case) -> None:
    ruling = rule(case)
    assert mismatches(ruling, case.expect) == []
    assert ruling.outcome == "eligible" or not (ruling.amounts or ruling.terms)
    pack = load_pack(case.pack)
    assert case.failures(pack, accepted=ACCEPTED) == []
    cites_clauses_of_its_programme(case, pack)
    for finding in ruling.findings:
        has_a_clause_and_both_languages(finding, pack)


def cites_clauses_of_its_programme(case: Case, pack: Pack) -> None:
    assert set(case.cites) <= set(pack.clauses)
    programme = pack.programmes[case.programme]
    fund = pack.programmes[programme.paid_from].clauses if programme.paid_from else ()
    assert set(case.cites) & {*programme.clauses, *fund}


def has_a_clause_and_both_languages(finding: Finding, pack: Pack) -> None:
    assert finding.clauses
    assert set(finding.clauses) <= set(pack.clauses)
    assert finding.zh.endswith("。")
    assert finding.en.endswith(".")
    assert "{" not in finding.zh + finding.en


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_case_replays_to_the_same_bytes(case: Case) -> None:
    snapshot = case.snapshot()
    record = determine(
        snapshot, id=new_id(), programme=case.programme, act=case.act, facts=case.facts, accepted=ACCEPTED
    )
    stored = Determination.from_body(record.body)
    assert stored.body == record.body
    assert replay(stored, snapshot) == []


def test_every_coded_reason_has_a_case() -> None:
    given = {finding.code for case in CASES for finding in rule(case).findings}
    assert {*REASONS, *OWN_CODES, "parameters_inconsistent"} - given == set()


def test_what_is_not_met_is_said_in_words_and_money_in_yuan() -> None:
    unmet = {(one.zh, one.en) for case in CASES for one in rule(case).findings if one.code == "criterion_not_met"}
    assert unmet >= {
        ("未达到条件:公共服务平台(现为 否,要求 是)。", "Not met: a public service platform (is no, must be yes)."),
        ("未达到条件:签约导师(现为 2,要求 ≥ 3)。", "Not met: mentors (is 2, must be ≥ 3)."),
        (
            "未达到条件:孵化资金(现为 499,999.99 元,要求 ≥ 500,000.00 元)。",
            "Not met: incubation fund (is CNY 499,999.99, must be ≥ CNY 500,000.00).",
        ),
        (
            "未达到条件:国家级或自治区级高新区(现为 none,要求 national或regional)。",
            "Not met: a national or regional high-tech zone (is none, must be national or regional).",
        ),
    }
    assert [both for both in unmet if re.search(r"True|False|None|\[", "".join(both))] == []


def test_every_computed_figure_has_a_name() -> None:
    computed = {step.name for case in CASES for step in rule(case).trace if step.step == "result"}
    assert computed - RESULTS.keys() == set()


def test_every_act_has_an_eligible_case() -> None:
    held = {
        (load_pack(case.pack).programmes[case.programme].terms.kind, case.act)
        for case in CASES
        if case.expect.outcome == "eligible"
    }
    assert set(RULES) - held == set()


# Ways and kinds the registry itself reads; tests/service/registry/test_chain.py and test_premises.py prove each city's.
READ_BY_THE_REGISTRY = ("chain.", "premises.modes", "premises.inside_makerspaces")


def test_every_stated_figure_of_money_is_read_by_a_case() -> None:
    stated = {
        (pack_id, key)
        for pack_id in pack_ids()
        for key, parameter in load_pack(pack_id).parameters.items()
        if parameter.status == "stated" and not key.startswith(READ_BY_THE_REGISTRY)
    }
    read_by = {(case.pack, step.name) for case in CASES for step in rule(case).trace if step.step == "parameter"}
    assert stated - read_by == set()


@pytest.mark.parametrize(("pack_id", "entry"), TARGETS, ids=str)
def test_target_below_at_and_above(pack_id: str, entry: dict[str, object]) -> None:
    target = load_pack(pack_id).targets[str(entry["target"])]
    assert target.value == entry["figure"]
    assert list(target.clauses) == entry["cites"]
    assert [standing(target, target.value + step).reached for step in (-1, 0, 1)] == entry["reached"]


def test_every_target_with_a_figure_has_cases() -> None:
    stated = {(p, key) for p in pack_ids() for key, t in load_pack(p).targets.items() if t.value is not None}
    assert stated == {(pack_id, entry["target"]) for pack_id, entry in TARGETS}


@pytest.mark.parametrize(
    ("pack_id", "programme", "act"),
    [
        (pack_id, key, act)
        for pack_id in pack_ids()
        for key, programme in load_pack(pack_id).programmes.items()
        for kind, act in RULES
        if kind == programme.terms.kind
    ],
)
def test_a_programme_refuses_and_names_all_its_open_parameters_while_nothing_is_set(
    pack_id: str, programme: str, act: str
) -> None:
    pack = load_pack(pack_id)
    needed = dict.fromkeys(needed_parameters(pack, pack.programmes[programme], act))
    still_open = [key for key in needed if pack.parameters[key].status in ("open", "doubtful")]
    ruling = decide(first_snapshot("000000", pack), programme=programme, act=act, facts={}, accepted=ACCEPTED)
    assert [finding.facts["parameter"] for finding in ruling.findings if finding.code == "parameter_open"] == still_open
    assert (ruling.outcome == "refused_open") == bool(still_open)
    for finding in ruling.findings[: len(still_open)]:
        clause = pack.clauses[finding.clauses[0]]
        assert finding.facts["clause"] == {"id": clause.id, "locator": clause.locator, "quote": clause.quote}
