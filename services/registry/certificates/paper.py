"""A certificate on paper: A4 landscape, with a QR code to its verification and the signed data attached.

The same certificate gives the same bytes. Only the fonts of the installed package are used, on every machine alike.
"""

import io
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Literal, Protocol

import segno
import typst

from kernel.clock import start_of
from kernel.sandboxes import is_sandbox
from services.registry.certificates.lettering import font_folder, legible, unprinted
from services.registry.certificates.words import LACKING, SANDBOX, Language, wording

TEMPLATE = Path(__file__).with_name("certificate.typ")
PICTURE_PPI = 144
TITLES: dict[Language, tuple[int, int]] = {"zh": (40, 180), "en": (33, 30)}  # points, thousandths between letters


class Signed(Protocol):
    """A certificate as the register keeps it."""

    number: str
    city_code: str
    issued_on: date
    statement: dict[str, Any]


def certificate_paper(
    certificate: Signed, signed: bytes, *, language: Language, verify_at: str, form: Literal["pdf", "png"] = "pdf"
) -> bytes:
    """`signed`: the document that is attached, as the verifying script reads it; `verify_at`: what the QR code says."""
    page = _page(certificate, language, verify_at)
    made: Any = typst.compile(  # type: ignore[misc]  # its stub forgets that `output` may be left out
        TEMPLATE.read_bytes(),
        font_paths=[font_folder()],
        ignore_system_fonts=True,
        format=form,
        ppi=PICTURE_PPI,
        sys_inputs={"page": json.dumps(page, ensure_ascii=False), "signed": signed.decode()},
        timestamp=int(start_of(certificate.issued_on).timestamp()),
    )
    return bytes(made if isinstance(made, bytes) else made[0])


def _page(certificate: Signed, language: Language, verify_at: str) -> dict[str, Any]:
    issued_on = certificate.issued_on
    size, spread = TITLES[language]
    words = asdict(wording(certificate.statement, language)) | {"carrier": certificate.statement["carrier"]["name"]}
    if unprinted(words):
        words["hint"] += LACKING[language]
    return {
        **_legible(words),
        "lang": language,
        "title_size": size,
        "title_spread": spread,
        "issued_year": issued_on.year,
        "issued_month": issued_on.month,
        "issued_day": issued_on.day,
        "watermark": SANDBOX[language] if is_sandbox(certificate.city_code) else None,
        "qr": _qr(verify_at),
    }


def _legible(told: Any) -> Any:
    """Every text of it as the font can show it."""
    if isinstance(told, dict):
        return {name: _legible(part) for name, part in told.items()}
    return legible(told) if isinstance(told, str) else [_legible(part) for part in told]


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#222222")
    return drawn.getvalue().decode()
