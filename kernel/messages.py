"""Validation messages by error type, in both languages, so that nobody reads a library's sentence on a Chinese page.

What a field may be (its bounds, its choices) belongs to the published schema and is said; what was sent never is.
"""

from collections.abc import Mapping
from typing import Any

from kernel import context

SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("缺少必填项", "This field is required"),
    "missing_argument": ("缺少必填项", "This field is required"),
    "extra_forbidden": ("未定义的字段", "There is no such field"),
    "parameter_unknown": ("没有该参数", "There is no such parameter"),
    "given_twice": ("同一参数只能给出一次", "This may be given once"),
    "amount_with_approval": ("同意时须写明金额,不同意时不得写", "An amount belongs to an approval, and only to one"),
    "asked_above_size": ("申请出资不得超过总规模", "What is asked for is more than the whole"),
    "hurdle_without_carry": ("门槛收益率须与业绩报酬一并约定", "A hurdle stands only as the threshold of a carry"),
    "closes_before_opening": ("截止日期早于开始日期", "It closes before it opens"),
    "co_host_twice": ("主办、协办单位重复", "An organisation holds an event once"),
    "edition_without_series": ("届次须属于系列活动", "An edition belongs to a series"),
    "expert_twice": ("同一专家只能表决一次", "An expert is named twice"),
    "firm_named_once": (
        "登记企业用标识,其他企业用名称,二者选一",
        "A firm by its id, or by its name outside the register",
    ),
    "investment_twice": ("同一项目只能有一个估值", "An investment is valued twice"),
    "written_off_brings_nothing": ("核销项目没有回款", "What is written off brought nothing"),
    "identifier": ("标识符格式不正确", "Not an identifier of the expected kind"),
    "span": ("跨度至多 15 年,其中今后至多 5 年", "15 years at most, 5 of them ahead"),
    "string_type": ("应为文本", "Must be text"),
    "string_too_short": ("文本过短", "The text is too short"),
    "string_too_long": ("文本过长", "The text is too long"),
    "string_pattern_mismatch": ("文本格式不符合要求", "The text does not have the expected form"),
    "control_character": ("文本含有控制字符", "The text has control characters"),
    "int_type": ("应为整数", "Must be a whole number"),
    "int_from_float": ("应为整数,不接受小数", "Must be a whole number, without a fraction"),
    "int_parsing": ("应为整数", "Must be a whole number"),
    "instalments_not_whole": ("各期比例合计须为100%", "All instalments together must be the whole"),
    "investor_is_project": ("投资人与项目不能是同一单位", "Investor and project are one organisation"),
    "sum_too_large": ("各项合计数值过大", "Together the amounts are too large"),
    "int_parsing_size": ("数值过大", "The number is too large"),
    "bool_type": ("应为布尔值", "Must be true or false"),
    "bool_parsing": ("应为布尔值", "Must be true or false"),
    "greater_than": ("数值过小", "The number is too small"),
    "greater_than_equal": ("数值过小", "The number is too small"),
    "less_than": ("数值过大", "The number is too large"),
    "less_than_equal": ("数值过大", "The number is too large"),
    "date_type": ("应为日期 YYYY-MM-DD", "Must be a date, YYYY-MM-DD"),
    "date_from_datetime_parsing": ("应为日期 YYYY-MM-DD", "Must be a date, YYYY-MM-DD"),
    "date_from_datetime_inexact": ("应为日期,不带时间", "Must be a date without a time"),
    "date_parsing": ("应为日期 YYYY-MM-DD", "Must be a date, YYYY-MM-DD"),
    "datetime_type": ("应为带时区的时间", "Must be a time with its zone"),
    "datetime_parsing": ("应为带时区的时间", "Must be a time with its zone"),
    "datetime_from_date_parsing": ("应为带时区的时间", "Must be a time with its zone"),
    "timezone_aware": ("时间须带时区", "The time needs its zone"),
    "list_type": ("应为列表", "Must be a list"),
    "too_long": ("项数过多", "Too many entries"),
    "too_short": ("项数过少", "Too few entries"),
    "dict_type": ("应为对象", "Must be an object"),
    "model_type": ("应为对象", "Must be an object"),
    "model_attributes_type": ("应为对象", "Must be an object"),
    "literal_error": ("不在允许的取值内", "Not one of the permitted values"),
    "enum": ("不在允许的取值内", "Not one of the permitted values"),
    "union_tag_invalid": ("类型标记不在允许的取值内", "The kind is not one of those permitted"),
    "union_tag_not_found": ("缺少类型标记", "The kind is not given"),
    "indicator_system": ("不是有效的指标体系", "Not an indicator system"),
    "value_error": ("取值不正确", "The value is not valid"),
    "json_invalid": ("不是合法的 JSON", "Not JSON"),
    "url_parsing": ("应为网址", "Must be a web address"),
    "frozen_instance": ("不可修改", "Cannot be changed"),
    "coordinates_in_part": ("经度、纬度和坐标系须同时给出", "Longitude, latitude and datum go together"),
    "service_kind": ("服务须注明服务类别,设备不填", "A service has its kind, equipment has none"),
    "credit_code": ("不是统一社会信用代码(18 位)", "Not a unified social credit code (18 characters)"),
    "one_holder": (
        "持有方为一个单位或一名自然人;无实际控制人时不填",
        "Name one organisation or one person; nobody where there is no controller",
    ),
    "share_of_shareholders": ("股东须填持股比例,其他角色不填", "A shareholder has a share, and nobody else"),
    "resident_id": ("不是有效格式的公民身份号码(18 位)", "Not the number of a person (18 characters)"),
    "number_destroyed_by_spreadsheet": (
        "号码已被电子表格改写(如 1.23E+17),末位丢失;请将该列设为文本格式后重新录入",
        "A spreadsheet has rounded the number (such as 1.23E+17); format the column as text and enter it again",
    ),
    "instant_out_of_range": ("时间超出可用范围", "The time is outside the usable range"),
    "jwks": ("不是可用的公钥集(JWKS)", "Not a usable set of public keys (JWKS)"),
    "due_before_disbursement": ("到期日须晚于放款日", "A loan falls due after it was paid out"),
    "borrower_named_once": (
        "借款人以标识符,或以统一社会信用代码加名称,二选一",
        "Name the borrower by its id, or by credit code and name",
    ),
    "code_mistyped": ("不是有效的券码,请核对", "Not a voucher code; check it for a slip"),
    "invoice_code": (
        "发票号码:有发票代码时为 8 位,数电发票为 20 位且无代码",
        "An invoice number has 8 digits with a code, or 20 digits without one",
    ),
    "last_of_contract": ("仅当注明合同时才能作为最后一笔", "Only a claim under a contract can be its last one"),
    "case_or_holder": ("办件与申领人二选一", "Give either the case or the holder"),
    "entrant_unclear": ("须且只须填写企业或团队之一", "Give either the firm or the team"),
    "year_out_of_range": ("年份须在 2000 至 2099 之间", "The year must be between 2000 and 2099"),
    "programme_unknown": ("本市政策没有该项目", "The city's policy has no such programme"),
    "act_unknown": (
        "该项目没有这一办理事由,或不适用于单位",
        "The programme has no such act, or none for an organisation",
    ),
    "fact_count": ("应为不小于 0 的整数", "Must be a whole number, 0 or more"),
    "fact_fen": ("应为整数“分”,不小于 0", "Must be whole fen, 0 or more"),
    "fact_flag": ("应为布尔值", "Must be true or false"),
    "fact_code": ("应为文本代码", "Must be a code, as text"),
    "fact_codes": ("应为文本代码的列表", "Must be a list of codes"),
    "fact_awards": ("应为已获奖补的列表", "Must be a list of earlier awards"),
    "fact_shares": ("应为份额,按代码列出整数", "Must be shares: a whole number by code"),
    "fact_date": ("应为日期 YYYY-MM-DD", "Must be a date, YYYY-MM-DD"),
    "category_unknown": ("本市没有这一类别", "The city has no such category"),
    "category_of_makerspaces": ("只有众创空间分类别", "Only makerspaces have a category"),
    "event_type_unknown": ("动态没有这一类型", "The feed has no such type"),
    "fact_unknown": ("没有项目需要这一事实", "No programme asks for such a fact"),
    "ends_before_start": ("结束时间须晚于开始时间", "The end must be later than the start"),
}
OTHERWISE = ("取值不正确", "The value is not valid")

