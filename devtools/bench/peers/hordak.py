"""django-hordak under the ledger's workload: run by a Python that has it, named by HORDAK_PYTHON.

Ten units from one hot account to one of many, with a lock on the source and its balance checked before, which hordak
leaves to its caller. `python hordak.py <database url> prepare|run <seconds>` prints transfers per second.
"""

import random
import sys
import threading
import time
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

THREADS, TARGETS, FORTUNE = 4, 200, 10**9


def configure(url: str) -> None:
    at = urlsplit(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql", "NAME": at.path[1:], "USER": at.username,
                "PASSWORD": unquote(at.password or ""), "HOST": at.hostname, "PORT": at.port, "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True, SECRET_KEY="bench",  # noqa: S106 - no secret
        DEFAULT_CURRENCY="EUR", CURRENCIES=["EUR"], HORDAK_CURRENCIES=["EUR"],
    )  # fmt: skip
    django.setup()


def prepare() -> None:
    """Tables, one source with a fortune, and where it goes."""
    from django.core.management import call_command  # noqa: PLC0415 - only after the settings stand
    from hordak.models import Account  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    kinds = Account.TYPES if hasattr(Account, "TYPES") else None
    asset, income = (kinds.asset, kinds.income) if kinds else ("AS", "IN")
    opening = Account.objects.create(name="opening", type=income, code="1", currencies=["EUR"])
    source = Account.objects.create(name="pool", type=asset, code="2", currencies=["EUR"])
    for number in range(TARGETS):
        Account.objects.create(name=f"to-{number}", type=asset, code=str(100 + number), currencies=["EUR"])
    opening.transfer_to(source, Money(FORTUNE, "EUR"))


def run(seconds: int) -> float:
    """Transfers per second of a few threads."""
    from django.db import connection, transaction  # noqa: PLC0415
    from hordak.models import Account  # noqa: PLC0415
    from moneyed import Money  # noqa: PLC0415

    source_id = Account.objects.get(name="pool").pk
    targets = list(Account.objects.filter(name__startswith="to-"))
    ends, done = time.monotonic() + seconds, [0] * THREADS

    def work(place: int) -> None:
        while time.monotonic() < ends:
            with transaction.atomic():
                source = Account.objects.select_for_update().get(pk=source_id)
                if abs(source.get_balance()["EUR"].amount) < 10:  # noqa: PLR2004 - what is moved
                    raise SystemExit("the pool is empty")
                source.transfer_to(random.choice(targets), Money(10, "EUR"))  # noqa: S311 - load, no secret
            done[place] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


if __name__ == "__main__":
    configure(sys.argv[1])
    if sys.argv[2] == "prepare":
        prepare()
    else:
        print(run(int(sys.argv[3])))
