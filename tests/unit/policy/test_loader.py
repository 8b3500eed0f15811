import os
from pathlib import Path

import pytest

from policy.checks import COMPARABLE
from policy.loader import PACKS, PackInvalid, PackUnknown, load_pack, pack_ids, read_pack, read_pack_files
from policy.rules.criteria import COMPARE

PACK = """
pack: test
city: {code: "999900", zh: 试验市, en: Testville}
coverage: partial
documents:
  doc: {zh: 文件, en: document, number: 试政发〔2026〕1号, issuer: 试验市, issued_on: 2026-01-01, text_file: doc.txt}
roles:
  office: {zh: 科, en: office}
clauses:
  T-01:
    document: doc
    locator: 一
    lines: {first: 1, last: 1}
    quote: 奖励
    zh: 奖励。
    en: An award.
    bound_to: ["parameter:award.amount"]
parameters:
  award.amount:
    zh: 奖励额
    en: amount
    unit: fen
    status: stated
    clauses: [T-01]
    values: [{effective_on: 2026-01-01, value: 100}]
"""


def faults_of(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> list[str]:
    text = PACK
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "pack.yaml").write_text(text + more, encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        read_pack(tmp_path)
    return [str(fault) for fault in caught.value.faults]


def test_a_sound_pack_loads(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    pack = read_pack(tmp_path)
    assert pack.parameters["award.amount"].values[0].value == 100
    assert len(pack.hash) == 64


def test_the_hash_is_of_content_not_of_files(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    whole = read_pack(tmp_path)
    head, tail = PACK.split("parameters:\n")
    (tmp_path / "pack.yaml").write_text(head, encoding="utf-8")
    (tmp_path / "money.yaml").write_text("parameters:\n" + tail, encoding="utf-8")
    assert read_pack(tmp_path).hash == whole.hash
    (tmp_path / "money.yaml").write_text("parameters:\n" + tail.replace("value: 100", "value: 101"), encoding="utf-8")
    assert read_pack(tmp_path).hash != whole.hash


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("value: 100", "value: 100.0", "pack.yaml:25 parameters.award.amount.values.0.value", "float"),
        ("value: 100", "value: 0100", "pack.yaml:25", "not exact"),
        ("value: 100", "value: '100'", "pack.yaml:25", "takes an integer"),
        ("value: 100", "value: true", "pack.yaml:25", "takes an integer"),
        ("value: 100", "value: -1", "pack.yaml:25", "below 0"),
        ("unit: fen", "unit: dollar", "pack.yaml:22 parameters.award.amount.unit", "Input should be"),
        ("clauses: [T-01]", "clauses: []", "pack.yaml:24 parameters.award.amount.clauses", "at least 1"),
        ("clauses: [T-01]", "clauses: [T-02]", "pack.yaml:24 parameters.award.amount.clauses", "no clause T-02"),
        ("    status: stated\n", "", "pack.yaml:20 parameters.award.amount.status", "required"),
        ("    quote: 奖励\n", "", "pack.yaml:11 clauses.T-01.quote", "required"),
        ("parameter:award.amount", "parameter:award.size", "clauses.T-01.bound_to.0", "no parameter award.size"),
        ("parameter:award.amount", "rule:award", "clauses.T-01.bound_to.0", "unknown kind of binding"),
        ('    bound_to: ["parameter:award.amount"]\n', "", "pack.yaml:11 clauses.T-01", "no_software"),
        ("document: doc", "document: other", "clauses.T-01.document", "no document other"),
        ("status: stated", "status: open", "parameters.award.amount", "an open parameter has no value"),
        ("status: stated", "status: set_by_operator", "parameters.award.amount", "needs its reason"),
        ("unit: fen", "unit: choice", "parameters.award.amount", "choices belong"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, where: str, what: str) -> None:
    found = faults_of(tmp_path, (old, new))
    assert any(where in fault and what in fault for fault in found), found


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ("{effective_on: 2026-01-01, value: 1}, {effective_on: 2026-01-01, value: 2}", "overlaps"),
        ("{effective_on: 2026-02-01, value: 1}, {effective_on: 2026-01-01, value: 2}", "overlaps"),
        ("{effective_on: 2026-01-01, until: 2026-06-30, value: 1}, {effective_on: 2026-06-30, value: 2}", "overlaps"),
        ("{effective_on: 2026-01-01, until: 2026-06-30, value: 1}, {effective_on: 2026-07-02, value: 2}", "gap after"),
        ("{effective_on: 2026-01-02, until: 2026-01-01, value: 1}", "ends before it begins"),
    ],
)  # fmt: skip
def test_validity_neither_overlaps_nor_gaps(tmp_path: Path, values: str, what: str) -> None:
    found = faults_of(tmp_path, ("{effective_on: 2026-01-01, value: 100}", values))
    assert any(what in fault and "pack.yaml:25" in fault for fault in found), found


def test_consecutive_validity_loads(tmp_path: Path) -> None:
    values = "{effective_on: 2026-01-01, until: 2026-06-30, value: 1}, {effective_on: 2026-07-01, value: 2}"
    (tmp_path / "pack.yaml").write_text(
        PACK.replace("{effective_on: 2026-01-01, value: 100}", values), encoding="utf-8"
    )
    assert len(read_pack(tmp_path).parameters["award.amount"].values) == 2


ITEMS = """
  days: {zh: 天数, en: days, unit: working_days, status: open, clauses: [T-01], left_open_by: T-01, owner_role: office}
items:
  one: &item
    {zh: 一, en: one, service: funds, role: office, clauses: [T-01], audience: [enterprise], documents: days,
     correction_working_days: days, promised_working_days: days}
  two: *item
  three:
    {zh: 三, en: three, service: funds, role: office, clauses: [T-01], audience: [bank], documents: days,
     correction_working_days: days, promised_working_days: days}
bundles:
  both: {zh: 一件事, en: both, items: [one, two], clauses: [T-01]}
"""


STANDARD = """
  least:
    {zh: 下限, en: least, unit: count, operator: "≥", status: open, clauses: [T-01], left_open_by: T-01,
     owner_role: office}
  kinds:
    {zh: 类别, en: kinds, unit: choices, status: open, clauses: [T-01], left_open_by: T-01, owner_role: office,
     choices: [{id: a, zh: 甲, en: a}, {id: b, zh: 乙, en: b}]}
facts:
  kind: {type: code, zh: 类型, en: kind}
  number: {type: count, zh: 数量, en: number}
  is_so: {type: flag, zh: 是否, en: whether}
programmes:
  one:
    {zh: 一, en: one, service: funds, role: office, clauses: [T-01], terms: {kind: standard, criteria: [
      {fact: number, parameter: least, zh: 数量, en: number, clauses: [T-01]},
      {fact: is_so, equals: true, zh: 是, en: so, clauses: [T-01]},
      {fact: kind, one_of: [a, b], zh: 类型, en: kind, clauses: [T-01]}]}}
"""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("fact: number, parameter", "fact: kind, parameter", "kind is of type code, and is tested as count or fen"),
        ("fact: number, parameter: least", "fact: number, parameter: kinds", "of type count, and is tested as code"),
        ("fact: is_so, equals: true", "fact: kind, equals: true", "kind is of type code, and is tested as flag"),
        (
            "fact: is_so, equals: true",
            "fact: number, equals: a",
            "number is of type count, and is tested as code or date",
        ),
        ("fact: kind, one_of", "fact: is_so, one_of", "is_so is of type flag, and is tested as code"),
        ("fact: kind, one_of: [a, b]", "fact: kind, equals: a, one_of: [a, b]", "tested in more than one way"),
        ('operator: "≥"', 'operator: "≈"', "nothing is compared by the operator ≈ of least"),
        ('operator: "≥"', "operator: rising", "nothing is compared by the operator rising of least"),
    ],
)
def test_a_criterion_that_could_not_be_judged_does_not_load(tmp_path: Path, old: str, new: str, what: str) -> None:
    """Loaded, it would fail every decision that is told the fact."""
    assert old in STANDARD
    (tmp_path / "pack.yaml").write_text(PACK + STANDARD, encoding="utf-8")
    assert read_pack(tmp_path).programmes["one"]
    (tmp_path / "pack.yaml").write_text(PACK + STANDARD.replace(old, new), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        read_pack(tmp_path)
    assert any(what in str(fault) for fault in caught.value.faults), caught.value.faults


def test_what_may_be_compared_is_what_the_rules_compare_by() -> None:
    assert COMPARE.keys() == COMPARABLE


def test_a_pack_without_bundles_is_written_as_before_there_were_any(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    plain = read_pack(tmp_path)
    assert "bundles" not in plain.model_dump(mode="json")
    (tmp_path / "pack.yaml").write_text(PACK + ITEMS, encoding="utf-8")
    bundled = read_pack(tmp_path)
    assert bundled.bundles["both"].items == ("one", "two")
    assert type(bundled).model_validate_json(bundled.model_dump_json()).hash == bundled.hash


@pytest.mark.parametrize(
    ("items", "what"),
    [
        ("items: [one]", "at least 2"),
        (f"items: [{', '.join(['one'] * 21)}]", "at most 20"),
        ("items: [one, four]", "no item four"),
        ("items: [one, one]", "stands in it twice"),
        ("items: [one, three]", "no applicant may apply for all"),
        ("items: [one, two], clauses: [T-02]", "no clause T-02"),
    ],
)
def test_a_bundle_is_of_items_one_applicant_may_apply_for(tmp_path: Path, items: str, what: str) -> None:
    old = "items: [one, two], clauses: [T-01]"
    new = items if "clauses" in items else f"{items}, clauses: [T-01]"
    found = faults_of(tmp_path, more=ITEMS.replace(old, new))
    assert any(what in fault and "bundles.both" in fault for fault in found), found


MINOR = """
  papers:
    {zh: 材料, en: papers, unit: choices, status: open, clauses: [T-01], left_open_by: T-01, owner_role: office,
     choices: [{id: form, zh: 表, en: form}, {id: list, zh: 清单, en: list}]}
  later:
    {zh: 可容缺, en: later, unit: choices, status: open, clauses: [T-01], left_open_by: T-01, owner_role: office,
     choices_of: papers}
  others:
    {zh: 其他, en: others, unit: choices, status: open, clauses: [T-01], left_open_by: T-01, owner_role: office,
     choices: [{id: map, zh: 图, en: map}]}
items:
  one:
    {zh: 一, en: one, service: funds, role: office, clauses: [T-01], audience: [enterprise], documents: papers,
     minor_documents: later, correction_working_days: award.amount, promised_working_days: award.amount}
"""


def test_what_may_follow_is_chosen_among_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK + MINOR, encoding="utf-8")
    pack = read_pack(tmp_path)
    assert pack.parameters["later"].choices == pack.parameters["papers"].choices
    assert pack.items["one"].minor_documents == "later"
    (tmp_path / "pack.yaml").write_text(PACK + MINOR.replace("     minor_documents: later,", "    "), encoding="utf-8")
    assert "minor_documents" not in read_pack(tmp_path).model_dump(mode="json")["items"]["one"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("minor_documents: later", "minor_documents: others", "a list of documents of papers is expected"),
        ("minor_documents: later", "minor_documents: award.amount", "a list of documents of papers is expected"),
        ("minor_documents: later", "minor_documents: never", "no parameter never"),
        ("choices_of: papers", "choices_of: award.amount", "names a parameter with choices"),
        ("choices_of: papers", "choices_of: [papers]", "names a parameter with choices"),
    ],
)
def test_what_may_follow_is_nothing_else(tmp_path: Path, old: str, new: str, what: str) -> None:
    found = faults_of(tmp_path, more=MINOR.replace(old, new))
    assert any(what in fault for fault in found), found


