"""What a bank reads of the books."""

from services.funds.payments.schemas import EntryOut


class ClaimEntryOut(EntryOut):
    """A journal entry of a claim, without who posted and approved it. `reference` is the id of what it is about."""

    reference: str | None
