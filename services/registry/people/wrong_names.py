"""How often a caller named a person wrongly. Whoever states a number and a name learns whether the two belong together.

The answer is owed to who made a mistake, and cannot be hidden: the right name is taken. So who may not read persons has
twenty wrong names a day for all numbers together, and after that no answer at all: a list of names or numbers cannot be
tried. Counted in the process, as quotas are (decision 0021), and told to the log.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

import structlog

from kernel import clock
from kernel.auth import Caller
from kernel.owning import is_staff
from kernel.problems import TooManyRequests

WRONG_MAX, PER, CALLERS_MAX = 20, timedelta(days=1), 10_000
_wrong: OrderedDict[str, list[datetime]] = OrderedDict()
log = structlog.get_logger()


class TooManyWrongNames(TooManyRequests):
    code, title_zh, title_en = (
        "too_many_wrong_names",
        "姓名与证件号码不符的次数过多,请联系窗口",
        "Too many names that do not belong to their numbers: ask the window",
    )


def must_answer(caller: Caller) -> None:
    """Raises TooManyWrongNames, whatever is asked next: right names and wrong ones get the same."""
    since = clock.real_now() - PER
    wrong = _wrong[caller.subject] = [at for at in _wrong.get(caller.subject, []) if at > since]
    if not wrong:
        del _wrong[caller.subject]
    elif len(wrong) >= WRONG_MAX and not is_staff(caller):
        wait = wrong[-WRONG_MAX] - since
        raise TooManyWrongNames(headers={"Retry-After": str(wait // timedelta(seconds=1) + 1)})


def count_wrong(caller: Caller) -> None:
    """A name that does not belong to its number."""
    _wrong.setdefault(caller.subject, []).append(clock.real_now())
    _wrong.move_to_end(caller.subject)
    if len(_wrong) > CALLERS_MAX:
        _wrong.popitem(last=False)
    log.warning("people.wrong_name", caller=caller.subject)