def test_a_cap_below_its_floor_does_not_load(tmp_path: Path) -> None:
    cap = """
  award.cap:
    {zh: 上限, en: cap, unit: fen, status: stated, clauses: [T-01], values: [{effective_on: 2026-01-01, value: 99}]}
constraints:
  both: {zh: 上下限, en: floor and cap, kind: ascending, parameters: [award.amount, award.cap], clauses: [T-01]}
"""
    assert any("the cap 99 is below its floor 100" in fault for fault in faults_of(tmp_path, more=cap))
    bounds = ("unit: fen", "unit: fen\n    minimum: 50\n    maximum: 40")
    assert any("the cap 40 is below its floor 50" in fault for fault in faults_of(tmp_path, bounds))
    a_range = ("unit: fen", 'unit: fen\n    operator: "range"'), ("value: 100", "value: [200, 100]")
    assert any("the cap 100 is below its floor 200" in fault for fault in faults_of(tmp_path, *a_range))


def test_shares_that_do_not_make_the_whole_do_not_load(tmp_path: Path) -> None:
    shares = """
  share.a: {zh: 甲, en: a, unit: bp, status: stated, clauses: [T-01], values: [{effective_on: 2026-01-01, value: 6000}]}
  share.b: {zh: 乙, en: b, unit: bp, status: stated, clauses: [T-01], values: [{effective_on: 2026-01-01, value: 3000}]}
constraints:
  whole: {zh: 合计, en: whole, kind: sum, equals: 10000, parameters: [share.a, share.b], clauses: [T-01]}
"""
    assert any("they sum to 9000, not 10000" in fault for fault in faults_of(tmp_path, more=shares))


