"""A registry's sandbox of any pack, with its policy set as that pack's own cases set it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from policy.loader import load_pack
from policy.snapshots import Setting, Snapshot, first_snapshot
from tests.builders.processes import Process
from tests.builders.registry import TUESDAY, City

GB_CODES = {"zhuzhou": "430200", "liuzhou": "450200", "wuhan": "420100", "xuzhou": "320300", "jiaxing": "330400"}
_cities = count(1)


@dataclass
class PackCity(City):
    """A sandbox of `pack`."""

    pack: str = "xuzhou"

    async def set_policy(self, values: dict[str, Any], *, version: int = 2, **setting: Any) -> None:
        """Publish the pack with these values set."""
        assert not self.is_shared, "a test that sets policy has a city of its own"
        known = {"effective_on": date(2026, 1, 2), "recorded_at": datetime(2026, 1, 2, 2, tzinfo=UTC)} | setting
        pack = load_pack(self.pack)
        settings = [
            Setting(
                parameter=key, value=tuple(value) if isinstance(value, list) else value,
                reason="测试", set_by="person:a", approved_by="person:b", **known,
            )
            for key, value in values.items()
        ]  # fmt: skip
        snapshot = Snapshot(
            city_code=self.code,
            version=version,
            pack=pack,
            settings=(*first_snapshot(self.code, pack).settings, *settings),
        )
        body = {"version": version, "hash": snapshot.hash, "pack_id": self.pack, "body": snapshot.body}
        await self.told("policy.snapshot_published", body, subject=self.code)


async def a_city_of(
    process: Process, pack: str, settings: dict[str, Any] | None = None, *, on: date = TUESDAY
) -> PackCity:
    """A new sandbox of a pack in which nothing but `settings` is set."""
    city = PackCity(process, f"{GB_CODES[pack]}-p{next(_cities):07d}", pack)
    names = {"pack_id": pack, "name_zh": f"{pack}沙箱", "name_en": f"{pack} sandbox", "is_sandbox": True}
    await city.told("city.opened", {"city_code": city.code, **names})
    await city.set_clock(on)
    await city.set_policy(settings or {})
    return city
