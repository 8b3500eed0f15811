"""The terms of a programme by which public money joins a sub-fund or takes a stake, and leaves again."""

from collections.abc import Iterator
from typing import Literal

from policy.terms import Frozen


class ParticipationTerms(Frozen):
    """Public money in a sub-fund or a stake, up to a cap; what must hold of it are the programme's conditions.

    Of its gain a part may be given up on exit, within the first years. Acts: `participate`, `concede`.
    """

    kind: Literal["fund_participation"]
    cap: str
    deciding_role: str
    documents: str
    experts_min: str
    approval_share: str
    notice_working_days: str
    gain_given_up: str
    concession_years: str
    quarterly_report_working_days: str
    annual_report_working_days: str

    def parameters(self, act: str) -> Iterator[str]:
        """All of them before public money goes in; on exit only what a concession rests on."""
        if act == "concede":
            yield from (self.gain_given_up, self.concession_years)
            return
        yield from (self.cap, self.documents, self.experts_min, self.approval_share, self.notice_working_days)
        yield from (self.gain_given_up, self.concession_years)
        yield from (self.quarterly_report_working_days, self.annual_report_working_days)
