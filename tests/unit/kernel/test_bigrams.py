"""What the search arrays hold."""

from hypothesis import given
from hypothesis import strategies as st

from kernel.bigrams import bigrams, searchable, telling_pairs


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


def test_what_is_looked_up_leaves_out_what_every_long_name_has() -> None:
    assert telling_pairs("技") == ["技"]
    assert telling_pairs("半导体") == ["半导", "导体"]
    assert telling_pairs("徐州彭城食品科技有限公司") == ["州彭", "彭城", "城食", "食品", "品科", "科技"]


@given(st.text(max_size=30))
def test_whatever_is_looked_up_is_in_the_array_of_the_name(text: str) -> None:
    assert set(telling_pairs(searchable(text))) <= set(bigrams(text))
