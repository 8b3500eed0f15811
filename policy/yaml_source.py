"""YAML read strictly: exact numbers only, no duplicate keys, every node's line remembered."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from kernel.money import FEN_MAX
from policy.yaml_limits import LOADER, TooMuch, must_be_moderate

Path_ = tuple[str | int, ...]
# YAML 1.1 would read 010 as eight and 1:30 as ninety.
_INTEGER = re.compile(r"-?(0|[1-9][0-9_]*)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # what no database keeps as JSON
_QUOTED_MAX = 80  # of a text that is wrong, as it is repeated to its author
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


def read_yaml(name: str, text: str) -> Source:
    """Read a file's text. Faults (a float, a key twice, an ambiguous scalar, bad syntax) are collected, not raised."""
    source = Source(name)
    node = composed(source, text)
    source.data = None if node is None else _plain(node, (), source)
    return source


def composed(source: Source, text: str) -> yaml.Node | None:
    """The text as nodes; None when it is empty, or no single moderate YAML document, which is then a fault."""
    try:
        must_be_moderate(text)
        found: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    except TooMuch as error:
        source.faults.append(Fault(f"{source.name}:{error.line}", error.what))
    except (yaml.YAMLError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        source.faults.append(Fault(f"{source.name}:{mark.line + 1 if mark else 1}", "not YAML"))
    else:
        return found
    return None


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
        if not isinstance(key_node, yaml.ScalarNode):
            line = f"{source.name}:{key_node.start_mark.line + 1} {'.'.join(map(str, path))}"
            source.faults.append(Fault(line, "a key that is not text; put it in quotes"))
            continue
        key = key_node.value
        here = (*path, key)
        source.lines[here] = key_node.start_mark.line + 1
        if key_node.tag != "tag:yaml.org,2002:str":
            source.faults.append(Fault(source.where(here), "a key that is not text; put it in quotes"))
        if _CONTROL.search(key):
            source.faults.append(Fault(source.where(path), "a key with control characters"))
        if key in result:
            source.faults.append(Fault(source.where(here), "stands twice"))
        result[key] = _plain(value_node, here, source)
    return result


def _scalar(node: yaml.Node, path: Path_, source: Source) -> Any:
    text: str = node.value
    if _CONTROL.search(text):
        source.faults.append(Fault(source.where(path), "a text with control characters"))
        return None
    if node.tag in _PLAIN:
        return yaml.SafeLoader.construct_object(yaml.SafeLoader(""), node)
    if node.tag == "tag:yaml.org,2002:int" and _INTEGER.fullmatch(text):
        return _integer(text.replace("_", ""), path, source)
    if node.tag == "tag:yaml.org,2002:timestamp" and _DATE.fullmatch(text):
        return text
    kind = node.tag.rpartition(":")[2]
    source.faults.append(
        Fault(source.where(path), f"{kind} {text[:_QUOTED_MAX]!r} is not exact: write an integer, a date or text")
    )
    return None


def _integer(digits: str, path: Path_, source: Source) -> int | None:
    if len(digits) <= len(str(FEN_MAX)) + 1 and abs(int(digits)) <= FEN_MAX:
        return int(digits)
    source.faults.append(Fault(source.where(path), "the number is beyond 2^53"))
    return None
