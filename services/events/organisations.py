"""Who speaks for an organisation."""

from contracts.registry import OrganisationReply
from kernel.auth import Caller
from kernel.problems import Forbidden


class NotItsVoice(Forbidden):
    """The caller neither is the organisation nor the client that entered it."""

    code = "not_its_voice"
    title_zh, title_en = "无权代表该单位办理", "The caller does not act for this organisation"


def must_speak_for(caller: Caller, organisation: OrganisationReply) -> None:
    """An officer for anybody; else the organisation itself, or the client that entered it. Raises NotItsVoice."""
    own = str(organisation.id) == caller.organisation_id or caller.subject == organisation.registered_by
    if not own and "officer" not in caller.roles:
        raise NotItsVoice
