"""Amounts and shares by layer as they are shown: in the order in which the layers bear a loss."""

from typing import Annotated

from pydantic import AfterValidator

from kernel.money import BasisPoints, Fen
from policy.rules.loss_share import ordered


def in_order(by_layer: dict[str, int]) -> dict[str, int]:
    """The same, city first and bank last: a stored JSON object comes back in another order."""
    return {layer: by_layer[layer] for layer in ordered(by_layer)}


FenByLayer = Annotated[dict[str, Fen], AfterValidator(in_order)]
SharesByLayer = Annotated[dict[str, BasisPoints], AfterValidator(in_order)]
