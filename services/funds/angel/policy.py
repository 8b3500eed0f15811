"""The programme that shares angel losses in a city's pack. One per city; its terms name every parameter."""

from kernel.problems import NotFound
from policy.schema import Item, Pack, Programme
from policy.terms_of_angel import InvestmentLossTerms


class NoAngelCompensation(NotFound):
    code = "no_angel_compensation"
    title_zh, title_en = "本市政策未设立天使投资风险补偿", "This city's policy shares no angel losses"


def angel_programme(pack: Pack) -> tuple[Programme, InvestmentLossTerms]:
    """The programme with its terms. Raises NoAngelCompensation."""
    for programme in pack.programmes.values():
        if isinstance(programme.terms, InvestmentLossTerms):
            return programme, programme.terms
    raise NoAngelCompensation


def claim_item(pack: Pack) -> Item:
    """The catalogue item a claim's case is opened for. Raises NoAngelCompensation."""
    programme, _ = angel_programme(pack)
    for item in pack.items.values():
        if item.programme == programme.id and item.act == "compensate":
            return item
    raise NoAngelCompensation
