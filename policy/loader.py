"""Loads a pack from `<folder>/<pack>/*.yaml`. A pack with any fault does not load and says where, all at once.

The folder of the product is `policy/packs`; POLICY_PACKS names more, so that a city brings its own without our code.
"""

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from policy.canonical import canonical
from policy.checks import faults
from policy.schema import Pack
from policy.yaml_source import Fault, Source, read_yaml

PACKS = Path(__file__).parent / "packs"
# Sections whose entries are keyed by id, and may be spread over several files.
KEYED = (
    "documents", "clauses", "roles", "facts", "parameters", "constraints", "targets", "programmes", "items", "bundles",
    "duties",
)  # fmt: skip


class PackInvalid(ValueError):
    """A pack that does not load. `faults` has every fault with file, line and path."""

    def __init__(self, pack_id: str, found: Iterable[Fault]) -> None:
        self.faults = tuple(found)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"policy pack {pack_id} does not load:\n{lines}")


class PackUnknown(LookupError):
    """There is no pack of that name."""


@lru_cache(maxsize=32)
def load_pack(pack_id: str) -> Pack:
    """The pack of that name. Raises PackUnknown or PackInvalid."""
    folder = _folders().get(pack_id)
    if folder is None:
        raise PackUnknown(pack_id)
    return read_pack(folder)


def pack_ids() -> tuple[str, ...]:
    """Names of the packs that ship with the product, and of those the installation adds."""
    return tuple(sorted(_folders()))


def _folders() -> dict[str, Path]:
    """Where each pack is. One that is added cannot take the place of one that ships."""
    added = [Path(path) for path in os.environ.get("POLICY_PACKS", "").split(os.pathsep) if path]
    found: dict[str, Path] = {}
    for home in (PACKS, *added):
        for folder in home.iterdir():
            if folder.is_dir() and any(folder.glob("*.yaml")):
                found.setdefault(folder.name, folder)
    return found


def read_pack(folder: Path) -> Pack:
    """Read and check every `*.yaml` of a folder as one pack. Raises PackInvalid."""
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    return read_pack_files(folder.name, files)


def read_pack_files(pack_id: str, files: Mapping[str, str]) -> Pack:
    """Read and check texts by file name as one pack. Raises PackInvalid with every fault."""
    sources = [read_yaml(name, files[name]) for name in sorted(files)]
    merged = _Merged(sources)
    found = [fault for source in sources for fault in source.faults] + merged.faults
    if found:
        raise PackInvalid(pack_id, found)
    try:
        # By way of JSON: strict reading then takes dates and lists as text has them, and still coerces nothing else.
        pack = Pack.model_validate_json(canonical(merged.data))
    except ValidationError as error:
        raise PackInvalid(pack_id, [merged.fault(e["loc"], e["msg"]) for e in error.errors()]) from None
    wrong = faults(pack)
    if wrong:
        raise PackInvalid(pack_id, [merged.fault(path, what) for path, what in wrong])
    return pack


class _Merged:
    """The files of a pack as one mapping, and which file each entry came from."""

    def __init__(self, sources: list[Source]) -> None:
        self.data: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self._origin: dict[tuple[str | int, ...], Source] = {}
        self._first = sources[0] if sources else Source("(no file)")
        for source in sources:
            self._take(source)
        self._share_choices()

    def _share_choices(self) -> None:
        """`choices_of` names the parameter whose choices a parameter has, so that they are written once."""
        parameters = self.data.get("parameters")
        if not isinstance(parameters, dict):
            return
        for key, entry in parameters.items():
            if not isinstance(entry, dict) or "choices_of" not in entry:
                continue
            named = parameters.get(str(entry.pop("choices_of")))
            if isinstance(named, dict) and "choices" in named and "choices" not in entry:
                entry["choices"] = named["choices"]
            else:
                self.faults.append(self.fault(("parameters", key, "choices_of"), "names a parameter with choices"))

    def fault(self, path: tuple[str | int, ...], what: str) -> Fault:
        origin = self._origin.get(path[:2]) or self._origin.get(path[:1]) or self._first
        return Fault(origin.where(path), what)

    def _take(self, source: Source) -> None:
        if not isinstance(source.data, dict):
            # A text that could not be read at all has said so itself.
            self.faults += [] if source.faults else [Fault(source.name, "a mapping of sections is expected")]
            return
        for section, content in source.data.items():
            if section in KEYED and isinstance(content, dict):
                self._take_entries(section, content, source)
            elif section in self.data:
                self.faults.append(Fault(source.where((section,)), "stands in two files"))
            else:
                self.data[section], self._origin[(section,)] = content, source

    def _take_entries(self, section: str, content: dict[str, Any], source: Source) -> None:
        entries = self.data.setdefault(section, {})
        for key, entry in content.items():
            path = (section, key)
            if key in entries:
                self.faults.append(Fault(source.where(path), f"stands in {self._origin[path].name} as well"))
            elif not isinstance(entry, dict):
                self.faults.append(Fault(source.where(path), "a mapping is expected"))
            entries[key] = {**entry, "id": key} if isinstance(entry, dict) else entry
            self._origin[path] = source
