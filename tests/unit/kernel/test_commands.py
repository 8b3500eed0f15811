"""How an operator's command ends says whether it looked at all."""

from collections.abc import AsyncIterator
from unittest.mock import patch

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kernel import commands


async def nothing(_session: AsyncSession) -> AsyncIterator[str]:
    yield ""


@pytest.mark.parametrize(
    ("ended", "code"), [(commands.Unsound(), 3), (commands.Refused("stop it first"), "stop it first")]
)
def test_what_is_unsound_ends_otherwise_than_what_could_not_be_looked_at(ended: Exception, code: object) -> None:
    with patch("kernel.commands._run", side_effect=ended), pytest.raises(SystemExit) as exit_:
        commands.run(nothing)
    assert exit_.value.code == code