def test_a_key_twice_and_an_entry_in_two_files_are_told(tmp_path: Path) -> None:
    assert any("stands twice" in fault for fault in faults_of(tmp_path, ("unit: fen", "unit: fen\n    unit: bp")))
    (tmp_path / "z.yaml").write_text("roles:\n  office: {zh: 科, en: office}\n", encoding="utf-8")
    assert any("z.yaml:2 roles.office" in fault and "pack.yaml" in fault for fault in faults_of(tmp_path))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults_of(tmp_path, ("value: 100", "value: -1"), ("document: doc", "document: other"))) == 2


def test_an_open_parameter_names_the_clause_and_the_owner(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path, ("status: stated", "status: open"), ("    values: [{effective_on: 2026-01-01, value: 100}]\n", "")
    )
    assert any("name the clause that leaves it open" in fault for fault in found)
    assert any("no role" in fault for fault in found)


def test_a_term_needs_a_parameter_of_its_unit(tmp_path: Path) -> None:
    programme = """
programmes:
  fund:
    {zh: 资金, en: fund, service: funds, role: office, clauses: [T-01],
     terms: {kind: envelope, amount: award.amount, period: award.amount}}
"""
    assert any("award.amount has unit fen" in fault for fault in faults_of(tmp_path, more=programme))


