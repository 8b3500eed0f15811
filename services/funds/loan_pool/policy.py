"""The pool's programme in a city's pack. One per city; its terms name every parameter."""

from kernel.problems import NotFound
from policy.schema import Item, Pack, Programme
from policy.terms import BorrowerLibrary, LoanLife, LossShareTerms, PoolGuard


class NoLoanPool(NotFound):
    code, title_zh, title_en = "no_loan_pool", "本市政策未设立贷款风险补偿", "This city's policy has no loan pool"


def pool_programme(pack: Pack) -> Programme:
    """The programme that shares loan losses. Raises NoLoanPool."""
    for programme in pack.programmes.values():
        if isinstance(programme.terms, LossShareTerms):
            return programme
    raise NoLoanPool


def guard_of(pack: Pack) -> PoolGuard | None:
    """What stops new loans and lets them go on; None where a pack has no such rule. Raises NoLoanPool."""
    terms = pool_programme(pack).terms
    return terms.guard if isinstance(terms, LossShareTerms) else None


def life_of(pack: Pack) -> LoanLife | None:
    """What a city may still say of a loan's life; None where a pack has no such rule. Raises NoLoanPool."""
    terms = pool_programme(pack).terms
    return terms.life if isinstance(terms, LossShareTerms) else None


def library_of(pack: Pack) -> BorrowerLibrary | None:
    """The library of firms that may borrow under cover; None where a pack has none. Raises NoLoanPool."""
    terms = pool_programme(pack).terms
    return terms.library if isinstance(terms, LossShareTerms) else None


def claim_item(pack: Pack) -> Item:
    """The catalogue item a claim's case is opened for. Raises NoLoanPool."""
    programme = pool_programme(pack)
    for item in pack.items.values():
        if item.programme == programme.id and item.act == "pay_claim":
            return item
    raise NoLoanPool
