"""Why nobody was signed in, in words for the person in front of the page."""

from kernel.problems import Forbidden, Malformed, Problem


class SignInUnknown(Malformed):
    """The state is not one that this browser began: used, ended, foreign or made up."""

    code, title_zh, title_en = "sign_in_unknown", "这次登录已完成或已失效", "This sign-in is over"
    hint_zh = "每次登录只能完成一次,须在十分钟内、在同一浏览器中完成。请重新登录。"
    hint_en = "A sign-in is completed once, within ten minutes, in the browser it began in. Please sign in again."


class SignInCancelled(Forbidden):
    """The provider says that the person, or a rule of its own, did not let us know who it is."""

    code, title_zh, title_en = "sign_in_cancelled", "登录未获同意", "The sign-in was not agreed to"
    hint_zh = "身份认证系统告知:登录被取消或未获授权。"
    hint_en = "The identity provider says that the sign-in was cancelled or not authorised."


class SignInNotConfirmed(Forbidden):
    """The provider would not exchange the code, or what it signed is not what we asked for. Never said which."""

    code = "sign_in_not_confirmed"
    title_zh, title_en = "身份认证系统未能确认登录", "The sign-in could not be confirmed"
    hint_zh = "认证结果无效、已过期或已使用过。请重新登录;若反复出现,请联系系统管理人员。"
    hint_en = (
        "What the provider answered is not valid, has ended or was used. Sign in again; tell the operator if it stays."
    )


class ProviderUnavailable(Problem):
    """The city's identity provider does not answer, or not as OpenID Connect says."""

    status, code = 503, "identity_provider_unavailable"
    title_zh, title_en = "身份认证系统暂时没有应答", "The identity provider does not answer"
    hint_zh = "请稍后再试。"
    hint_en = "Please try again in a while."
    retryable = True

    def __init__(self, cause: str = "") -> None:
        """`cause` is for the log alone."""
        super().__init__(headers={"Retry-After": "5"})
        self.cause = cause


class NoOpenAccount(Forbidden):
    """Known to the provider; here nobody is linked to them, or whoever is has left."""

    code, title_zh, title_en = "no_open_account", "没有与您关联的有效账号", "No open account is linked to you"
    hint_zh = "您已通过身份认证,但本系统没有与之关联的有效账号。请联系开立账号的管理人员。"
    hint_en = "You were recognised, but no open account here is linked to you. Ask whoever opens the accounts."


class SignsInAtProvider(Forbidden):
    """The city has switched off passwords."""

    code, title_zh, title_en = "signs_in_at_provider", "本市已停用密码登录", "This city takes no passwords"
    hint_zh = "请使用本市的统一身份认证登录。"
    hint_en = "Sign in with the city's identity provider."


class NoFrontEnd(Malformed):
    code, title_zh, title_en = "no_front_end", "本市未登记登录后返回的页面", "This city names no page to return to"


class SignInCodeRefused(Problem):
    """Unknown, used, ended, or asked for by another: never said which."""

    status, code, title_zh, title_en = 401, "sign_in_code_refused", "登录码无效", "The sign-in code is not valid"
