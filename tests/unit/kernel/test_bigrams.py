"""What the search arrays hold."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.bigrams import bigrams, searchable


def test_text_is_folded_before_it_is_cut() -> None:
    assert searchable(" 徐州ＡＢ 众创 ") == "徐州ab众创"
    assert bigrams("众创空间") == sorted(["众", "创", "空", "间", "众创", "创空", "空间"])
    assert bigrams("") == []


@given(st.text(max_size=30), st.data())
def test_the_grams_of_a_part_are_among_those_of_the_whole(text: str, data: st.DataObject) -> None:
    plain = searchable(text)
    start = data.draw(st.integers(0, len(plain)))
    part = plain[start : data.draw(st.integers(start, len(plain)))]
    assert set(bigrams(part)) <= set(bigrams(plain))
