"""Every failure as a problem document (RFC 9457), in Chinese or English, without echoing what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.responses import JSONResponse

from kernel import context
from kernel.details import detail_of
from kernel.findings import Finding

MEDIA_TYPE = "application/problem+json"
# A body may have a hundred thousand: to put them all into words would hold up everybody else.
ERRORS_TOLD_MAX = 200


class Problem(Exception):
    """A named failure. Subclass one per fact, beside its use case, with a stable `code`."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title_zh: ClassVar[str] = "系统内部错误"
    title_en: ClassVar[str] = "Internal error"
    hint_zh: ClassVar[str] = ""
    hint_en: ClassVar[str] = ""
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        reasons: Sequence[Finding] = (),
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> None:
        """`detail` is one English sentence of `kernel.details` (never the caller's input); without one the class's
        `hint` is told. `facts` become members of the document.
        """
        super().__init__(detail or self.title_en)
        self.detail, self.reasons, self.errors = detail, list(reasons), list(errors)
        self.headers, self.facts = dict(headers or {}), facts

    def document(self, language: str) -> dict[str, Any]:
        """The problem document in "zh" or "en"."""
        document: dict[str, Any] = {
            "type": f"/problems/{self.code}",
            "code": self.code,
            "title": self.title_en if language == "en" else self.title_zh,
            "status": self.status,
            "request_id": context.current().request_id,
            "retryable": self.retryable,
        }
        detail = detail_of(self.detail, language) or (self.hint_en if language == "en" else self.hint_zh)
        if detail:
            document["detail"] = detail
        if self.errors:
            document["errors"] = self.errors
        if self.reasons:
            document["reasons"] = [reason_document(reason, language) for reason in self.reasons]
        return document | self.facts

    def response(self) -> JSONResponse:
        """The document as an answer in the caller's language."""
        language = context.current().language
        headers = {"Content-Language": "en" if language == "en" else "zh-CN", "Cache-Control": "no-store"}
        return JSONResponse(
            self.document(language), status_code=self.status, media_type=MEDIA_TYPE, headers=headers | self.headers
        )


def reason_document(reason: Finding, language: str) -> dict[str, Any]:
    """One coded reason with its clauses."""
    text = reason.en if language == "en" else reason.zh
    return {"code": reason.code, "clauses": list(reason.clauses), "text": text, "facts": dict(reason.facts)}


class Malformed(Problem):
    status, code, title_zh, title_en = 400, "malformed", "请求格式错误", "Malformed request"


class Unauthenticated(Problem):
    status, code, title_zh, title_en = 401, "unauthenticated", "未提供有效身份凭证", "No valid identity was presented"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    status, code, title_zh, title_en = 403, "forbidden", "无权执行该操作", "Not allowed"


class NotFound(Problem):
    """Also for what the caller may not know exists."""

    status, code, title_zh, title_en = 404, "not_found", "未找到", "Not found"


class MethodNotAllowed(Problem):
    status, code, title_zh, title_en = 405, "method_not_allowed", "不支持的请求方法", "Method not allowed"


class Conflict(Problem):
    status, code, title_zh, title_en = 409, "conflict", "与当前状态冲突", "Conflicts with the present state"


class MoveNotAllowed(Conflict):
    code, title_zh, title_en = "move_not_allowed", "当前状态不允许此操作", "This cannot happen in the present status"


class Refusal(Conflict):
    """Refused on the merits, with all reasons at once."""

    code, title_zh, title_en = "refused", "不符合规定,不予办理", "Refused on the merits"


class PreconditionFailed(Problem):
    status, code, title_zh, title_en = 412, "stale", "数据已被他人修改", "It has changed since you read it"


class TooLarge(Problem):
    status, code, title_zh, title_en = 413, "too_large", "请求内容过大", "The body is too large"


class UnsupportedMedia(Problem):
    status, code, title_zh, title_en = 415, "unsupported_media_type", "不支持的内容类型", "Unsupported media type"


class Invalid(Problem):
    status, code, title_zh, title_en = 422, "invalid", "内容未通过校验", "The content is not valid"


class InvalidMember(Invalid):
    """One member of the body, at `pointer`, is not valid in the way the class names."""

    pointer: ClassVar[str] = ""

    def __init__(self, pointer: str | None = None) -> None:
        super().__init__(errors=[{"pointer": pointer or self.pointer, "code": self.code}])

    def document(self, language: str) -> dict[str, Any]:
        """The member's message is the title, in the caller's language too."""
        document = super().document(language)
        return document | {"errors": [one | {"message": document["title"]} for one in document["errors"]]}


class PreconditionRequired(Problem):
    status, code, title_zh, title_en = 428, "precondition_required", "须提供 If-Match", "If-Match is required"


class TooManyRequests(Problem):
    status, code, title_zh, title_en = 429, "too_many_requests", "请求过于频繁", "Too many requests"
    retryable = True


class Unavailable(Problem):
    status, code, title_zh, title_en = 503, "unavailable", "服务暂时不可用,请稍后重试", "Temporarily unavailable"
    retryable = True

    def __init__(self, detail: str | None = None, *, retry_after_seconds: int = 1) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


class UpstreamFailed(Problem):
    status, code, title_zh, title_en = 502, "upstream_failed", "内部服务应答异常", "A service behind this one failed"
    retryable = True


class Timeout(Problem):
    status, code, title_zh, title_en = 504, "deadline_exceeded", "处理超时", "The deadline has passed"
    retryable = True


def refuse_if(found: Sequence[Finding]) -> None:
    """Raise a Refusal that carries every finding; nothing when there is none."""
    if found:
        raise Refusal(reasons=found)


_NAMED_CONSTRAINTS: dict[str, type[Problem]] = {}


def named_constraint(constraint: str, problem: type[Problem]) -> None:
    """Say which business fact the violation of a database constraint means."""
    _NAMED_CONSTRAINTS[constraint] = problem


def problem_of_constraint(constraint: str | None) -> Problem:
    """The named fact, or a plain conflict."""
    return _NAMED_CONSTRAINTS.get(constraint or "", Conflict)()
