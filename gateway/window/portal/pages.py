"""The portal's pages: HTML that loads and runs nothing else, in the reader's language."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.published_calendar import ShownEvent
from gateway.window import reference
from gateway.window.portal.questions import Check
from gateway.window.portal.views import CityPage
from gateway.window.reference.words import Language
from kernel.clock import CITY_ZONE
from policy.schema import Item
from policy.snapshots import Snapshot

EVENT_KINDS: Mapping[str, tuple[str, str]] = {
    "roadshow": ("路演", "Roadshow"), "training": ("培训", "Training"), "lecture": ("讲座", "Lecture"),
    "salon": ("沙龙", "Salon"), "forum": ("论坛", "Forum"), "contest": ("大赛", "Contest"),
    "matching": ("对接会", "Matching"), "exhibition": ("展览", "Exhibition"),
}  # fmt: skip

_FOLDERS = (Path(__file__).parent, Path(reference.__path__[0]))  # the style sheet is the reference pages'
_templates = Environment(loader=FileSystemLoader(_FOLDERS), autoescape=True, undefined=StrictUndefined)


def front_page(cities: Sequence[Snapshot], *, language: Language) -> str:
    """Every live city."""
    packs = [snapshot.pack for snapshot in cities]
    return _templates.get_template("front.html.j2").render(packs=packs, zh=language == "zh", other="/portal")


def city_page(page: CityPage, events: Sequence[ShownEvent] | None) -> str:
    """What a city offers, by whom it is for, and its next events; None when the calendar did not answer."""
    shown = None if events is None else [(event, _when(event), _kind(event, page.language)) for event in events]
    return _render("city.html.j2", page, events=shown, other=f"/portal/{page.pack.pack}")


def guide_page(page: CityPage, item_id: str, item: Item, check: Check | None) -> str:
    """One item: what it asks for, what it is decided by, and a check people can fill in."""
    return _render(
        "guide.html.j2",
        page,
        item=item,
        guide=page.guide(item),
        programme=page.programme_of(item),
        check=check,
        other=f"/portal/{page.pack.pack}/{item_id}{_answers(check)}",
    )


def _render(template: str, page: CityPage, **more: object) -> str:
    return _templates.get_template(template).render(page=page, pack=page.pack, zh=page.language == "zh", **more)


def _answers(check: Check | None) -> str:
    """What was typed, as a query: nobody answers twice for reading on in the other language."""
    given = {question.name: question.given for question in check.questions if question.given} if check else {}
    return f"?{urlencode(given)}" if given else ""


def _when(event: ShownEvent) -> str:
    begins, ends = event.starts_at.astimezone(CITY_ZONE), event.ends_at.astimezone(CITY_ZONE)
    until = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%Y-%m-%d %H:%M}–{until}"


def _kind(event: ShownEvent, language: Language) -> str:
    words = EVENT_KINDS.get(event.kind, (event.kind, event.kind))
    return words[0] if language == "zh" else words[1]
