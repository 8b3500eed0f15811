"""A city's service items laid out for the people they are for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gateway.window.catalogue.queries import CASES_PATH, described, door_of
from gateway.window.catalogue.rules import parameters_of
from gateway.window.catalogue.schemas import ItemOut
from gateway.window.portal.questions import Check, programme_of
from gateway.window.portal.words import code_in_words
from gateway.window.reference.views import Page, ProgrammeShown, in_order
from gateway.window.reference.words import FLAGS, OPERATORS, Words, said
from kernel.findings import Finding
from kernel.money import in_yuan
from policy.nearness import NOT_MET
from policy.schema import Item

AUDIENCES: Words = {
    "enterprise": ("企业", "Enterprises"),
    "team": ("创业团队", "Start-up teams"),
    "person": ("个人创业者", "Founders"),
    "carrier_operator": ("众创空间、孵化器等载体", "Makerspaces, incubators and other carriers"),
    "provider": ("服务机构", "Service providers"),
    "bank": ("合作银行", "Partner banks"),
}
WAYS: Words = {
    "window": ("通过接入“众创一站通”的任一门户在线申请", "Apply online at any portal connected to the single window"),
    "door": ("由合作机构的系统直接办理", "Handed in by the partner's own system"),
    "event": ("在活动报名时提出，见本市近期活动", "Enter at the event itself: see the city's events to come"),
    "none": ("无须申请：由部门启动，或符合条件即办", "Nothing to apply for: the department or an event begins it"),
}
OUTCOMES: Words = {
    "eligible": ("符合条件", "You qualify"),
    "not_eligible": ("暂不符合", "You do not qualify yet"),
    "undetermined": ("还需回答下面的问题", "A few more answers are needed"),
    "refused_open": ("暂不能办理：有标准未定", "Not open yet: some terms are not set"),
}
AMOUNTS: Words = {"award": ("奖补金额", "Award"), "plan_project": ("立项资助", "Plan project")}
_OTHER_AMOUNT = ("金额", "Amount")
NOT_SAID = ("未填", "not said")


@dataclass(frozen=True, slots=True)
class Line:
    """An item in the list: `open_parameters` is how many terms it rests on are not set."""

    id: str
    name: str
    department: str
    clauses: tuple[str, ...]
    open_parameters: int
    is_asked: bool


class CityPage(Page):
    """The services of a city, by whom they are for."""

    @cached_property
    def groups(self) -> list[tuple[str, str, list[Line]]]:
        """Each audience that has anything, with its items in the order of their clauses."""
        lines = {item.id: (item, self._line(item)) for item in in_order(self.pack.items)}
        found = ((who, [line for item, line in lines.values() if who in item.audience]) for who in AUDIENCES)
        return [(who, said(AUDIENCES[who], self.language), items) for who, items in found if items]

    @cached_property
    def bundles(self) -> list[tuple[str, list[tuple[str, str]], tuple[str, ...]]]:
        """What may be handed in together: its name, its items by id and name, its clauses."""
        return [
            (self.name(bundle), [(key, self.name(self.pack.items[key])) for key in bundle.items], bundle.clauses)
            for bundle in in_order(self.pack.bundles)
        ]

    def way(self, item: Item) -> str:
        """How it is applied for."""
        door = door_of(self.pack, item)
        elsewhere = "event" if item.service == "events" and item.act is None else "none"
        return said(WAYS[elsewhere if door is None else "window" if door == CASES_PATH else "door"], self.language)

    def audience(self, item: Item) -> str:
        """Whom it is for."""
        names = [said(AUDIENCES[who], self.language) for who in item.audience]
        return ("、" if self.language == "zh" else ", ").join(names)

    def guide(self, item: Item) -> ItemOut:
        """Fields, documents and limits."""
        return described(self.snapshot, item, accepted=self.at)

    def programme_of(self, item: Item) -> ProgrammeShown | None:
        """The figures it is decided by."""
        entry = self.pack.programmes.get(item.programme or "")
        return self.shown(entry) if entry else None

    def outcome(self, check: Check) -> str:
        """The ruling in words."""
        return said(OUTCOMES[check.ruling.outcome], self.language)

    def amounts(self, check: Check) -> list[tuple[str, str]]:
        """What would be granted, named."""
        found: Mapping[str, int] = check.ruling.amounts
        return [(said(AMOUNTS.get(name, _OTHER_AMOUNT), self.language), self.money(fen)) for name, fen in found.items()]

    def money(self, fen: int) -> str:
        return f"{in_yuan(fen)} 元" if self.language == "zh" else f"CNY {in_yuan(fen)}"

    def value_of(self, check: Check, name: str, value: object) -> str:
        """A fact of the check as a person reads it."""
        if value is None:
            return said(NOT_SAID, self.language)
        if isinstance(value, bool):
            return said(FLAGS[value], self.language)
        asked = {question.name: question.fact.type for question in check.questions}
        return self.money(value) if asked.get(name) == "fen" and isinstance(value, int) else self.code(name, str(value))

    def refusal(self, check: Check, finding: Finding) -> str:
        """A reason as a person reads it: the engine's own text has codes as programs know them."""
        name = str(finding.facts.get("fact"))
        asked = {question.name: question.fact for question in check.questions}
        if finding.code != NOT_MET or name not in asked:
            return said((finding.zh, finding.en), self.language)
        required, operator = finding.facts["required"], finding.facts["operator"]
        wanted = required if isinstance(required, list) else [required]
        values = said(("或", " or "), self.language).join(self.value_of(check, name, value) for value in wanted)
        needed = said(OPERATORS[operator], self.language) + values
        now = self.value_of(check, name, finding.facts["actual"])
        zh, en = f"{asked[name].zh}：现为 {now}，要求 {needed}", f"{asked[name].en}: now {now}, needed {needed}"
        return said((zh, en), self.language)

    def code(self, fact: str, code: str) -> str:
        """A code in words."""
        return code_in_words(fact, code, self.language)

    def _line(self, item: Item) -> Line:
        wanted = parameters_of(self.pack, item)
        unset = sum(self.snapshot.value(key, accepted=self.at) is None for key in wanted)
        asked = programme_of(self.pack, item) is not None
        return Line(item.id, self.name(item), self.holder(item.role), item.clauses, unset, asked)
