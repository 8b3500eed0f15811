"""Whether a body, a seat or a reporter fits the city's policy, purely."""

from collections.abc import Collection
from datetime import date

from kernel.findings import Finding, findings


def role_findings(*, role: str, known: Collection[str]) -> list[Finding]:
    """A duty binds to a role of the pack, never to a department's name, which changes."""
    unknown = Finding(
        "role_unknown", (), "本市政策中没有该职责角色。", "The city's policy has no such role.", {"role": role}
    )
    return findings((role not in known, unknown))


def reporter_findings(
    *, role: str, known: Collection[str], division: str | None, parts: Collection[str]
) -> list[Finding]:
    """Its role is the pack's, and its county, district or zone one of the city's."""
    elsewhere = Finding(
        "division_unknown",
        ("GB/T 2260",),
        "该区划或功能区不属于本市。",
        "No county, district or zone of this city.",
        {"division": division},
    )
    return [
        *role_findings(role=role, known=known),
        *findings((division is not None and division not in parts, elsewhere)),
    ]


def end_findings(*, since_on: date, ended_on: date, has_ended: bool) -> list[Finding]:
    """What has begun ends once, and later than it began."""
    return findings(
        (has_ended, Finding("ended_already", (), "任职已结束。", "It has ended already.")),
        (
            ended_on <= since_on,
            Finding("ends_before_beginning", (), "结束日须晚于开始日。", "It would end before it began."),
        ),
    )
