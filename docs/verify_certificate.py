"""Verify a certificate, its standing or an as-of proof OFFLINE: `verify_certificate.py KEYS.json DOCUMENT.json`.

KEYS.json is what GET /v1/registry/keys answered, kept from a time you trusted the address. DOCUMENT.json is the file
`certificate.json` attached to the PDF, or what the certificate, verification or proof address answered.
Needs joserfc alone (pip install joserfc). Exit code 0: verified; 1: not; 2: the files cannot be read.

What is signed is the canonical JSON of `statement` (UTF-8, sorted keys, no spaces), as a detached JWS (RFC 7515
appendix F, ES256). What stands beside the statement is compared with it, so that no byte can differ unnoticed;
`unprinted`, what the typeface of the paper lacks, can name no character that was not signed.
"""

import json
import sys
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM, KIND = "ES256", "statement+jws"
# What the document repeats beside its statement, by the kind of the statement: member -> where the statement has it.
REPEATED: dict[str, dict[str, tuple[str, ...]]] = {
    "carrier_recognised": {
        "number": ("certificate_number",), "carrier_id": ("carrier", "id"), "issued_on": ("issued_on",),
    },
    "recognised_on_date": {"carrier_id": ("carrier_id",), "on": ("on",), "recognised": ("recognised",)},
    "certificate_standing": {
        "number": ("certificate_number",), "standing": ("standing",), "on": ("on",), "valid_until": ("valid_until",),
        "ended_on": ("ended_on",), "replaced_by": ("replaced_by",),
    },
}  # fmt: skip
HIGHEST = {"level": "level", "is_key": "is_key", "certificate_number": "certificate_number"}


class NotVerified(Exception):
    """What does not hold."""


def verify(document: dict[str, Any], keys: list[dict[str, Any]]) -> dict[str, Any]:
    """The statement, once its signature and everything beside it agree. Raises NotVerified."""
    statement, kind = document["statement"], document["statement"]["statement"]
    if kind not in REPEATED:
        raise NotVerified(f"unknown kind of statement: {kind}")
    key = next((one for one in keys if one.get("kid") == document["key_id"]), None)
    if key is None:
        raise NotVerified(f"no key {document['key_id']} in the key set")
    payload = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        signed = jws.deserialize_compact(
            document["signature"], ECKey.import_key(key), algorithms=[ALGORITHM], payload=payload
        )
    except (JoseError, ValueError) as wrong:
        raise NotVerified(f"the signature does not fit the statement ({type(wrong).__name__})") from None
    header = signed.headers()
    if header.get("typ") != KIND or header.get("kid") != document["key_id"]:
        raise NotVerified("the signature was made for something else")
    _compare(document, statement, REPEATED[kind])
    if not {f"U+{ord(letter):04X}" for letter in payload.decode()}.issuperset(document.get("unprinted", ())):
        raise NotVerified("unprinted names characters that were not signed")
    if kind == "recognised_on_date":
        best = statement["levels"][0] if statement["levels"] else {}
        _compare(document, {name: best.get(name) for name in HIGHEST}, {name: (name,) for name in HIGHEST})
    if "certificate" in document:
        inner = verify(document["certificate"], keys)
        if inner["certificate_number"] != statement["certificate_number"]:
            raise NotVerified("the standing is that of another certificate")
    return dict(statement)


def _compare(document: dict[str, Any], statement: dict[str, Any], repeated: dict[str, tuple[str, ...]]) -> None:
    for member, where in repeated.items():
        signed: Any = statement
        for step in where:
            signed = signed[step]
        if document[member] != signed:
            raise NotVerified(f"{member} is {document[member]!r}, but {signed!r} was signed")


def main(arguments: list[str]) -> int:
    """Exit code."""
    if len(arguments) != 2:  # noqa: PLR2004 - the two files
        print(__doc__, file=sys.stderr)
        return 2
    try:
        keys, document = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
        statement = verify(document, keys["keys"])
    except NotVerified as wrong:
        print(f"NOT VERIFIED 未通过: {wrong}")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        print(f"CANNOT BE READ 无法读取: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        return 2
    print("VERIFIED 已核验")
    print(json.dumps(statement, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
