"""What the story calls things: values with their units, and what the API says in codes, in Chinese."""

from collections.abc import Mapping
from typing import Any

from kernel.money import in_yuan

WORDS = {
    # cases and awards
    "accepted": "已受理", "in_review": "审核中", "granted": "准予", "refused": "不予",
    "opened": "已开立", "payable": "可支付", "waiting_policy": "待定(政策参数未确定)", "paid": "已拨付",
    # determinations
    "eligible": "符合条件", "not_eligible": "不符合条件", "refused_open": "待定", "undetermined": "缺少事实",
    # levels of carriers, layers of a loss
    "municipal": "市级", "provincial": "省级", "national": "国家级", "filed": "备案",
    "city": "市级", "district": "区县", "province": "省级", "guarantor": "担保机构", "bank": "银行",
    # steps, entries, the bank's word
    "approval": "支付审批", "release": "复核放行", "decision": "代偿决定", "review": "审核",
    "payment.committed": "冻结指标", "payment.settled": "支付入账", "payment.returned": "退汇冲回",
    "settled": "已入账", "rejected": "未付退回", "returned": "退汇",
}  # fmt: skip
WHOLE = 10_000
UNITS = {
    "working_days": "个工作日", "calendar_days": "天", "months": "个月", "years": "年", "square_metres": "平方米",
}  # fmt: skip


def said(code: str) -> str:
    """A code in Chinese; itself where the story has no word for it."""
    return WORDS.get(code, code)


def who(subject: str) -> str:
    """A person by the short name of the story."""
    return subject.partition("@")[0].removeprefix("person:")


def value_in_words(value: Any, parameter: Mapping[str, Any]) -> str:
    """A value as people read it. `parameter` as the window shows it, with unit and choices."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(value["zh"])
    if isinstance(value, list):
        return "、".join(value_in_words(entry, parameter) for entry in value)
    if isinstance(value, str):
        return {choice["id"]: str(choice["zh"]) for choice in parameter["choices"]}.get(value, value)
    return _number(int(value), parameter["unit"])


def _number(value: int, unit: str) -> str:
    if unit == "fen":
        return f"{in_yuan(value)} 元"
    if unit == "bp":
        return f"{_hundredths(value)}%"
    if unit == "multiple_bp":
        return f"{value // WHOLE} 倍" if value % WHOLE == 0 else f"{value} / {WHOLE} 倍"
    return f"{value} {UNITS[unit]}" if unit in UNITS else str(value)


def share_in_words(share_bp: int) -> str:
    """Basis points as a percentage."""
    return f"{_hundredths(share_bp)}%"


def _hundredths(value: int) -> str:
    whole, rest = divmod(value, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") if rest else str(whole)
