"""A city's policy as a page: HTML that loads nothing else, made from the pack and what operators set."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.published_statistics import PublishedReply
from gateway.window.ratings.schemas import CityRatingsOut
from gateway.window.reference.views import Page, in_order
from gateway.window.reference.words import Language
from policy.schema import Pack
from policy.snapshots import Acceptance, Snapshot

GROUPINGS = {
    "district": ("按区划", "By division"), "kind": ("按载体类型", "By kind of carrier"),
    "level": ("按级别", "By level"), "period": ("按报告期", "Over the periods"),
}  # fmt: skip

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def reference_page(snapshot: Snapshot, *, at: Acceptance, language: Language, other: str | None) -> str:
    """The page of a city. `other` is where the same page in the other language is."""
    page = Page(snapshot, at=at, language=language)
    template = _templates.get_template("page.html.j2")
    items, bundles, duties = in_order(page.pack.items), in_order(page.pack.bundles), in_order(page.pack.duties)
    return template.render(
        page=page, pack=page.pack, programmes=page.programmes, items=items, bundles=bundles, duties=duties, other=other
    )


def index_page(cities: Sequence[Snapshot]) -> str:
    """The page that leads to every live city's."""
    return _templates.get_template("index.html.j2").render(packs=[snapshot.pack for snapshot in cities])


def statistics_page(pack: Pack, found: PublishedReply, *, language: Language) -> str:
    """Published figures of a city with their pictures, which the registry drew of numbers and escaped names."""
    place = 0 if language == "zh" else 1
    template = _templates.get_template("statistics.html.j2")
    titles = {by: names[place] for by, names in GROUPINGS.items()}
    city = pack.city.zh if language == "zh" else pack.city.en
    return template.render(found=found, city=city, pack_id=pack.pack, titles=titles, language=language)


def ratings_page(pack: Pack, found: CityRatingsOut, *, language: Language) -> str:
    """What applicants say of the service, as it is published."""
    city = pack.city.zh if language == "zh" else pack.city.en
    template = _templates.get_template("ratings.html.j2")
    return template.render(found=found.model_dump(), city=city, pack_id=pack.pack, language=language)
