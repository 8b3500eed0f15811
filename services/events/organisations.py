"""Who speaks for an organisation."""

from uuid import UUID

from kernel.auth import Caller
from kernel.owning import is_own
from kernel.problems import Forbidden


class NotItsVoice(Forbidden):
    """The caller neither is the organisation nor acts for it."""

    code = "not_its_voice"
    title_zh, title_en = "无权代表该单位办理", "The caller does not act for this organisation"


def must_speak_for(caller: Caller, organisation_id: UUID) -> None:
    """Staff for anybody; else the organisation itself, or the portal that acts for it. Raises NotItsVoice."""
    if not is_own(caller, organisation_id):
        raise NotItsVoice
