"""A city's policy as a page: HTML that loads nothing else, made from the pack and what operators set."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.window.reference.views import Page, in_order
from gateway.window.reference.words import Language
from policy.snapshots import Acceptance, Snapshot

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def reference_page(snapshot: Snapshot, *, at: Acceptance, language: Language, other: str | None) -> str:
    """The page of a city. `other` is where the same page in the other language is."""
    page = Page(snapshot, at=at, language=language)
    template = _templates.get_template("page.html.j2")
    items, duties = in_order(page.pack.items), in_order(page.pack.duties)
    return template.render(
        page=page, pack=page.pack, programmes=page.programmes, items=items, duties=duties, other=other
    )


def index_page(cities: Sequence[Snapshot]) -> str:
    """The page that leads to every live city's."""
    return _templates.get_template("index.html.j2").render(packs=[snapshot.pack for snapshot in cities])
