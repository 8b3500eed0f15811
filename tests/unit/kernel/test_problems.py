"""A problem document in the caller's language, to its last word."""

import pytest

from contracts.asking import UnknownOrganisation
from services.events.competitions.service import UnknownDuty


@pytest.mark.parametrize(
    ("language", "message"), [("zh", "该单位未登记"), ("en", "The organisation is not registered")]
)
def test_what_is_wrong_with_a_member_is_told_in_the_callers_language(language: str, message: str) -> None:
    document = UnknownOrganisation("/holder_id").document(language)
    assert document["title"] == message
    assert document["errors"] == [{"pointer": "/holder_id", "code": "unknown_organisation", "message": message}]


def test_a_class_may_name_its_member_itself() -> None:
    (error,) = UnknownDuty().document("en")["errors"]
    assert (error["pointer"], error["message"]) == ("/duty", UnknownDuty.title_en)
