"""Figures of the city as pictures: SVG that loads nothing and runs nothing, in the words of the caller's language."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import pygal
from pygal.style import Style

from policy.forms import FormField
from services.registry.statistics.aggregates import Table
from services.registry.statistics.workbooks import Language, said, unit_of

MEDIA_TYPE = "image/svg+xml"
WIDTH, ROW_HEIGHT, HEAD_HEIGHT, TREND_HEIGHT = 860, 46, 150, 440
LABEL_WIDTH_MAX = 20  # of a group's name beside its bar, in halves of a Chinese letter
# Without any script asked for, the library still writes one with its settings.
_BESIDE_THE_PICTURE = re.compile("<!--.*?-->|<script[^>]*/>|<script.*?</script>", re.DOTALL)
STEPS = 5
HALF_LETTER = 7  # pixels, at the size of a label
_FONTS = "'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
_BAR, _LINE = "#7fb0e6", "#1f5fa8"


class _Bars(pygal.HorizontalBar):  # type: ignore[misc]  # the library has no types
    """Each figure stands beside the end of its bar: that of nought would lie on the axis."""

    def _static_value(self, node: Any, value: str, x: Any, y: Any, metadata: Any, _align: str) -> None:
        super()._static_value(node, value, x, y, metadata, "end" if value.startswith("-") else "start")


class _Trend(pygal.Line):  # type: ignore[misc]  # the library has no types
    """Each figure stands above its point: below one of nought are the periods."""

    def _static_value(self, node: Any, value: str, x: Any, y: Any, metadata: Any) -> None:
        size = self.style.value_font_size
        super()._static_value(node, value, x - size, y - 2 * size, metadata, "middle")


def bar_chart(
    table: Table,
    measure: str,
    asked: FormField,
    *,
    by: str,
    language: Language,
    named: Callable[[str], str],
    period: str,
) -> bytes:
    """One bar a group, the largest on top; what is left out is said below and has no bar."""
    values = [(named(cell.group), (cell.figures or {}).get(measure)) for cell in table.cells]
    shown = sorted(((value, name) for name, value in values if value is not None), reverse=True)
    left_out = len(values) - len(shown)
    # A horizontal chart of this library draws from the bottom up.
    rows = list(reversed(shown))
    labels = [_short(name) for _, name in rows]
    chart = _Bars(
        **_common(_title(asked, language, period), language),
        style=_style(_BAR),
        margin_left=_beside(labels),
        height=HEAD_HEIGHT + ROW_HEIGHT * max(1, len(rows)),
        print_values=True,
        print_values_position="top",
        show_x_guides=bool(rows),
        show_y_labels=bool(rows),
        show_x_labels=bool(rows),
        x_title=_left_out(left_out, language),
    )
    chart.x_labels = labels
    chart.y_labels = ticks([value for value, _ in rows])
    chart.add("", [value for value, _ in rows])
    return _drawn(chart, f"{by}-{measure}")


def trend_chart(table: Table, measure: str, asked: FormField, *, language: Language) -> bytes:
    """A line over the periods; one that is left out is a gap."""
    chart = _Trend(
        **_common(_title(asked, language, ""), language),
        style=_style(_LINE),
        margin_left=18,
        allow_interruptions=True,
        height=TREND_HEIGHT,
        print_values=True,
        dots_size=4,
        show_y_guides=True,
        x_label_rotation=0,
    )
    # An empty place at each end: no point lies on an axis.
    chart.x_labels = ["", *(cell.group for cell in table.cells), ""]
    values = [(cell.figures or {}).get(measure) for cell in table.cells]
    chart.add("", [None, *values, None])
    chart.y_labels = ticks([value for value in values if value is not None])
    return _drawn(chart, f"period-{measure}")


def ticks(values: Sequence[int]) -> list[int]:
    """Whole numbers from nought, or below, to past the largest, about five steps of 1, 2 or 5 and noughts."""
    low, high = min([0, *values]), max([1, *values])
    step, factor = 1, 1
    while step * STEPS < high - low:
        factor, step = (
            (factor * 10, factor * 10) if step == 5 * factor else (factor, factor * (5 if step > factor else 2))
        )
    first, last = low // step, -(-high // step)
    return [step * at for at in range(first, last + 1)]


def _style(colour: str) -> Style:
    return Style(
        background="#ffffff", plot_background="#ffffff", foreground="#222222", foreground_strong="#111111",
        foreground_subtle="#555555", opacity="1", opacity_hover="1", transition="0s", colors=(colour,),
        value_colors=("#111111",), stroke_width="3", font_family=_FONTS, title_font_size=19, label_font_size=14,
        major_label_font_size=14, value_font_size=13, legend_font_size=14, tooltip_font_size=13, no_data_font_size=18,
        guide_stroke_color="#dddddd", major_guide_stroke_color="#cccccc", guide_stroke_dasharray="1,0",
        major_guide_stroke_dasharray="1,0",
    )  # fmt: skip


def _drawn(chart: Any, name: str) -> bytes:
    """Without scripts and what the library says of itself; the same bytes for the same figures.

    Its styles go by `name`: two pictures of a page have two.
    """
    chart.uuid = f"chart-{name.replace('.', '-')}"
    return _BESIDE_THE_PICTURE.sub("", str(chart.render(is_unicode=True))).encode()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _short(name: str) -> str:
    while _width(name) > LABEL_WIDTH_MAX:
        name = name[:-2] + "…"
    return name


def _beside(labels: Sequence[str]) -> int:
    """The library takes a Chinese letter to be as narrow as a Latin one."""
    return 18 + max((_width(label) - len(label) for label in labels), default=0) * HALF_LETTER


def _common(title: str, language: Language) -> dict[str, object]:
    return {
        "js": [], "width": WIDTH, "explicit_size": False, "show_legend": False, "title": title,
        "margin": 18, "margin_right": 70, "disable_xml_declaration": True, "include_x_axis": True,
        "no_data_text": "暂无数据" if language == "zh" else "No figures yet",
        "value_formatter": lambda value: f"{value:,.0f}", "pretty_print": False, "human_readable": False,
    }  # fmt: skip


def _title(asked: FormField, language: Language, period: str) -> str:
    unit = unit_of(asked, language)
    title = said(asked, language)
    title = title[:1].upper() + title[1:]
    if unit:
        title += f"（{unit}）" if language == "zh" else f" ({unit})"
    return f"{title} · {period}" if period else title


def _left_out(count: int, language: Language) -> str | None:
    if not count:
        return None
    if language == "zh":
        return f"另有{count}组因报送单位过少不予显示"
    return f"{count} groups with too few reporters are not shown"
