"""How figures and terms of a policy pack read, in Chinese and English. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from kernel import context
from kernel.money import in_yuan
from policy.indicators import IndicatorSystem, as_value
from policy.schema import Parameter, Target

Language = Literal["zh", "en"]
Words = Mapping[str, tuple[str, str]]

KINDS: Words = {
    "recognition_criteria": ("认定", "recognition"),
    "once_only_award": ("一次性奖补", "one-time award"),
    "layered_loss_share": ("分层风险分担", "loss shared in layers"),
    "voucher_quota": ("创新券", "innovation voucher"),
    "envelope": ("资金规模", "fund"),
    "graded_award": ("按等次奖补", "award by grade"),
    "capped_share": ("按比例补助,设上限", "capped share of cost"),
    "investment_loss_share": ("投资损失按阶段分担", "investment loss shared by stage"),
    "recurring_subsidy": ("按年补助", "yearly subsidy"),
    "match": ("配套", "match"),
    "uplift": ("上浮", "uplift"),
    "floor_decision": ("不低于下限,逐案决定", "decided case by case above a floor"),
    "staged_subsidy": ("分年贴息、贴保费", "interest or premium subsidy by year"),
    "contest_result": ("赛事获奖立项", "plan project for a prize"),
    "tax_information": ("税收优惠告知", "tax relief, explained"),
    "yearly_growth": ("逐年增长", "yearly growth"),
    "standard": ("标准与权益", "standard or right"),
    "fund_participation": ("财政参股", "public stake"),
    "case_decision": ("一事一议", "decided case by case"),
    "priority": ("优先", "priority"),
    "carrier_evaluation": ("载体评价", "evaluation of carriers"),
}
STATUSES: Words = {
    "stated": ("文件规定", "stated"),
    "doubtful": ("存疑,未确认前不用", "doubtful, not used until confirmed"),
    "set_by_operator": ("运营方设定", "set by the operator"),
    "open": ("未定", "open"),
}
TARGET_KINDS: Words = {
    "stock": ("存量", "stock"),
    "increment": ("新增", "new"),
    "cumulative": ("累计", "cumulative"),
    "per_year": ("每年", "per year"),
    "coverage": ("全覆盖", "coverage"),
    "yearly_change": ("逐年变化", "from year to year"),
}
OPERATORS: Words = {
    "=": ("", ""),
    "≥": ("不少于 ", "at least "),
    ">": ("超过 ", "more than "),
    "≤": ("不超过 ", "at most "),
    "<": ("少于 ", "less than "),
    "≈": ("约 ", "about "),
    "range": ("", ""),
    "rising": ("逐年增加", "rising every year"),
    "coverage": ("全覆盖", "full coverage"),
}
UNITS: Words = {
    "working_days": ("个工作日", "working days"),
    "calendar_days": ("天", "days"),
    "months": ("个月", "months"),
    "years": ("年", "years"),
    "count": ("", ""),
    "square_metres": ("平方米", "m²"),
    "date": ("", ""),
}
FLAGS = {True: ("是", "yes"), False: ("否", "no")}
BP_PER_PERCENT, BP_PER_TIMES = 100, 10_000


def language_of(asked: Language | None, accepted: str) -> Language:
    """The language asked for, else that of the browser (`Accept-Language`)."""
    return asked or ("en" if context.language_of(accepted) == "en" else "zh")


def said(words: tuple[str, str], language: Language) -> str:
    """The Chinese or the English one."""
    return words[0] if language == "zh" else words[1]


def figure(parameter: Parameter, value: Any, language: Language) -> str:
    """A value with its operator and unit, as a person reads it: `不超过 550,000.00 元`, `at most CNY 550,000.00`."""
    operator = said(OPERATORS[parameter.operator], language)
    if parameter.operator == "range":
        low, high = (_plain(parameter, part, language) for part in value)
        return f"{low} – {high}"
    return operator + _plain(parameter, value, language)


def _plain(parameter: Parameter, value: Any, language: Language) -> str:
    if parameter.unit in {"choice", "choices"}:
        names = {choice.id: said((choice.zh, choice.en), language) for choice in parameter.choices}
        parts = [value] if isinstance(value, str) else value
        return ("、" if language == "zh" else ", ").join(names.get(part, part) for part in parts)
    if parameter.unit in _SHOWN:
        return _SHOWN[parameter.unit](value, language)
    unit = said(UNITS[parameter.unit], language)
    return f"{_grouped(value)} {unit}".rstrip()


def _grouped(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _money(value: int, language: Language) -> str:
    return f"{in_yuan(value)} 元" if language == "zh" else f"CNY {in_yuan(value)}"


def _ratio(value: int, whole: int, sign: str) -> str:
    units, rest = divmod(value, whole)
    decimals = f"{rest:0{len(str(whole)) - 1}}".rstrip("0")
    return f"{units}.{decimals}{sign}" if decimals else f"{units}{sign}"


def _indicators(value: Any, language: Language) -> str:
    """`服务绩效 40%、…`: the indicators with their weights."""
    system: IndicatorSystem = as_value(value)
    parts = [
        f"{said((part.zh, part.en), language)} {_ratio(part.weight_bp, BP_PER_PERCENT, '%')}"
        for part in system.indicators
    ]
    return ("、" if language == "zh" else ", ").join(parts)


_SHOWN: dict[str, Callable[[Any, Language], str]] = {
    "fen": _money,
    "bp": lambda value, _language: _ratio(value, BP_PER_PERCENT, "%"),
    "multiple_bp": lambda value, language: _ratio(value, BP_PER_TIMES, said((" 倍", " times"), language)),
    "flag": lambda value, language: said(FLAGS[value], language),
    "indicator_system": _indicators,
}


def goal(target: Target, language: Language) -> str:
    """`不少于 30 家`; a goal without a figure is its operator in words."""
    operator = said(OPERATORS[target.operator], language)
    if target.value is None:
        return operator
    unit = f" {target.unit}" if language == "zh" else ""
    return f"{operator}{target.value:,}{unit}"
