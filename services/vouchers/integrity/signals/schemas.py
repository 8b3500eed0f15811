"""What stands out, on the wire. Amounts in fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Self

from fastapi import Depends, Query
from pydantic import ConfigDict

from kernel.schemas import Wire
from services.vouchers.ids import OrganisationId, RedemptionId, VoucherId
from services.vouchers.integrity.signals.rules import Held, RankedPair

LISTED, LISTED_MAX, ASKED, ASKED_MAX = 20, 100, 50, 200
HOLDER, PROVIDER, VOUCHER = (
    "org_01k30dwg0070008000000000a1",
    "org_01k30dwg0070008000000000a2",
    "vch_01k30dwg0070008000000000c3",
)
PAIR: dict[str, Any] = {
    "holder_id": HOLDER,
    "provider_id": PROVIDER,
    "redemptions": 9,
    "amount_fen": 4500000,
    "of_holder_fen": 4500000,
    "of_provider_fen": 6000000,
}
TOGETHER: dict[str, Any] = {
    "face_fen": 10000000,
    "holders": [
        {"holder_id": HOLDER, "holder_name": "武汉某科技有限公司", "vouchers": 1, "face_fen": 5000000},
        {"holder_id": PROVIDER, "holder_name": "武汉某智能有限公司", "vouchers": 1, "face_fen": 5000000},
    ],
}
SAME_DAY: dict[str, Any] = {
    "voucher_id": VOUCHER,
    "holder_id": HOLDER,
    "provider_id": PROVIDER,
    "service_on": "2026-12-10",
    "redemptions": 3,
    "amount_fen": 4500000,
    "contract_net_fen": 9000000,
    "largest_net_fen": 3000000,
    "face_fen": 5000000,
    "redemption_ids": ["rdm_01k30dwg0070008000000000f6", "rdm_01k30dwg0070008000000000f7"],
}
AT_BOUND: dict[str, Any] = {
    "redemption_id": "rdm_01k30dwg0070008000000000f6",
    "voucher_id": VOUCHER,
    "holder_id": HOLDER,
    "provider_id": PROVIDER,
    "service_on": "2026-12-10",
    "contract_net_fen": 10000000,
    "amount_fen": 5000000,
}


@dataclass(frozen=True, slots=True)
class SignalsIn:
    """Days of service and of issue; how many of each sign; about how many holders the registry is asked."""

    from_on: Annotated[date | None, Query(description="First day of service or issue")] = None
    until_on: Annotated[date | None, Query(description="Last day of service or issue")] = None
    limit: Annotated[int, Query(ge=1, le=LISTED_MAX, description="At most so many of each sign")] = LISTED
    holders: Annotated[int, Query(ge=1, le=ASKED_MAX, description="The registry is asked about so many")] = ASKED


SignalsAsked = Annotated[SignalsIn, Depends()]


class PairOut(Wire):
    """A provider and a holder with more redemptions than the average pair, beside all that either of them had."""

    holder_id: OrganisationId
    provider_id: OrganisationId
    redemptions: int
    amount_fen: int
    of_holder_fen: int
    of_provider_fen: int


class HeldOut(Wire):
    """What one of several holders under one controller was issued."""

    holder_id: OrganisationId
    holder_name: str
    vouchers: int
    face_fen: int


class TogetherOut(Wire):
    """Holders under one controller."""

    face_fen: int
    holders: list[HeldOut]


class SameDayOut(Wire):
    """Several redemptions of a voucher by one provider for services of one day, beside what the voucher could pay."""

    voucher_id: VoucherId
    holder_id: OrganisationId
    provider_id: OrganisationId
    service_on: date
    redemptions: int
    amount_fen: int
    contract_net_fen: int
    largest_net_fen: int
    face_fen: int
    redemption_ids: list[RedemptionId]


class AtBoundOut(Wire):
    """An invoice whose share was to the fen what was left on the voucher."""

    redemption_id: RedemptionId
    voucher_id: VoucherId
    holder_id: OrganisationId
    provider_id: OrganisationId
    service_on: date
    contract_net_fen: int
    amount_fen: int


class SignalsOut(Wire):
    """Signs to look at, each with what it rests on, the strongest first. Counted and ranked; judged by people.

    The registry was asked about `holders_asked` of `holders_counted` holders, those with the most vouchers first.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "redemptions_counted": 40,
                    "pairs_counted": 20,
                    "holders_counted": 18,
                    "holders_asked": 18,
                    "pairs": [PAIR],
                    "one_controller": [TOGETHER],
                    "same_day": [SAME_DAY],
                    "at_bound": [AT_BOUND],
                }
            ]
        }
    )

    redemptions_counted: int
    pairs_counted: int
    holders_counted: int
    holders_asked: int
    pairs: list[PairOut]
    one_controller: list[TogetherOut]
    same_day: list[SameDayOut]
    at_bound: list[AtBoundOut]

    @classmethod
    def of(
        cls,
        *,
        pairs: Sequence[RankedPair],
        together: Sequence[Sequence[Held]],
        same_day: Sequence[object],
        at_bound: Sequence[object],
        **counted: int,
    ) -> Self:
        """Every sign with its evidence."""
        return cls(
            pairs=[
                PairOut(
                    **{name: getattr(one.pair, name) for name in one.pair.__slots__},
                    of_holder_fen=one.of_holder_fen,
                    of_provider_fen=one.of_provider_fen,
                )
                for one in pairs
            ],
            one_controller=[
                TogetherOut(
                    face_fen=sum(held.face_fen for held in group),
                    holders=[HeldOut.model_validate(held) for held in group],
                )
                for group in together
            ],
            same_day=[SameDayOut.model_validate(row) for row in same_day],
            at_bound=[AtBoundOut.model_validate(row) for row in at_bound],
            **counted,
        )
