"""The officers' page of a period: plain HTML with pictures inside, readable by keyboard and without scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import LIMIT_MAX
from services.registry.statistics.models import StatisticsReport, StatisticsRound
from services.registry.statistics.publishing import ON_PAGES, Published, publish, shown
from services.registry.statistics.queries import behind, newest_round, status_counts
from services.registry.statistics.states import Status
from services.registry.statistics.workbooks import Language, said, unit_of

STATUSES: dict[Status, tuple[str, str]] = {
    Status.EXPECTED: ("待报送", "expected"), Status.MISSED: ("逾期未报", "missed"),
    Status.SUBMITTED: ("待审核", "to be reviewed"), Status.RETURNED: ("已退回", "returned"),
    Status.ACCEPTED: ("已通过", "accepted"),
}  # fmt: skip
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of a period shows."""

    round: StatisticsRound
    published: Published
    counts: dict[tuple[Status, bool | None], int]
    behind: Sequence[StatisticsReport]


async def overview(session: AsyncSession, *, caller: Caller) -> Overview | None:
    """Of the newest period; None before the first."""
    round_ = await newest_round(session, caller.city)
    if round_ is None:
        return None
    found = await publish(session, by="district", round_id=round_.id, caller=caller)
    counts = await status_counts(session, round_.id)
    return Overview(round_, found, counts, await behind(session, round_.id, LIMIT_MAX))


def overview_page(page: Overview | None, language: Language) -> str:
    """Progress, who is behind, figures by division with pictures of three of them."""
    place = 0 if language == "zh" else 1
    template = _templates.get_template("overview.html.j2")
    if page is None:
        return template.render(zh=language == "zh", round=None)
    found, counts = page.published, page.counts
    return template.render(
        zh=language == "zh",
        round=page.round,
        statuses=[
            (STATUSES[status][place], sum(count for (one, _), count in counts.items() if one is status))
            for status in Status
        ],
        late=sum(count for (_, is_late), count in counts.items() if is_late),
        behind=[(one, STATUSES[one.status][place]) for one in page.behind],
        rows=[(name, cell.carriers, shown(cell)) for name, cell in found.named_cells(language)],
        measures=[(said(found.measure(name), language), unit_of(found.measure(name), language)) for name in ON_PAGES],
        # The pictures are ours, made of numbers and names that were escaped when they were drawn.
        charts=[Markup(found.chart(name, language).decode()) for name in ON_PAGES],  # noqa: S704
    )
