"""Signing in as a page: with an embedded account, or at the city's identity provider (authorization code, PKCE).

`/portal/xuzhou/sign-in`. A front end of the city's own sends people here with a `challenge` and gets them back at the
one page the city names, with a code for an access token; without one, the token stands on the last page.
"""

import re
from collections.abc import Coroutine
from typing import Annotated, Any

import structlog
from fastapi import Form, Header, Path, Query, Request, Response

from gateway.window.identity import signing_in
from gateway.window.identity.issuing import issued
from gateway.window.identity.oauth import origin_in
from gateway.window.identity.problems import SignInFailed
from gateway.window.identity.schemas import ACCOUNT, ACCOUNT_LENGTH_MAX, TokenOut
from gateway.window.identity.tokens import Principal
from gateway.window.reference.words import Language, language_of
from gateway.window.signin import service
from gateway.window.signin.client import ProviderClient
from gateway.window.signin.openid import (
    CANCELLED,
    LIFE_SECONDS,
    Unusable,
    authorization_address,
    is_of_issuer,
    with_query,
)
from gateway.window.signin.pages import Visit, redirected, refused_page, sign_in_page, signed_in_page
from gateway.window.signin.problems import (
    NoFrontEnd,
    ProviderUnavailable,
    SignInCancelled,
    SignInCodeRefused,
    SignInNotConfirmed,
)
from gateway.window.signin.queries import live_city
from gateway.window.signin.schemas import CHALLENGE, CodeIn, SignInForm
from kernel.idempotency import OnceShown
from kernel.problems import NotFound, Problem
from kernel.routing import SessionDep, Work, WorkDep, router

routes = router(prefix="/portal/{pack_id}/sign-in")
codes = router(prefix="/v1/window/sign-in", tags=["identity"])
PackId = Annotated[str, Path(max_length=40)]
Lang = Annotated[Language | None, Query()]
Challenge = Annotated[str | None, Query(pattern=CHALLENGE)]
Accepted = Annotated[str, Header(alias="accept-language", max_length=1000)]
Short = Annotated[str | None, Query(max_length=500)]
Code = Annotated[str | None, Query(max_length=4000)]
BAD_REQUEST = 400
log = structlog.get_logger()


@routes.get("", include_in_schema=False)
async def show_ways(
    request: Request, pack_id: PackId, work: WorkDep, lang: Lang = None, challenge: Challenge = None,
    accepted: Accepted = "",
) -> Response:  # fmt: skip
    """The ways to sign in to a city."""
    visit = await _visit(request, work, pack_id, language_of(lang, accepted), challenge)
    return await _answering(request, visit, _ways(visit))


@routes.post("", include_in_schema=False)
async def sign_in_with_account(
    request: Request, pack_id: PackId, work: WorkDep, form: Annotated[SignInForm, Form()], lang: Lang = None,
    accepted: Accepted = "",
) -> Response:  # fmt: skip
    """With an embedded account."""
    visit = await _visit(request, work, pack_id, language_of(lang, accepted), form.challenge)
    return await _answering(request, visit, _with_account(request, work, visit, form))


@routes.get("/provider", include_in_schema=False)
async def go_to_provider(
    request: Request, pack_id: PackId, work: WorkDep, lang: Lang = None, challenge: Challenge = None,
    accepted: Accepted = "",
) -> Response:  # fmt: skip
    """On to the city's identity provider, with a state that only this browser can come back with."""
    visit = await _visit(request, work, pack_id, language_of(lang, accepted), challenge)
    return await _answering(request, visit, _to_provider(request, work, visit))


@routes.get("/callback", include_in_schema=False)
async def come_back(
    request: Request, pack_id: PackId, work: WorkDep, state: Short = None, code: Code = None, error: Short = None,
    iss: Short = None, accepted: Accepted = "",
) -> Response:  # fmt: skip
    """Back from the identity provider: signed in, or told why not."""
    visit = await _visit(request, work, pack_id, language_of(None, accepted), None)
    work_left = _from_provider(request, work, visit, state=state or "", code=code, error=error, issuer=iss)
    answer = await _answering(request, visit, work_left)
    if answer.status_code < BAD_REQUEST:  # else it may be another's doing, and this browser's own way goes on
        answer.delete_cookie(_cookie(request), secure=_is_secure(request), httponly=True, samesite="lax")
    return answer


@codes.post("/code", response_model=TokenOut)
async def redeem_sign_in_code(body: CodeIn, request: Request, session: SessionDep, _once: OnceShown) -> Any:
    """For a city's own front end: the code people came back with, for a token, once and within a minute."""
    principal = await service.redeem(session, code=body.code, verifier=body.verifier)
    if principal is None:
        return SignInCodeRefused().response()  # returned, not raised: the code is used up
    return issued(request.app.state, principal)


