"""Characters."""

from hypothesis import given
from hypothesis import strategies as st

from portal.documents_in.structure.characters import normalise, strip_emphasis


def test_ligatures_spaces_and_invisible_marks():
    assert normalise("ﬁn eﬀective\u200b\u00a0: « oui »\u202f;\u2011x\ufeff") == "fin effective : « oui » ;-x"
    assert normalise("e\u0301te\u0301") == "été"
    assert normalise("co\u00adupe") == "coupe"
    assert normalise("co\u00adupe", soft_hyphens=True) == "co\u00adupe"


def test_quotes_and_letters_stay_as_printed():
    assert normalise("l’« été » “ok” œuvre ² n°") == "l’« été » “ok” œuvre ² n°"


def test_emphasis_goes_and_names_with_underscores_stay():
    assert (
        strip_emphasis("**Durée** : _un_ an, `30` jours, a_b_c, 2 * 3 * 4, ___")
        == "Durée : un an, 30 jours, a_b_c, 2 * 3 * 4, ___"
    )


@given(st.text())
def test_a_plain_text_is_plain_already(text):
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "\n" not in once
