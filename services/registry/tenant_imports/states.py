"""The life of an import: waiting, read part by part, finished."""

from enum import StrEnum

from kernel.moves import Move, move


class ImportStatus(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    FINISHED = "finished"


class Fact(StrEnum):
    PART_READ = "part_read"
    ALL_READ = "all_read"


MOVES: dict[Fact, Move[ImportStatus]] = {
    Fact.PART_READ: move(ImportStatus.WAITING, ImportStatus.READING, to=ImportStatus.READING),
    Fact.ALL_READ: move(ImportStatus.WAITING, ImportStatus.READING, to=ImportStatus.FINISHED),
}
