"""The officers' page of a period: plain HTML with pictures inside, readable by keyboard and without scripts."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import LIMIT_MAX
from services.registry.statistics.publishing import Published, publish
from services.registry.statistics.queries import behind, newest_round, status_counts
from services.registry.statistics.states import Status
from services.registry.statistics.workbooks import Language, said, unit_of

CHARTS = ("tenants", "graduates", "investment")
STATUSES: dict[Status, tuple[str, str]] = {
    Status.EXPECTED: ("待报送", "expected"), Status.MISSED: ("逾期未报", "missed"),
    Status.SUBMITTED: ("待审核", "to be reviewed"), Status.RETURNED: ("已退回", "returned"),
    Status.ACCEPTED: ("已通过", "accepted"),
}  # fmt: skip
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


async def overview_page(session: AsyncSession, *, language: Language, caller: Caller) -> str:
    """The newest period: progress, who is behind, figures by division with pictures of three of them."""
    place = 0 if language == "zh" else 1
    round_ = await newest_round(session, caller.city)
    template = _templates.get_template("overview.html.j2")
    if round_ is None:
        return template.render(zh=language == "zh", round=None)
    found = await publish(session, by="district", round_id=round_.id, caller=caller)
    counts = await status_counts(session, round_.id)
    return template.render(
        zh=language == "zh",
        round=round_,
        statuses=[
            (STATUSES[status][place], sum(count for (one, _), count in counts.items() if one is status))
            for status in Status
        ],
        late=sum(count for (_, is_late), count in counts.items() if is_late),
        behind=[(one, STATUSES[one.status][place]) for one in await behind(session, round_.id, LIMIT_MAX)],
        rows=_rows(found, language),
        measures=[(said(found.measure(name), language), unit_of(found.measure(name), language)) for name in CHARTS],
        # The pictures are ours, made of numbers and names that were escaped when they were drawn.
        charts=[Markup(found.chart(name, language).decode()) for name in CHARTS],  # noqa: S704
    )


def _rows(found: Published, language: Language) -> list[tuple[str, int, list[str]]]:
    cells = [(found.named(cell.group, language), cell) for cell in found.table.cells]
    cells.append(("合计" if language == "zh" else "Total", found.table.total))
    return [
        (name, cell.carriers, [_figure((cell.figures or {}).get(measure)) for measure in CHARTS])
        for name, cell in cells
    ]


def _figure(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"
