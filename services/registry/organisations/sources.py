"""Where a datum comes from: the word of a register counts for more than the word of who applies."""

from enum import StrEnum


class Source(StrEnum):
    """`registry`: a public register; `licence`: a paper a clerk has seen; `applicant`: what the applicant states."""

    REGISTRY = "registry"
    LICENCE = "licence"
    APPLICANT = "applicant"
