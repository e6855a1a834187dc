from hypothesis import given
from hypothesis import strategies as st

from portal.paper.rules.folding import fold


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_are_only_lowered(text):
    assert fold(text) == text.lower()


def test_quotes_hyphens_and_spaces_of_either_language_are_one():
    assert fold("«\u00a0Sous‑traitant\u202f» “l’été”") == fold('" sous-traitant " "l\'ete"')
