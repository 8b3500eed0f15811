"""The check people fill in on the portal: what was typed is read strictly, and the policy's own ruling is shown."""

from collections.abc import Mapping

import pytest

from gateway.window.portal.pages import guide_page
from gateway.window.portal.questions import Check, check, codes_of, programme_of
from gateway.window.portal.views import CityPage
from gateway.window.portal.words import CODES
from gateway.window.reference.words import Language
from policy.engine import known_facts
from policy.loader import load_pack
from policy.snapshots import Snapshot
from tests.policy.cases import ACCEPTED, default_settings, snapshot_with

XUZHOU = snapshot_with("xuzhou", default_settings("xuzhou"))
NOTHING_SET = snapshot_with("xuzhou", {})
KEY_MAKERSPACE, PATENT, ANGEL = "recognise-key-makerspace", "apply-patent-subsidy", "apply-angel-compensation"
MET = {
    "carrier_kind": "makerspace", "level": "municipal", "floor_area": "500", "seats": "30", "tenants": "20",
    "operating_months": "18", "full_time_staff": "3", "mentors": "3",
}  # fmt: skip


def checked(item: str, typed: Mapping[str, str], snapshot: object = XUZHOU) -> Check:
    found = check(snapshot, snapshot.pack.items[item], typed, at=ACCEPTED)  # type: ignore[arg-type, attr-defined]
    assert found is not None
    return found


def page_of(item: str, typed: Mapping[str, str], *, language: str = "zh", snapshot: Snapshot = XUZHOU) -> str:
    page = CityPage(snapshot, at=ACCEPTED, language=language)  # type: ignore[arg-type]
    found = page.pack.items[item]
    return guide_page(page, item, found, check(snapshot, found, typed, at=ACCEPTED))


def test_first_it_asks_and_judges_nothing() -> None:
    asked = checked(KEY_MAKERSPACE, {})
    assert asked.ruling.outcome == "undetermined"
    assert not asked.answered
    assert [question.name for question in asked.questions][:3] == ["carrier_kind", "level", "floor_area"]


def test_answers_are_judged_as_a_case_would_be() -> None:
    assert checked(KEY_MAKERSPACE, MET).ruling.outcome == "eligible"
    short = checked(KEY_MAKERSPACE, MET | {"tenants": "3"})
    assert short.ruling.outcome == "not_eligible"
    assert [(change.fact, change.needed) for change in short.changes] == [("tenants", 20)]


def test_an_award_is_shown_in_yuan() -> None:
    shown = page_of(PATENT, {"grade": "invention", "already_awarded": "no"})
    assert "2,000.00 元" in shown
    assert "CNY 2,000.00" in page_of(PATENT, {"grade": "invention", "already_awarded": "no"}, language="en")


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "十", "1e3", "0x10", "NaN", "9" * 30, "<script>", "٣", "true", "2026-01-01"]
)
def test_what_is_no_number_is_said_and_not_guessed(text: str) -> None:
    found = {question.name: question for question in checked(KEY_MAKERSPACE, MET | {"tenants": text}).questions}
    assert (found["tenants"].unfit, found["tenants"].given) == (True, text)


@pytest.mark.parametrize(
    ("text", "is_money"),
    [
        ("0", True),
        ("300,000.50", True),
        ("300，000", True),
        ("1.234", False),
        ("-1", False),
        ("9" * 15, False),
        ("¥3", False),
    ],
)
def test_money_is_read_as_people_write_it(text: str, is_money: bool) -> None:
    typed = {"upper_level": "municipal", "upper_received_fen": text}
    found = {question.name: question for question in checked("apply-county-match", typed).questions}
    assert found["upper_received_fen"].unfit is not is_money


def test_what_is_typed_is_shown_and_never_run() -> None:
    shown = page_of(KEY_MAKERSPACE, {"tenants": '"><script>alert(1)</script>'})
    assert "<script>" not in shown
    assert 'aria-invalid="true"' in shown


def test_the_other_language_opens_with_the_same_answers() -> None:
    page = page_of(KEY_MAKERSPACE, {"level": "municipal", "tenants": '三&"', "strange": "1"})
    switch = "/portal/xuzhou/recognise-key-makerspace?level=municipal&amp;tenants=%E4%B8%89%26%22&amp;lang=en"
    assert f'href="{switch}"' in page
    assert 'href="/portal/xuzhou/recognise-key-makerspace?lang=en"' in page_of(KEY_MAKERSPACE, {})