# What pydantic tells of the schema beside an error, and how it is said. Everything else it tells comes from the sender.
BOUNDS: dict[str, tuple[str, str]] = {
    "ge": ("不小于 {}", "at least {}"),
    "gt": ("须大于 {}", "more than {}"),
    "le": ("不大于 {}", "at most {}"),
    "lt": ("须小于 {}", "less than {}"),
    "min_length": ("至少 {}", "at least {}"),
    "max_length": ("至多 {}", "at most {}"),
    "expected": ("可为 {}", "one of {}"),
}
BOUND_OF = {
    "greater_than": "gt",
    "greater_than_equal": "ge",
    "less_than": "lt",
    "less_than_equal": "le",
    "string_too_short": "min_length",
    "string_too_long": "max_length",
    "too_short": "min_length",
    "too_long": "max_length",
    "enum": "expected",
    "literal_error": "expected",
    "parameter_unknown": "expected",
}


def message_of(error_type: str, language: str, bounds: Mapping[str, Any] | None = None) -> str:
    """A sentence about the error, never about the value; `bounds` is what pydantic tells beside it."""
    place = 1 if language == "en" else 0
    sentence = SENTENCES.get(error_type, OTHERWISE)[place]
    name = BOUND_OF.get(error_type)
    if name is None or not bounds or name not in bounds:
        return sentence
    bound = BOUNDS[name][place].format(_listed(str(bounds[name])))
    return f"{sentence} ({bound})" if language == "en" else f"{sentence}({bound})"


def errors_of(codes: Mapping[str, str]) -> list[dict[str, str]]:
    """`errors` of a problem document, in the caller's language. `codes`: by the pointer each error is at."""
    language = context.current().language
    return [
        {"pointer": pointer, "code": code, "message": message_of(code, language)} for pointer, code in codes.items()
    ]


def _listed(choices: str) -> str:
    """'a', 'b' or 'c' → a, b, c."""
    return choices.replace("' or '", "', '").replace("'", "")
