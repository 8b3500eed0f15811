"""YAML read strictly: exact numbers only, no duplicate keys, every node's line remembered."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
# YAML 1.1 would read 010 as eight and 1:30 as ninety.
_INTEGER = re.compile(r"-?(0|[1-9][0-9_]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = {"tag:yaml.org,2002:str", "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where: `clauses.yaml:12 clauses.XZ-01.quote`."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Source:
    """One file as plain values, with the line of every path."""

    name: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def where(self, path: Path_) -> str:
        """File and line of the nearest node on the path."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return f"{self.name}:{self.lines.get(known, 1)} {'.'.join(map(str, path))}"


def read_yaml(path: Path) -> Source:
    """Parse a file. Faults (a float, a key twice, an ambiguous scalar, bad syntax) are collected, not raised."""
    source = Source(path.name)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        source.faults.append(Fault(f"{path.name}:{line}", "not YAML"))
        return source
    source.data = None if node is None else _plain(node, (), source)
    return source


def _plain(node: yaml.Node, path: Path_, source: Source) -> Any:
    source.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, place), source) for place, item in enumerate(node.value)]
    return _scalar(node, path, source)


def _mapping(node: yaml.MappingNode, path: Path_, source: Source) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        here = (*path, key)
        source.lines[here] = key_node.start_mark.line + 1
        if key_node.tag != "tag:yaml.org,2002:str":
            source.faults.append(Fault(source.where(here), "a key that is not text; put it in quotes"))
        if key in result:
            source.faults.append(Fault(source.where(here), "stands twice"))
        result[key] = _plain(value_node, here, source)
    return result


def _scalar(node: yaml.Node, path: Path_, source: Source) -> Any:
    text: str = node.value
    if node.tag in _PLAIN:
        return yaml.SafeLoader.construct_object(yaml.SafeLoader(""), node)
    if node.tag == "tag:yaml.org,2002:int" and _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if node.tag == "tag:yaml.org,2002:timestamp" and _DATE.fullmatch(text):
        return text
    kind = node.tag.rpartition(":")[2]
    source.faults.append(Fault(source.where(path), f"{kind} {text!r} is not exact: write an integer, a date or text"))
    return None
