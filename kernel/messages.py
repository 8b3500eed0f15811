"""Validation messages by pydantic error type, so that nobody reads an English library sentence on a Chinese page."""

ZH = {
    "missing": "缺少必填项",
    "extra_forbidden": "未定义的字段",
    "identifier": "标识符格式不正确",
    "string_type": "应为文本",
    "string_too_short": "文本过短",
    "string_too_long": "文本过长",
    "string_pattern_mismatch": "文本格式不符合要求",
    "control_character": "文本含有控制字符",
    "int_type": "应为整数",
    "int_from_float": "应为整数,不接受小数",
    "int_parsing": "应为整数",
    "bool_type": "应为布尔值",
    "bool_parsing": "应为布尔值",
    "greater_than": "数值过小",
    "greater_than_equal": "数值过小",
    "less_than": "数值过大",
    "less_than_equal": "数值过大",
    "date_type": "应为日期",
    "date_from_datetime_parsing": "应为日期 YYYY-MM-DD",
    "date_from_datetime_inexact": "应为日期,不带时间",
    "date_parsing": "应为日期 YYYY-MM-DD",
    "datetime_type": "应为带时区的时间",
    "datetime_parsing": "应为带时区的时间",
    "datetime_from_date_parsing": "应为带时区的时间",
    "timezone_aware": "时间须带时区",
    "list_type": "应为列表",
    "too_long": "项数过多",
    "too_short": "项数过少",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "literal_error": "不在允许的取值内",
    "enum": "不在允许的取值内",
    "union_tag_invalid": "类型标记不在允许的取值内",
    "union_tag_not_found": "缺少类型标记",
    "value_error": "取值不正确",
    "json_invalid": "不是合法的 JSON",
    "url_parsing": "应为网址",
    "frozen_instance": "不可修改",
}

EN = {
    "missing": "This field is required",
    "extra_forbidden": "There is no such field",
    "identifier": "Not an identifier of the expected kind",
    "control_character": "Text with control characters",
}


def message_of(error_type: str, language: str) -> str:
    """A sentence about the error, never about the value."""
    if language == "en":
        return EN.get(error_type, "Not valid: " + error_type.replace("_", " "))
    return ZH.get(error_type, "取值不正确")