@pytest.mark.parametrize("scope", ["", "service_kinds: [testing], service_scope: kinds, "])
def test_a_voucher_names_what_it_buys_or_who_lists_it(tmp_path: Path, scope: str) -> None:
    terms = f"kind: voucher_quota, {scope}face_value: a, holder_yearly_quota: a, share: a, validity_months: a"
    programme = f"""
programmes:
  voucher: {{zh: 券, en: voucher, service: vouchers, role: office, clauses: [T-01], terms: {{{terms}}}}}
"""
    assert any("one of the two" in fault for fault in faults_of(tmp_path, more=programme))


def test_syntax_errors_are_told_with_their_line(tmp_path: Path) -> None:
    assert faults_of(tmp_path, ("roles:", "roles: [")) != []


LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (LAUGHS, "text.yaml:6", "once its aliases are written out"),
        ("a: &a [*a]", "text.yaml:1", "names what is not complete before it"),
        ("a: *b", "text.yaml:1", "names what is not complete before it"),
        ("a: &x 1\nb: &x 2", "text.yaml:2", "not YAML"),
        ("a: 1\n---\nb: 2", "text.yaml:2", "a second document"),
        ("\n" + "[" * 20_000 + "]" * 20_000, "text.yaml:2", "nested more than 40 deep"),
        ("{a: " * 20_000 + "}" * 20_000, "text.yaml:1", "nested more than 40 deep"),
        ("a: " + "x" * 600_000, "text.yaml:1", "longer than 600000 characters"),
        ("a: " + "9" * 5_000, "text.yaml:1 a", "beyond 2^53"),
        ("a: 9007199254740992", "text.yaml:1 a", "beyond 2^53"),
        ('a: "\\0"', "text.yaml:1 a", "control characters"),
        ('"\\0": 1', "text.yaml:1", "control characters"),
        ('a: "\\ud800"', "text.yaml:1", "not YAML"),
        ("a: \ud800", "text.yaml:1", "not YAML"),
        ("? [a, b]\n: c", "text.yaml:1", "a key that is not text"),
        ("a: !!binary aGk=", "text.yaml:1 a", "not exact"),
        ("a: 1:30", "text.yaml:1 a", "not exact"),
        ("", "text.yaml", "a mapping of sections is expected"),
        ("[a]", "text.yaml", "a mapping of sections is expected"),
        ("surprise: 1", "text.yaml:1 surprise", "Extra inputs are not permitted"),
        ("clauses: {T-01: 1}", "text.yaml:1 clauses.T-01", "stands in pack.yaml as well"),
        ("pack: again", "text.yaml:1 pack", "stands in two files"),
    ],
    ids=lambda text: str(text)[:30],
)
def test_a_text_that_would_harm_or_mean_nothing_is_told_with_its_place(text: str, where: str, what: str) -> None:
    with pytest.raises(PackInvalid) as caught:
        read_pack_files("test", {"text.yaml": text, "pack.yaml": PACK})
    found = [str(fault) for fault in caught.value.faults]
    assert any(fault.startswith(where) and what in fault for fault in found), found
    assert all(len(fault) < 300 for fault in found)


