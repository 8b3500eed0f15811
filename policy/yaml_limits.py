"""What a YAML text may be before it is read: small, shallow, and no larger once each alias stands for what it names."""

import yaml

# In C where the wheel has it, and the same answers where it has not.
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CHARACTERS_MAX = 600_000  # three times the largest file of a pack
DEPTH_MAX = 40
NODES_MAX = 200_000


class TooMuch(ValueError):
    """What is too large or endless, and on which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def must_be_moderate(text: str) -> None:
    """Raise TooMuch, or yaml.YAMLError for what is no YAML. Looks at events one by one, so nothing is built before."""
    if len(text) > CHARACTERS_MAX:
        raise TooMuch(1, f"longer than {CHARACTERS_MAX} characters")
    counting = _Counting()
    for event in yaml.parse(text, Loader=LOADER):
        counting.take(event)


class _Counting:
    """Nodes of each open collection, aliases counted as what they name."""

    def __init__(self) -> None:
        self._open: list[tuple[str | None, int]] = []
        self._sizes: dict[str, int] = {}
        self._has_begun = False

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        match event:
            case yaml.DocumentStartEvent():
                if self._has_begun:
                    raise TooMuch(line, "a second document")
                self._has_begun = True
            case yaml.CollectionStartEvent():
                self._open.append((event.anchor, 1))
                if len(self._open) > DEPTH_MAX:
                    raise TooMuch(line, f"nested more than {DEPTH_MAX} deep")
            case yaml.CollectionEndEvent():
                anchor, size = self._open.pop()
                self._add(anchor, size, line)
            case yaml.ScalarEvent():
                self._add(event.anchor, 1, line)
            case yaml.AliasEvent():
                if event.anchor not in self._sizes:
                    raise TooMuch(line, f"the alias {event.anchor} names what is not complete before it")
                self._add(None, self._sizes[event.anchor], line)

    def _add(self, anchor: str | None, size: int, line: int) -> None:
        if anchor:
            self._sizes[anchor] = size
        if not self._open:
            return
        outer, before = self._open.pop()
        self._open.append((outer, before + size))
        if before + size > NODES_MAX:
            raise TooMuch(line, f"more than {NODES_MAX} values once its aliases are written out")
