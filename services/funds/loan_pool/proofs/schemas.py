"""What a bank reads of the books."""

from pydantic import ConfigDict

from services.funds.books.examples import ENTRY
from services.funds.payments.schemas import EntryOut


class ClaimEntryOut(EntryOut):
    """A journal entry of a claim, without who posted and approved it. `reference` is the id of what it is about."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY]})

    reference: str | None