def test_names_nobody_asks_for_are_passed_over() -> None:
    assert checked(KEY_MAKERSPACE, MET | {"lang": "zh", "unheard_of": "1"}).ruling.outcome == "eligible"


def test_while_terms_are_open_it_says_so_and_asks_nothing() -> None:
    closed = checked(KEY_MAKERSPACE, MET, NOTHING_SET)
    assert closed.ruling.outcome == "refused_open"


def test_what_people_cannot_ask_for_has_no_check() -> None:
    assert check(XUZHOU, XUZHOU.pack.items["register-loan"], {}, at=ACCEPTED) is None


@pytest.mark.parametrize("pack_id", ["jiaxing", "liuzhou", "wuhan", "xuzhou", "zhuzhou"])
def test_every_choice_a_form_offers_has_words_and_every_guide_can_be_read(pack_id: str) -> None:
    pack = load_pack(pack_id)
    snapshot = snapshot_with(pack_id, default_settings(pack_id))
    page = CityPage(snapshot, at=ACCEPTED, language="zh")
    for item_id, item in pack.items.items():
        assert page.name(item) in guide_page(page, item_id, item, check(snapshot, item, {}, at=ACCEPTED))
        found = programme_of(pack, item)
        if found:
            programme, act = found
            for fact, codes in codes_of(pack, programme, known_facts(pack, programme, act)).items():
                assert [code for code in codes if code not in CODES and f"{fact}.{code}" not in CODES] == [], fact


def test_what_tells_codes_apart_is_chosen_in_words_and_a_refusal_has_no_programs_values() -> None:
    zhuzhou = snapshot_with("zhuzhou", {})

    def shown(item: str, typed: Mapping[str, str], language: Language) -> str:
        page, found = CityPage(zhuzhou, at=ACCEPTED, language=language), zhuzhou.pack.items[item]
        return guide_page(page, item, found, check(zhuzhou, found, typed, at=ACCEPTED))

    service = shown("request-one-stop-service", {"service_kind": "other"}, "zh")
    assert '<select id="q-service_kind"' in service
    assert "服务类别：现为 其他，要求 创业孵化或知识产权或" in service
    holder = shown("apply-voucher", {}, "en")
    assert "small or medium firm" not in holder, "while nothing is set nothing is asked"
    set_up = snapshot_with("zhuzhou", default_settings("zhuzhou"))
    voucher = set_up.pack.items["apply-voucher"]
    page = CityPage(set_up, at=ACCEPTED, language="en")
    asked = guide_page(page, "apply-voucher", voucher, check(set_up, voucher, {"holder_kind": "team"}, at=ACCEPTED))
    assert '<option value="team" selected>start-up team' in asked
    address = shown("register-multi-address", {"in_makerspace": "no"}, "en")
    assert "now no, needed yes" in address
    assert "True" not in address
    assert "现为 3，要求 不少于 20" in page_of(KEY_MAKERSPACE, MET | {"tenants": "3"})


@pytest.mark.parametrize(
    ("pack_id", "item", "said"),
    [
        ("liuzhou", "register-company", "在线申请"),
        ("zhuzhou", "enter-contest", "在活动报名时提出"),
        ("xuzhou", "claim-loan-loss", "由合作机构的系统直接办理"),
        ("xuzhou", "confirm-award", "无须申请"),
    ],
)
def test_a_guide_says_where_to_go(pack_id: str, item: str, said: str) -> None:
    page = CityPage(snapshot_with(pack_id, {}), at=ACCEPTED, language="zh")
    assert said in page.way(page.pack.items[item])


def test_a_document_that_may_follow_is_marked_only_once_the_department_has_named_it() -> None:
    assert "可容缺" not in page_of(KEY_MAKERSPACE, {})
    minor = {"recognition.key_makerspace.minor_documents": ["premises_proof"]}
    named = snapshot_with("xuzhou", default_settings("xuzhou") | minor)
    shown = page_of(KEY_MAKERSPACE, {}, snapshot=named)
    assert '场地权属或租赁证明 <span class="tag">可容缺</span></li>' in shown
    assert shown.count('<span class="tag">可容缺</span>') == 1
    assert "may follow" in page_of(KEY_MAKERSPACE, {}, snapshot=named, language="en")
