"""Failures of the token endpoint: problem documents that also carry OAuth's own `error` member (RFC 6749, 5.2)."""

from collections.abc import Iterable

from kernel.problems import Conflict, Malformed, Problem


class OAuthRefused(Problem):
    """`error` is one of RFC 6749's codes."""

    error = "invalid_request"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, error=self.error)


class InvalidClient(OAuthRefused):
    """Unknown, disabled, or not proven: never said which."""

    status, code, title_zh, title_en = 401, "invalid_client", "客户端认证失败", "Client authentication failed"
    error = "invalid_client"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail)
        self.headers["WWW-Authenticate"] = "Basic"


class InvalidTokenRequest(OAuthRefused, Malformed):
    code, title_zh, title_en = "invalid_request", "令牌请求不完整", "The token request is not complete"


class UnsupportedGrant(OAuthRefused, Malformed):
    code, title_zh, title_en = "unsupported_grant_type", "不支持的授权类型", "Unsupported grant type"
    error = "unsupported_grant_type"


class InvalidScope(OAuthRefused, Malformed):
    """`missing`: the scopes it does not hold; what is no scope at all is not repeated."""

    code, title_zh, title_en = "invalid_scope", "请求的权限超出范围", "A scope beyond what this client holds"
    hint_zh = "不带 scope 取令牌,应答的 scope 即本客户端的全部权限"
    hint_en = "Asked without `scope`, the answer names every scope this client holds"
    error = "invalid_scope"

    def __init__(self, missing: Iterable[str] = ()) -> None:
        super().__init__()
        self.facts["missing_scopes"] = sorted(missing)


class SignInFailed(Problem):
    """Account or password: never said which."""

    status, code, title_zh, title_en = 401, "sign_in_failed", "账号或密码不正确", "Account or password is wrong"


class TriedTooOften(Problem):
    """Nobody is locked out of the account: whoever tried has to wait. The code is older than that."""

    status, code, title_zh, title_en = 429, "account_locked", "尝试次数过多,请稍后再试", "Too many attempts, try later"
    retryable = True


class TwoSecretsAlready(Conflict):
    code, title_zh, title_en = "two_secrets_already", "已有两个有效密钥,请先停用一个", "Two secrets live already"


class SignsWithKeys(Conflict):
    """A secret would open the bank's door to whoever reads it; a signature cannot be read."""

    code, title_zh, title_en = "signs_with_keys", "银行以密钥签名认证,没有口令", "A bank signs; it is given no secret"


class ShowsASecret(Conflict):
    code, title_zh, title_en = "shows_a_secret", "该客户端以口令认证,没有公钥", "This client shows a secret"
