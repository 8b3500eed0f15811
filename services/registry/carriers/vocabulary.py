"""What the kinds of carriers are called and which documents name them, and the categories a city's pack knows."""

from collections.abc import Iterator
from typing import NamedTuple

from policy.schema import Pack
from services.registry.carriers.models import CarrierKind

# Where the categories of makerspaces stand in a pack: a programme each (ZZ-10, ZZ-11), a counted parameter each
# (JX-07), or the values of one criterion (LZ-56).
_PROGRAMME, _PARAMETER, _FACT = "category.", "categories.", "space_type"
_SPACE_TYPES = {
    "park": ("园区众创空间", "makerspace of a park"),
    "enterprise_specialised": ("企业专业性众创空间", "specialised makerspace of a firm"),
    "community_youth": ("社区青少年众创空间", "community makerspace for the young"),
}
_COUNTED_ZH, _COUNTED_EN = "目标数", ("number of ", " aimed at")


class Word(NamedTuple):
    """A name in Chinese and English with the clauses that use it."""

    code: str
    zh: str
    en: str
    clauses: tuple[str, ...]


KINDS: dict[CarrierKind, tuple[str, str, tuple[str, ...]]] = {
    CarrierKind.MAKERSPACE: ("众创空间", "makerspace", ("ZZ-09", "LZ-12", "WH-06", "XZ-39", "JX-07")),
    CarrierKind.INCUBATOR: ("科技企业孵化器", "technology incubator", ("LZ-13", "XZ-23", "JX-01")),
    CarrierKind.ACCELERATOR: ("加速器", "accelerator", ("XZ-09", "XZ-23")),
    CarrierKind.CLUSTER: ("众创集聚区", "makers' cluster", ("XZ-02", "XZ-07")),
    CarrierKind.UNIVERSITY_PARK: ("大学科技园(创业园)", "university science park", ("LZ-04", "LZ-19", "XZ-04")),
    CarrierKind.MICRO_FIRM_BASE: ("小微企业创业孵化基地", "base for micro firms", ("LZ-05", "LZ-06", "LZ-16")),
    CarrierKind.STUDENT_BASE: ("大学生创业(示范)基地", "students' base", ("LZ-21", "LZ-32", "WH-15", "ZZ-13")),
    CarrierKind.VIRTUAL_SPACE: ("线上虚拟空间", "virtual space", ("XZ-06",)),
    CarrierKind.STARTUP_STREET: ("创业街区、创业园区", "start-up street or park", ("WH-07",)),
    CarrierKind.NURSERY: ("创业苗圃(选种)", "nursery of projects", ("XZ-09", "LZ-13")),
    CarrierKind.RETURNEE_PARK: ("留学人员创业园", "returnees' park", ("ZZ-15", "LZ-34")),
    CarrierKind.MAKER_CENTRE: ("创客中心", "makers' centre", ("ZZ-08",)),
    CarrierKind.SERVICE_CENTRE: ("创业服务中心", "service centre for founders", ("ZZ-24",)),
    CarrierKind.CONSULTING_BODY: ("创业咨询专业机构", "consulting body", ("LZ-07",)),
    CarrierKind.DEMONSTRATION: ("创新创业示范", "demonstration", ("LZ-58", "WH-35", "LZ-04")),
}


def kinds() -> list[Word]:
    """Every kind of carrier."""
    return [Word(kind.value, *words) for kind, words in KINDS.items()]


def categories_of(pack: Pack) -> list[Word]:
    """The categories of makerspaces the city's documents name; none where they name none."""
    return sorted({word.code: word for word in _categories(pack)}.values())


def _categories(pack: Pack) -> Iterator[Word]:
    for key, programme in pack.programmes.items():
        if key.startswith(_PROGRAMME):
            yield Word(key.removeprefix(_PROGRAMME), programme.zh, programme.en, programme.clauses)
        for criterion in getattr(programme.terms, "criteria", ()):
            if getattr(criterion, "fact", None) == _FACT:
                for value in criterion.one_of:
                    zh, en = _SPACE_TYPES.get(value, (value, value))
                    yield Word(value, zh, en, criterion.clauses)
    for key, parameter in pack.parameters.items():
        if key.startswith(_PARAMETER):
            zh = parameter.zh.removesuffix(_COUNTED_ZH)
            en = parameter.en.removeprefix(_COUNTED_EN[0]).removesuffix(_COUNTED_EN[1])
            yield Word(key.removeprefix(_PARAMETER), zh, en, parameter.clauses)
