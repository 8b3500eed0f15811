"""Kinds and categories of carriers: every clause they name exists, and each city brings its own categories."""

from policy.loader import load_pack
from services.registry.carriers.models import CarrierKind
from services.registry.carriers.vocabulary import categories_of, kinds

CITIES = ("zhuzhou", "liuzhou", "wuhan", "xuzhou", "jiaxing")


def test_every_kind_has_words_and_clauses_that_exist() -> None:
    known = {clause for city in CITIES for clause in load_pack(city).clauses}
    words = kinds()
    assert {word.code for word in words} == {kind.value for kind in CarrierKind}
    assert {clause for word in words for clause in word.clauses} <= known
    assert all(word.zh and word.en and word.clauses for word in words)


def test_each_city_brings_the_categories_its_document_names() -> None:
    """ZZ-10, ZZ-11: three categories; LZ-56: three types; JX-07: four; Wuhan and Xuzhou name none."""
    found = {city: {word.code for word in categories_of(load_pack(city))} for city in CITIES}
    assert found == {
        "zhuzhou": {"innovation", "industry", "regional"},
        "liuzhou": {"park", "enterprise_specialised", "community_youth"},
        "jiaxing": {"model", "investment", "service", "maker"},
        "wuhan": set(),
        "xuzhou": set(),
    }
    assert {word.zh for word in categories_of(load_pack("jiaxing"))} >= {"投资促进型众创空间", "示范推进型众创空间"}
