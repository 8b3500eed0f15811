from typing import Any

import pytest

from gateway.window.reference.words import figure, goal
from policy.indicators import as_value
from policy.schema import Choice, Parameter, Target
from tests.policy.cases import default_settings

CHOICES = (Choice(id="annual", zh="按年", en="every year"), Choice(id="one_off", zh="一次", en="once"))


def a_parameter(unit: Any, operator: Any = "=") -> Parameter:
    choices = CHOICES if unit in {"choice", "choices"} else ()
    return Parameter(
        id="p",
        zh="参数",
        en="parameter",
        unit=unit,
        operator=operator,
        status="open",
        clauses=("XZ-01",),
        choices=choices,
    )


@pytest.mark.parametrize(
    ("unit", "operator", "value", "zh", "en"),
    [
        ("fen", "≤", 55_000_000, "不超过 550,000.00 元", "at most CNY 550,000.00"),
        ("fen", "≈", 20_000_000, "约 200,000.00 元", "about CNY 200,000.00"),
        ("bp", "≥", 7000, "不少于 70%", "at least 70%"),
        ("bp", "=", 6667, "66.67%", "66.67%"),
        ("bp", "=", 5, "0.05%", "0.05%"),
        ("multiple_bp", "=", 30_000, "3 倍", "3 times"),
        ("multiple_bp", "=", 15_000, "1.5 倍", "1.5 times"),
        ("working_days", "≤", 20, "不超过 20 个工作日", "at most 20 working days"),
        ("count", ">", 240, "超过 240", "more than 240"),
        ("count", "range", (1, 1000), "1 – 1,000", "1 – 1,000"),
        ("flag", "=", True, "是", "yes"),
        (
            "indicator_system",
            "=",
            as_value(default_settings("jiaxing")["evaluation.indicators"]),
            "在孵企业和团队数 60%、服务评分 40%",
            "firms and teams 60%, points for service 40%",
        ),
        ("choice", "=", "annual", "按年", "every year"),
        ("choices", "=", ("annual", "one_off"), "按年、一次", "every year, once"),
        ("date", "=", "2015-10-01", "2015-10-01", "2015-10-01"),
    ],
)
def test_a_figure_reads_with_operator_and_unit(unit: str, operator: str, value: object, zh: str, en: str) -> None:
    parameter = a_parameter(unit, operator)
    assert (figure(parameter, value, "zh"), figure(parameter, value, "en")) == (zh, en)


def test_a_goal_keeps_its_operator() -> None:
    target = Target(
        id="t", zh="高新技术企业", en="high-tech firms", operator=">", value=240, unit="家", kind="cumulative",
        counted_by="报告", service="registry", clauses=("ZZ-05",),
    )  # fmt: skip
    assert (goal(target, "zh"), goal(target, "en")) == ("超过 240 家", "more than 240")
