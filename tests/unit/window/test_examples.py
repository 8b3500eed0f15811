"""The examples in the documentation are what the API takes and gives."""

import json

import pytest
from pydantic import BaseModel

from gateway.window.cases import schemas as cases
from gateway.window.catalogue import schemas as catalogue
from gateway.window.consents import schemas as consents
from gateway.window.eligibility import schemas as eligibility
from gateway.window.feed import schemas as feed
from gateway.window.policies import schemas as policies
from gateway.window.ratings import schemas as ratings


def shown() -> list[tuple[type[BaseModel], dict[str, object]]]:
    kinds = [
        kind
        for module in (cases, catalogue, consents, eligibility, feed, policies, ratings)
        for kind in vars(module).values()
    ]
    models = dict.fromkeys(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    extras = [(model, model.model_config.get("json_schema_extra")) for model in models]
    return [(model, extra["examples"][0]) for model, extra in extras if isinstance(extra, dict)]


@pytest.mark.parametrize(("model", "example"), shown(), ids=lambda value: getattr(value, "__name__", ""))
def test_an_example_is_whole_and_valid(model: type[BaseModel], example: dict[str, object]) -> None:
    read = model.model_validate_json(json.dumps(example))
    unsaid = model.model_fields.keys() - example.keys()
    assert all(not model.model_fields[name].is_required() for name in unsaid)
    assert read.model_dump(mode="json").keys() >= example.keys()


def test_there_is_an_example_of_every_body_and_of_what_matters_in_answers() -> None:
    assert len(shown()) >= 18
