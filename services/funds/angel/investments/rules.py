"""What makes an investment one the city answers for, and what makes a loss proven. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from kernel.findings import Finding, findings


@dataclass(frozen=True, slots=True)
class Party:
    """Investor or project in the register. `registered_on` is None while it is not registered."""

    kind: str
    zh: str
    registered_on: date | None


@dataclass(frozen=True, slots=True)
class Invested:
    """What decides of an investment: its day, the stage it names, and the stages the policy knows."""

    on: date
    stage: str
    stages: Collection[str]
    today: date


def investment_findings(invested: Invested, parties: tuple[Party, ...], clauses: tuple[str, ...]) -> list[Finding]:
    """Everything wrong at once: both registered, and before the money was paid; known stage; no day to come."""
    zh, en = "该阶段的投资不在补偿范围内。", "Losses at this stage are not shared."
    stages = {"stage": invested.stage, "known": sorted(invested.stages)}
    return [
        *(finding for party in parties for finding in _party_findings(invested.on, party, clauses)),
        *findings(
            (
                invested.stage not in invested.stages,
                Finding("stage_out_of_scope", clauses, zh, en, stages),
            ),
            (
                invested.on > invested.today,
                Finding("investment_in_future", clauses, "投资日晚于今日。", "The day lies in the future."),
            ),
        ),
    ]


def _party_findings(invested_on: date, party: Party, clauses: tuple[str, ...]) -> list[Finding]:
    since = party.registered_on
    if since is None:
        zh, en = f"{party.zh}尚未登记。", f"The {party.kind} is not registered."
        return [Finding(f"{party.kind}_not_registered", clauses, zh, en)]
    return findings(
        (
            invested_on < since,
            Finding(
                "investment_before_registration",
                clauses,
                f"投资日早于{party.zh}登记日 {since.isoformat()}。",
                f"It was invested before the {party.kind} was registered on {since.isoformat()}.",
                {"party": party.kind, "registered_on": since.isoformat(), "invested_on": invested_on.isoformat()},
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Lost:
    """A loss as told, with the days that must follow one another. Amounts in fen."""

    happened_on: date
    audited_on: date
    proceeds_fen: int
    loss_fen: int


def loss_findings(
    lost: Lost, *, amount_fen: int, invested_on: date, today: date, clauses: tuple[str, ...]
) -> list[Finding]:
    """Never more than was paid in and did not come back; lost after it was invested, audited after it was lost."""
    most = amount_fen - lost.proceeds_fen
    return findings(
        (
            lost.loss_fen > most,
            Finding(
                "loss_above_investment", clauses, "损失超过投资额减去已收回部分。",
                "The loss is above what was invested less what came back.",
                {"loss_fen": lost.loss_fen, "most_fen": max(0, most)},
            ),
        ),
        (
            lost.happened_on < invested_on,
            Finding("loss_before_investment", clauses, "损失日早于投资日。", "It was lost before it was invested."),
        ),
        (
            lost.audited_on < lost.happened_on,
            Finding("audit_before_loss", clauses, "审计日早于损失日。", "It was audited before it was lost."),
        ),
        (
            max(lost.audited_on, lost.happened_on) > today,
            Finding("loss_in_future", clauses, "损失日或审计日晚于今日。", "A day of the loss lies in the future."),
        ),
    )  # fmt: skip
