"""What the window tells as business facts is forbidden by constraints of exactly those names."""

import pytest
from sqlalchemy import text

from gateway.window.cases.deciding import DecidedByAnother
from gateway.window.cases.service import CorrectionAlreadyRequested
from gateway.window.policies.models import FOUR_EYES
from gateway.window.policies.service import SecondPersonRequired
from kernel.problems import Problem, problem_of_constraint
from tests.builders.processes import Process

pytestmark = pytest.mark.anyio
NAMED = {
    FOUR_EYES: SecondPersonRequired,
    "pk_case_correction_notice": CorrectionAlreadyRequested,
    "ck_case_file_decided_by_another": DecidedByAnother,
}


@pytest.mark.parametrize(("name", "problem"), NAMED.items())
async def test_a_named_constraint_is_there(window: Process, name: str, problem: type[Problem]) -> None:
    async with window.app.state.sessions() as session:
        found = await session.scalar(text("SELECT count(*) FROM pg_constraint WHERE conname = :name"), {"name": name})
    assert found == 1
    assert type(problem_of_constraint(name)) is problem
