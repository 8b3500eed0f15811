"""People sign in by password. Wrong ones are counted by account and address: tries from there wait longer each time.

An address the person signed in from before waits for its own mistakes alone: nobody elsewhere can keep her out.
"""

import asyncio
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.identity.models import Person, SignInPlace
from gateway.window.identity.pauses import (
    COUNTED_MAX,
    FREE_TRIES,
    FREE_TRIES_OF_STRANGERS,
    LONGEST,
    LONGEST_OF_STRANGERS,
    LONGEST_WHERE_KNOWN,
    STRANGERS,
    pause,
)
from gateway.window.identity.problems import TriedTooOften
from gateway.window.identity.service import passwords, principal_of_person, set_password
from gateway.window.identity.tokens import Principal
from kernel import clock
from kernel.db import delete_some

KNOWN_FOR, COUNTED_FOR = timedelta(days=180), timedelta(days=1)
FORGET_MOST = 50
_NOBODY = passwords.hash(secrets.token_urlsafe())


async def sign_in(session: AsyncSession, *, account: str, password: str, origin: bytes) -> Principal | None:
    """The person's principal, or None when the password is wrong (counted). Raises TriedTooOften.

    An account there is not is counted and waited for like any other.
    """
    person = await _proven(session, account=account, password=password, origin=origin)
    return principal_of_person(person) if person else None


async def _proven(session: AsyncSession, *, account: str, password: str, origin: bytes) -> Person | None:
    """The person whose password it was, as they stood when it was judged."""
    now = clock.real_now()
    place = await _place(session, account, origin, now)
    _must_have_waited(place.wait_until, now)
    # Strangers try one after the other; who is known waits for none of them.
    strangers = None if place.known else await _place(session, account, STRANGERS, now)
    if strangers is not None:
        _must_have_waited(strangers.wait_until, now)
    person = await session.get(Person, account)
    known = person.password_hash if person is not None and person.active else _NOBODY
    right = await asyncio.to_thread(passwords.verify, password, known)
    if person is None or not person.active or not right:
        _count(place, now, free=FREE_TRIES, longest=LONGEST_WHERE_KNOWN if place.known else LONGEST)
        if strangers is not None:
            _count(strangers, now, free=FREE_TRIES_OF_STRANGERS, longest=LONGEST_OF_STRANGERS)
        await _forget_some(session, now)
        return None
    if strangers is not None:
        strangers.failures, strangers.wait_until = 0, None
    place.known, place.failures, place.wait_until, place.forget_at = True, 0, None, now + KNOWN_FOR
    return person


async def change_password(
    session: AsyncSession, *, account: str, password: str, wanted: str, origin: bytes
) -> Principal | None:
    """What only its owner knows from now on. None when the password is wrong. Raises TriedTooOften."""
    judged = await _proven(session, account=account, password=password, origin=origin)
    if judged is None:
        return None
    proven = judged.password_hash  # before the row is read again, which may find another
    person = await session.get_one(Person, account, with_for_update=True, populate_existing=True)
    if person.password_hash != proven or not person.active:
        return None  # renewed or disabled meanwhile: what was proven is not worth anything any more
    await set_password(person, wanted)
    return principal_of_person(person)


async def forget_places(session: AsyncSession, account: str) -> None:
    """No address is known any more, and none waits. Strangers' row comes last, as tries lock it last."""
    of_account = SignInPlace.account == account
    for these in (SignInPlace.origin != STRANGERS, SignInPlace.origin == STRANGERS):
        await session.execute(delete(SignInPlace).where(of_account, these))


async def _place(session: AsyncSession, account: str, origin: bytes, now: datetime) -> SignInPlace:
    """The row of the account and the address, locked: two tries from there are made one after the other."""
    values = {"account": account, "origin": origin, "recorded_at": now, "forget_at": now + COUNTED_FOR}
    fresh = insert(SignInPlace).values(known=False, failures=0, **values)
    await session.execute(fresh.on_conflict_do_nothing())
    place = await session.get_one(SignInPlace, (account, origin), with_for_update=True)
    if place.forget_at <= now:
        place.known, place.failures, place.wait_until, place.forget_at = False, 0, None, now + COUNTED_FOR
    return place


def _must_have_waited(until: datetime | None, now: datetime) -> None:
    if until is not None and until > now:
        raise TriedTooOften(headers={"Retry-After": str(-(-(until - now) // timedelta(seconds=1)))})


def _count(place: SignInPlace, now: datetime, *, free: int, longest: timedelta) -> None:
    place.failures = min(place.failures + 1, COUNTED_MAX)
    place.wait_until = now + pause(place.failures, free=free, longest=longest)
    place.forget_at = max(place.forget_at, now + COUNTED_FOR)


async def _forget_some(session: AsyncSession, now: datetime) -> None:
    """Whoever makes rows by typing names nobody has removes as many of those before."""
    await delete_some(session, SignInPlace, SignInPlace.forget_at < now, most=FORGET_MOST)