def test_an_empty_pack_does_not_load() -> None:
    with pytest.raises(PackInvalid):
        read_pack_files("test", {})


def test_aliases_that_stay_small_are_read() -> None:
    again = PACK.replace("clauses: [T-01]", "clauses: &cited [T-01]") + (
        "  award.other:\n    {zh: 另, en: other, unit: fen, status: stated, clauses: *cited,\n"
        "     values: [{effective_on: 2026-01-01, value: 9007199254740991}]}\n"
    )
    pack = read_pack_files("test", {"pack.yaml": again})
    assert pack.parameters["award.other"].clauses == ("T-01",)


def test_the_packs_that_ship() -> None:
    assert set(pack_ids()) == {"jiaxing", "liuzhou", "wuhan", "xuzhou", "zhuzhou"}
    assert all(load_pack(pack_id).pack == pack_id for pack_id in pack_ids())
    with pytest.raises(PackUnknown):
        load_pack("atlantis")
    with pytest.raises(PackUnknown):
        load_pack("../packs/xuzhou")
    assert PACKS.is_dir()


ADDED = Path(__file__).resolve().parents[2] / "packs"


def test_an_installation_may_add_packs_and_not_replace_one_that_ships(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "xuzhou").mkdir()
    (tmp_path / "xuzhou" / "pack.yaml").write_text("not: ours")
    monkeypatch.setenv("POLICY_PACKS", f"{ADDED}{os.pathsep}{tmp_path}")
    assert "yunhai" in pack_ids()
    assert load_pack("yunhai").city.zh == "云海市"
    assert read_pack(PACKS / "xuzhou") == load_pack("xuzhou")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("      decision: {number: decree, day: decreed_on}\n", "", "name the facts of their decision"),
        ("number: decree,", "number: decreed_on,", "decreed_on is no fact of type code"),
        ("number: decree,", "number: nothing,", "nothing is no fact of type code"),
        ("levels: [provincial]", "levels: [municipal, provincial]", "the city's own have none"),
    ],
)
def test_a_record_of_a_level_above_names_the_facts_of_its_paper(old: str, new: str, what: str) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ADDED / "yunhai").glob("*.yaml")}
    assert old in texts["programmes.yaml"]
    with pytest.raises(PackInvalid) as caught:
        read_pack_files("yunhai", texts | {"programmes.yaml": texts["programmes.yaml"].replace(old, new)})
    assert [str(fault) for fault in caught.value.faults if "star.record" in str(fault) and what in str(fault)]


def test_the_xuzhou_pack_is_whole() -> None:
    pack = load_pack("xuzhou")
    assert pack.coverage == "complete"
    assert sorted(pack.clauses) == [f"XZ-{n:02}" for n in range(1, 41)]
    assert all(clause.bound_to or clause.no_software for clause in pack.clauses.values())


def test_everything_in_the_xuzhou_pack_is_named_by_a_clause_or_carried_by_something_that_is() -> None:
    pack = load_pack("xuzhou")
    bound = {binding for clause in pack.clauses.values() for binding in clause.bound_to}
    for kind, section in (("programme", pack.programmes), ("target", pack.targets), ("duty", pack.duties)):
        assert {f"{kind}:{key}" for key in section} - bound <= {
            "programme:recognition.key_incubator",
            "programme:recognition.key_accelerator",
        }
