"""The officers' page of a period: plain HTML with pictures inside, readable by keyboard and without scripts."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.auth import Caller
from kernel.paging import LIMIT_MAX
from services.registry.statistics.publishing import ON_PAGES, publish, shown
from services.registry.statistics.queries import behind, newest_round, status_counts
from services.registry.statistics.states import Status
from services.registry.statistics.workbooks import Language, said, unit_of

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
        rows=[(name, cell.carriers, shown(cell)) for name, cell in found.named_cells(language)],
        measures=[(said(found.measure(name), language), unit_of(found.measure(name), language)) for name in ON_PAGES],
        # The pictures are ours, made of numbers and names that were escaped when they were drawn.
        charts=[Markup(found.chart(name, language).decode()) for name in ON_PAGES],  # noqa: S704
    )
