"""How a parallel run of the tests is shared out: a module stays with one worker, and so does all that shares more.

pytest-xdist's own `loadgroup` renames tests for this, which pytest 9.2 no longer lets it do: every test would go
to any worker, and each worker would clone each module's databases and start the whole product.
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# They share one running instance of the whole product.
TOGETHER = "tests/journey/"
# Minutes long and on few tests: begun last, they would be waited for by idle workers.
FIRST = ("tests/resilience/", TOGETHER)


class ByModule(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Units of work in the order of the collection: see `first_things_first`."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return TOGETHER if module.startswith(TOGETHER) else module


def first_things_first(items: list[Any]) -> None:
    """What takes longest goes to the front; the rest stays as it was."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
