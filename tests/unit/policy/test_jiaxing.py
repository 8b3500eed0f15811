from policy.loader import load_pack

PACK = load_pack("jiaxing")


def test_the_jiaxing_pack_is_whole() -> None:
    assert PACK.coverage == "complete"
    assert sorted(PACK.clauses) == [f"JX-{n:02}" for n in range(1, 40)]
    assert {key for key, clause in PACK.clauses.items() if clause.no_software} == {"JX-12", "JX-39"}


def test_a_clause_names_everything_in_the_jiaxing_pack() -> None:
    bound = {binding for clause in PACK.clauses.values() for binding in clause.bound_to}
    held = {
        f"{kind}:{key}"
        for kind, section in (
            ("programme", PACK.programmes), ("target", PACK.targets), ("duty", PACK.duties), ("item", PACK.items),
        )
        for key in section
    }  # fmt: skip
    assert held <= bound


def test_filing_in_jiaxing_is_recognition_and_there_is_no_key_designation() -> None:
    filed = PACK.recognition(carrier_kind="makerspace", level="municipal", designation="filed")
    assert filed is not None
    assert filed.id == "recognition.municipal_makerspace"
    assert PACK.recognition(carrier_kind="makerspace", level="municipal", designation="key") is None


def test_cities_that_changed_their_code_keep_the_old_ones() -> None:
    former = {division.code: division.former_codes for division in PACK.divisions if division.former_codes}
    assert former == {"330481": ("330423", "339002"), "330482": ("330422",), "330483": ("330425",)}
