"""Identifiers: UUID version 7 in tables, a typed prefix and Crockford base 32 on the wire (`vch_01k…`)."""

import re
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import GetJsonSchemaHandler, GetPydanticSchema
from pydantic_core import PydanticCustomError, core_schema
from uuid_utils.compat import uuid7

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26  # 128 bits in groups of five
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_SHAPE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_id() -> UUID:
    """A time-ordered identifier. Never a secret: it tells when it was made."""
    return uuid7()


def encode_id(prefix: str, value: UUID) -> str:
    """`prefix_` and 26 letters."""
    number = value.int
    letters = [ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5)]
    return f"{prefix}_{''.join(letters)}"


def decode_id(prefix: str, text: str) -> UUID:
    """The reverse of `encode_id`. Raises ValueError for another prefix or a malformed id."""
    head, _, tail = text.rpartition("_")
    if head != prefix or not _SHAPE.fullmatch(tail) or tail[0] > "7":
        raise ValueError(f"not an identifier of kind {prefix}")
    number = 0
    for letter in tail:
        number = number << 5 | _VALUES[letter]
    return UUID(int=number)


@dataclass(frozen=True, slots=True)
class _IdCodec:
    prefix: str

    def read(self, value: Any) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return decode_id(self.prefix, value)
        except (ValueError, AttributeError):
            raise PydanticCustomError("identifier", "not an identifier of kind {kind}", {"kind": self.prefix}) from None

    def schema(self, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: encode_id(self.prefix, value),
                return_schema=core_schema.str_schema(),
                when_used="json",
            ),
        )

    def json_schema(self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "pattern": f"^{self.prefix}_[0-7][{ALPHABET}]{{{LENGTH - 1}}}$",
            "examples": [encode_id(self.prefix, UUID("0198c0de-0000-7000-8000-000000000001"))],
        }


def public_id(prefix: str) -> Any:
    """Annotation for pydantic: `CaseId = Annotated[UUID, public_id("case")]`. UUID inside, prefix outside."""
    codec = _IdCodec(prefix)
    return GetPydanticSchema(codec.schema, codec.json_schema)


Uuid = Annotated[UUID, "plain"]
