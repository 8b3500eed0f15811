"""What packs say of carriers the register must be able to keep."""

from policy.loader import load_pack, pack_ids
from services.registry.carriers.models import CarrierKind


def test_every_kind_of_carrier_a_pack_names_can_be_registered() -> None:
    kinds = {kind.value for kind in CarrierKind}
    named = {
        kind
        for pack_id in pack_ids()
        for pack in [load_pack(pack_id)]
        for programme in pack.programmes.values()
        for kind in getattr(programme.terms, "carrier_kinds", ())
    }
    counted = {
        kind
        for pack_id in pack_ids()
        for target in load_pack(pack_id).targets.values()
        if target.counter.startswith("carriers")
        for kind in target.counts
    }
    assert (named - kinds, counted - kinds) == (set(), set())
