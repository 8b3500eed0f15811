"""The pages people sign in at: HTML that loads and runs nothing, kept by no cache, telling no other site of itself."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from fastapi.responses import RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.window import portal, reference
from gateway.window.identity.schemas import TokenOut
from gateway.window.identity.tokens import Principal
from gateway.window.reference.answer import POLICY, PageResponse
from gateway.window.reference.words import Language, Words
from gateway.window.signin.openid import with_query
from gateway.window.signin.providers import Provider
from kernel.problems import Problem

ROLES: Words = {
    "officer": ("经办人员", "Officer"),
    "finance": ("财务人员", "Finance"),
    "operator": ("运营管理员", "Operator"),
    "auditor": ("审计人员", "Auditor"),
    "evaluator": ("评审专家", "Evaluator"),
}
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
SEE_OTHER = 303

_FOLDERS = (Path(__file__).parent, Path(portal.__path__[0]), Path(reference.__path__[0]))
_templates = Environment(loader=FileSystemLoader(_FOLDERS), autoescape=True, undefined=StrictUndefined)


@dataclass(slots=True)
class Visit:
    """Who stands at the door of which city. `challenge`: of the front end that sent them."""

    pack_id: str
    city_code: str
    city: tuple[str, str]
    provider: Provider | None
    language: Language
    challenge: str | None

    @property
    def path(self) -> str:
        """Of the page, for this visit."""
        path = f"/portal/{self.pack_id}/sign-in"
        return with_query(path, {"challenge": self.challenge}) if self.challenge else path

    @property
    def takes_passwords(self) -> bool:
        """Whether embedded accounts sign in here."""
        return self.provider is None or self.provider.embedded_accounts


def sign_in_page(visit: Visit, *, refused: Problem | None = None) -> PageResponse:
    """The ways to sign in; `refused`: why the one just tried was none."""
    told = refused.document(visit.language) if refused else None
    return _page("sign_in.html.j2", visit, refused=refused, told=told)


def refused_page(visit: Visit, problem: Problem) -> PageResponse:
    """Why nobody was signed in, and the way back."""
    return _page("sign_in_refused.html.j2", visit, refused=problem, told=problem.document(visit.language))


def signed_in_page(visit: Visit, principal: Principal, token: TokenOut) -> PageResponse:
    """Who signed in, as what, and the token for as long as the page stands."""
    place = 0 if visit.language == "zh" else 1
    roles = [ROLES[role][place] if role in ROLES else role for role in principal.roles]
    account = principal.subject.partition(":")[2]
    return _page("signed_in.html.j2", visit, account=account, roles=roles, token=token)


def redirected(address: str) -> RedirectResponse:
    """On to an address of ours, the provider's or the front end's: never to one a request named."""
    return RedirectResponse(address, status_code=SEE_OTHER, headers=PRIVATE)


def _page(template: str, visit: Visit, *, refused: Problem | None = None, **more: object) -> PageResponse:
    zh = visit.language == "zh"
    html = _templates.get_template(template).render(visit=visit, zh=zh, other=visit.path, **more)
    page = PageResponse(html)
    page.headers.update(PRIVATE)
    if refused is not None:
        page.status_code = refused.status
        page.headers.update(refused.headers)
    if visit.provider is not None and visit.provider.return_to and visit.challenge:
        # Browsers hold a form to this also where its answer leads on: here to the front end.
        front_end = urlsplit(visit.provider.return_to)
        own = f"form-action 'self' {front_end.scheme}://{front_end.netloc};"
        page.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self';", own)
    return page
