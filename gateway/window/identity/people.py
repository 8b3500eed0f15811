"""The people of a city, made by whoever runs the installation: a live city opens with nobody in it.

python -m gateway.window.identity.people                          every account of a live city, and whether it is active
python -m gateway.window.identity.people add <name> <city> <role> a new account, and its password, shown this once
python -m gateway.window.identity.people renew <account>          a new password, shown this once; opens it again
python -m gateway.window.identity.people disable <account>        no new token, and within a minute no identity
python -m gateway.window.identity.people link <account> <subject> who that is at the city's identity provider (`sub`)
python -m gateway.window.identity.people unlink <account>         no longer that one

A role is officer, finance, operator, auditor or evaluator, one to a person: what two people must do stays with two.
"""

import re
import sys
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.window.identity.models import Person
from gateway.window.identity.schemas import ACCOUNT
from gateway.window.identity.service import add_person, renew_password
from gateway.window.identity.signing_in import forget_places
from gateway.window.sandboxes.service import SandboxClosed, must_be_open
from gateway.window.settings import WindowSettings
from gateway.window.signin.models import PersonSubject
from gateway.window.signin.openid import is_subject
from gateway.window.signin.providers import Providers, load_providers
from gateway.window.signin.queries import linked_among, person_of_subject
from kernel import commands
from kernel.cities import CityRow

PERSONAL_ROLES = ("officer", "finance", "operator", "auditor", "evaluator")


async def show(session: AsyncSession) -> AsyncIterator[str]:
    """A line for each account of a live city."""
    living = select(Person).join(CityRow, CityRow.city_code == Person.city_code).where(~CityRow.is_sandbox)
    people = list(await session.scalars(living.order_by(Person.city_code, Person.account)))
    linked = await linked_among(session, [person.account for person in people])
    for person in people:
        told = [*person.roles, "active" if person.active else "disabled"]
        told += ["linked"] if person.account in linked else []
        yield f"{person.account}: {', '.join(told)}"


async def add(session: AsyncSession, *, name: str, city: str, role: str) -> AsyncIterator[str]:
    """Raises Refused for a city or a role there is not, a name that cannot be one, an account that is there."""
    account = f"{name}@{city}"
    if await session.get(CityRow, city) is None:
        raise commands.Refused(f"there is no city {city}")
    if role not in PERSONAL_ROLES:
        raise commands.Refused(f"a person is one of {', '.join(PERSONAL_ROLES)}")
    if not re.fullmatch(ACCOUNT, account):
        raise commands.Refused("a name has letters, digits, dots, underscores and hyphens")
    if await session.get(Person, account) is not None:
        raise commands.Refused(f"{account} is there already")
    await _must_be_open(session, city)
    yield f"{account} {await add_person(session, account=account, city_code=city, roles=[role])}"


async def renew(session: AsyncSession, *, account: str) -> AsyncIterator[str]:
    """The password before is dead at once; a token got with it lives for its quarter of an hour."""
    await _must_be_open(session, account.rpartition("@")[2])  # before the person is locked, as closing does
    await forget_places(session, account)
    yield f"{account} {await renew_password(await _person(session, account))}"


async def disable(session: AsyncSession, *, account: str) -> AsyncIterator[str]:
    """What the person did stays; the account is never given to another."""
    person = await _person(session, account)
    person.active = False
    yield f"{account} is disabled"


async def link(session: AsyncSession, *, providers: Providers, account: str, subject: str) -> AsyncIterator[str]:
    """The account's owner signs in at the provider from now on; what they may do stays the account's."""
    person = await _person(session, account)
    provider = providers.get(person.city_code)
    if provider is None:
        raise commands.Refused(f"{person.city_code} has no identity provider: IDENTITY_PROVIDERS_DIR")
    if not is_subject(subject):
        raise commands.Refused("a subject is 1 to 255 printable ASCII characters")
    if await linked_among(session, [account]):
        raise commands.Refused(f"{account} is linked already: unlink it first")
    known = {"city_code": person.city_code, "issuer": provider.issuer, "subject": subject}
    other = await person_of_subject(session, **known)
    if other is not None:
        raise commands.Refused(f"this subject is {other.account}")
    session.add(PersonSubject(account=account, **known))
    yield f"{account} is linked"


async def unlink(session: AsyncSession, *, account: str) -> AsyncIterator[str]:
    """What the provider calls them is forgotten here."""
    await _person(session, account)
    await session.execute(delete(PersonSubject).where(PersonSubject.account == account))
    yield f"{account} is not linked"


async def _must_be_open(session: AsyncSession, city: str) -> None:
    try:
        await must_be_open(session, city)
    except SandboxClosed:
        raise commands.Refused(f"{city} was closed, and nobody is let in again") from None


async def _person(session: AsyncSession, account: str) -> Person:
    person = await session.get(Person, account, with_for_update=True)
    if person is None:
        raise commands.Refused(f"there is no account {account}")
    return person


def main() -> None:
    """What the arguments name."""
    match sys.argv[1:]:
        case []:
            commands.run(show)
        case ["add", name, city, role]:
            commands.run(partial(add, name=name, city=city, role=role))
        case ["renew", account]:
            commands.run(partial(renew, account=account))
        case ["disable", account]:
            commands.run(partial(disable, account=account))
        case ["link", account, subject]:
            providers = load_providers(WindowSettings.of_environment().identity_providers_dir)
            commands.run(partial(link, providers=providers, account=account, subject=subject))
        case ["unlink", account]:
            commands.run(partial(unlink, account=account))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
