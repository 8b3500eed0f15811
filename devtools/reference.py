"""`make reference`: docs/policy/, one page a city in Chinese and English, as the packs alone have it."""

from datetime import UTC, datetime, time
from pathlib import Path

from gateway.window.reference.pages import reference_page
from gateway.window.reference.words import Language
from policy.loader import load_pack, pack_ids
from policy.snapshots import Acceptance, first_snapshot

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "policy"
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def page_of(pack_id: str, language: Language) -> str:
    """The page of a pack as it reads on the day its newest document was issued: nothing is set yet."""
    pack = load_pack(pack_id)
    issued = max(document.issued_on for document in pack.documents.values())
    at = Acceptance(issued, datetime.combine(issued, time(12), UTC))
    other = f"{pack_id}.{'en' if language == 'zh' else 'zh'}.html"
    return reference_page(first_snapshot(pack.city.code, pack), at=at, language=language, other=other)


def pages() -> dict[str, str]:
    """Every page by file name."""
    return {
        f"{pack_id}.{language}.html": page_of(pack_id, language) for pack_id in pack_ids() for language in LANGUAGES
    }


def main() -> None:
    """Write the folder anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.html"):
        old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/policy/{name}")


if __name__ == "__main__":
    main()