async def _visit(request: Request, work: Work, pack_id: str, language: Language, challenge: str | None) -> Visit:
    city = await live_city(await work.open(), pack_id)
    await work.close()  # nothing is held while the provider answers
    if city is None:
        raise NotFound
    provider = request.app.state.identity_providers.get(city.city_code)
    return Visit(pack_id, city.city_code, (city.name_zh, city.name_en), provider, language, challenge)


async def _answering(request: Request, visit: Visit, answer: Coroutine[Any, Any, Response]) -> Response:
    """A person in a browser is told on a page, in the language of the visit, and has a way back."""
    try:
        return await answer
    except Problem as problem:
        _note(visit, problem)
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return refused_page(visit, problem)


def _note(visit: Visit, problem: Problem) -> None:
    """What whoever runs the installation has to know: never who it was, nor what was sent."""
    if isinstance(problem, ProviderUnavailable):
        log.warning("sign_in.provider_unavailable", city=visit.city_code, cause=problem.cause)
    elif isinstance(problem, SignInNotConfirmed):
        log.warning("sign_in.not_confirmed", city=visit.city_code, cause=str(problem.__cause__))


async def _ways(visit: Visit) -> Response:
    _front_end(visit)
    return sign_in_page(visit)


def _front_end(visit: Visit) -> str | None:
    """Where who came with a challenge is awaited. Raises NoFrontEnd."""
    if visit.challenge is None:
        return None
    if visit.provider is None or visit.provider.return_to is None:
        raise NoFrontEnd
    return visit.provider.return_to


async def _with_account(request: Request, work: Work, visit: Visit, form: SignInForm) -> Response:
    _front_end(visit)
    principal = None
    if len(form.account) <= ACCOUNT_LENGTH_MAX and re.fullmatch(ACCOUNT, form.account):
        service.takes_passwords(request.app.state.identity_providers, form.account)
        origin = origin_in(request, form.account)
        async with request.app.state.sign_in_turns.turn():
            principal = await signing_in.sign_in(
                await work.open(), account=form.account, password=form.password, origin=origin
            )
    if principal is None or principal.city_code != visit.city_code:
        return sign_in_page(visit, refused=SignInFailed())
    return await _signed_in(request, work, visit, principal)


async def _to_provider(request: Request, work: Work, visit: Visit) -> Response:
    _front_end(visit)
    client = _client(request, visit)
    async with client.in_time():
        metadata = await client.metadata()
    attempt = service.new_attempt(city_code=visit.city_code, language=visit.language, challenge=visit.challenge)
    state, browser = await service.begin(await work.open(), attempt)
    address = authorization_address(
        metadata, client.provider, attempt, state=state, redirect_uri=_redirect_uri(request, visit)
    )
    answer = redirected(address)
    answer.set_cookie(
        _cookie(request), browser, max_age=LIFE_SECONDS, secure=_is_secure(request), httponly=True, samesite="lax"
    )
    return answer


async def _from_provider(
    request: Request, work: Work, visit: Visit, *, state: str, code: str | None, error: str | None, issuer: str | None
) -> Response:
    client, app = _client(request, visit), request.app
    browser = request.cookies.get(_cookie(request))
    attempt = await service.take(app.state.sessions, city_code=visit.city_code, state=state, browser=browser)
    visit.language, visit.challenge = attempt.language, attempt.challenge
    async with client.in_time():
        if not is_of_issuer(issuer, client.provider, await client.metadata()):
            raise SignInNotConfirmed from Unusable("issuer_of_answer")
        if error is not None or not code:
            raise SignInCancelled if error in CANCELLED else ProviderUnavailable("error_answer")
        subject = await client.subject(
            code, verifier=attempt.verifier, nonce=attempt.nonce, redirect_uri=_redirect_uri(request, visit)
        )
    principal = await service.principal_of_subject(await work.open(), client.provider, subject)
    return await _signed_in(request, work, visit, principal)


async def _signed_in(request: Request, work: Work, visit: Visit, principal: Principal) -> Response:
    front_end = _front_end(visit)
    if front_end is None or visit.challenge is None:
        return signed_in_page(visit, principal, issued(request.app.state, principal))
    code = await service.new_code(await work.open(), principal, challenge=visit.challenge)
    return redirected(with_query(front_end, {"code": code}))


def _client(request: Request, visit: Visit) -> ProviderClient:
    client: ProviderClient | None = request.app.state.provider_clients.get(visit.city_code)
    if client is None:
        raise NotFound
    return client


def _redirect_uri(request: Request, visit: Visit) -> str:
    """One for each city: an answer of another city's provider comes to another address."""
    return f"{request.app.state.settings.public_url}/portal/{visit.pack_id}/sign-in/callback"


def _is_secure(request: Request) -> bool:
    return bool(request.app.state.settings.public_url.startswith("https:"))


def _cookie(request: Request) -> str:
    """With the prefix no neighbour under the same domain can set it (RFC 6265bis); it asks for https."""
    return "__Host-sign-in" if _is_secure(request) else "sign-in"
