"""Signing in by a city's identity provider: begun, come back, and exchanged by a front end. No account is ever made."""

import secrets
from dataclasses import asdict
from datetime import timedelta
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from gateway.window.identity.models import Person
from gateway.window.identity.service import PERSON, digest, principal_of_person
from gateway.window.identity.tokens import Principal
from gateway.window.signin.models import SignInAttempt, SignInCode
from gateway.window.signin.openid import LIFE_SECONDS, Attempt, is_verified
from gateway.window.signin.problems import NoOpenAccount, SignInUnknown, SignsInAtProvider
from gateway.window.signin.providers import Provider, Providers
from gateway.window.signin.queries import person_of_subject
from kernel import clock
from kernel.db import delete_some

CODE_LIVES = timedelta(minutes=1)
FORGET_MOST = 50  # anybody can make many, and one request is not to pay for all


def takes_passwords(providers: Providers, account: str) -> None:
    """Raises SignsInAtProvider for an account, there or not, of a city that has switched off passwords."""
    provider = providers.get(account.rpartition("@")[2])
    if provider is not None and not provider.embedded_accounts:
        raise SignsInAtProvider


def new_attempt(*, city_code: str, language: Literal["zh", "en"], challenge: str | None) -> Attempt:
    """With a nonce and a verifier of its own."""
    return Attempt(city_code, secrets.token_urlsafe(32), secrets.token_urlsafe(32), language, challenge)


async def begin(session: AsyncSession, attempt: Attempt) -> tuple[str, str]:
    """The state that goes to the provider, and the secret that stays with the browser."""
    now = clock.real_now()
    await delete_some(session, SignInAttempt, SignInAttempt.expires_at < now, most=FORGET_MOST)
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    ends = now + timedelta(seconds=LIFE_SECONDS)
    session.add(SignInAttempt(state=digest(state), browser=digest(browser), expires_at=ends, **asdict(attempt)))
    return state, browser


async def take(
    sessions: async_sessionmaker[AsyncSession], *, city_code: str, state: str, browser: str | None
) -> Attempt:
    """The attempt this browser began, which is over with that, whatever comes of it. Raises SignInUnknown.

    In a transaction of its own: it stays over when the request fails, and is when the provider is asked.
    """
    taken = delete(SignInAttempt).where(
        SignInAttempt.state == digest(state),
        SignInAttempt.browser == digest(browser or ""),
        SignInAttempt.city_code == city_code,
    )
    async with sessions() as session, session.begin():
        row = await session.scalar(taken.returning(SignInAttempt))
    if row is None or row.expires_at <= clock.real_now():
        raise SignInUnknown
    language: Literal["zh", "en"] = "en" if row.language == "en" else "zh"
    return Attempt(row.city_code, row.nonce, row.verifier, language, row.challenge)


async def principal_of_subject(session: AsyncSession, provider: Provider, subject: str) -> Principal:
    """What the linked person may do here now: nothing of it comes from the provider.

    Raises NoOpenAccount.
    """
    person = await person_of_subject(session, city_code=provider.city_code, issuer=provider.issuer, subject=subject)
    return principal_of_person(_open(person))


def _open(person: Person | None) -> Person:
    """Wrong passwords that others typed keep nobody out here."""
    if person is None or not person.active:
        raise NoOpenAccount
    return person


async def new_code(session: AsyncSession, principal: Principal, *, challenge: str) -> str:
    """For the front end that sent the challenge, for a minute."""
    now = clock.real_now()
    await delete_some(session, SignInCode, SignInCode.expires_at < now, most=FORGET_MOST)
    code = secrets.token_urlsafe(32)
    session.add(
        SignInCode(
            digest=digest(code),
            city_code=principal.city_code,
            account=principal.subject.removeprefix(PERSON),
            challenge=challenge,
            expires_at=now + CODE_LIVES,
        )
    )
    return code


async def redeem(session: AsyncSession, *, code: str, verifier: str) -> Principal | None:
    """Who signed in; None for a code that is not whoever's asks, or of who has left. It is used up either way."""
    row = await session.scalar(delete(SignInCode).where(SignInCode.digest == digest(code)).returning(SignInCode))
    if row is None or row.expires_at <= clock.real_now() or not is_verified(verifier, row.challenge):
        return None
    person = await session.get_one(Person, row.account)
    return principal_of_person(person) if person.active else None
