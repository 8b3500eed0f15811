"""The lives of an edition of a competition and of an entry to it."""

from enum import StrEnum

from kernel.moves import Move, move


class EditionStatus(StrEnum):
    """`draft` may be rewritten; once `open` its rules are frozen; `concluded` when its result is published."""

    DRAFT = "draft"
    OPEN = "open"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class EditionFact(StrEnum):
    DRAFTED = "drafted"
    REDRAFTED = "redrafted"
    OPENED = "opened"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CONCLUDED = "concluded"


EDITION_MOVES: dict[EditionFact, Move[EditionStatus]] = {
    EditionFact.REDRAFTED: move(EditionStatus.DRAFT, to=EditionStatus.DRAFT),
    EditionFact.OPENED: move(EditionStatus.DRAFT, to=EditionStatus.OPEN),
    EditionFact.CHANGED: move(EditionStatus.OPEN, to=EditionStatus.OPEN),
    EditionFact.CANCELLED: move(EditionStatus.DRAFT, EditionStatus.OPEN, to=EditionStatus.CANCELLED),
    EditionFact.CONCLUDED: move(EditionStatus.OPEN, to=EditionStatus.CONCLUDED),
}


class EntryStatus(StrEnum):
    """`registered` holds a place, `submitted` has its work in; only who is `admitted` is judged."""

    REGISTERED = "registered"
    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


LEFT = (EntryStatus.WITHDRAWN, EntryStatus.REFUSED, EntryStatus.DISQUALIFIED)


class EntryFact(StrEnum):
    SUBMITTED = "submitted"
    REPLACED = "replaced"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


ENTRY_MOVES: dict[EntryFact, Move[EntryStatus]] = {
    EntryFact.SUBMITTED: move(EntryStatus.REGISTERED, EntryStatus.SUBMITTED, to=EntryStatus.SUBMITTED),
    EntryFact.REPLACED: move(EntryStatus.ADMITTED, to=EntryStatus.ADMITTED),
    EntryFact.ADMITTED: move(EntryStatus.SUBMITTED, to=EntryStatus.ADMITTED),
    EntryFact.REFUSED: move(EntryStatus.SUBMITTED, to=EntryStatus.REFUSED),
    EntryFact.WITHDRAWN: move(
        EntryStatus.REGISTERED, EntryStatus.SUBMITTED, EntryStatus.ADMITTED, to=EntryStatus.WITHDRAWN
    ),
    EntryFact.DISQUALIFIED: move(EntryStatus.ADMITTED, to=EntryStatus.DISQUALIFIED),
}
