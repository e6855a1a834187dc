"""Words cut at a line's end."""

import pytest

from portal.documents_in.structure.hyphens import HyphenJoiner


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("le trai-", "tement des", "le traitement des"),
        ("un sous-", "traitant", "un sous-traitant"),
        ("le Sous-", "Traitant", "le Sous-Traitant"),
        ("the con-", "troller", "the controller"),
        ("a sub-", "processor", "a sub-processor"),
        ("any non-", "compliance", "any non-compliance"),
        ("celui-", "ci peut", "celui-ci peut"),
        ("le client peut-", "il", "le client peut-il"),
        ("COVID-", "19", "COVID-19"),
        ("le délai -", "court", "le délai - court"),
        ("confiden\u00ad", "tialité", "confidentialité"),
        ("la so\u2010", "ciété", "la société"),
        ("les don\u2010", "nées", "les données"),
        ("le Sous\u2010", "Traitant", "le Sous-Traitant"),
        ("https://exemple.test/", "page", "https://exemple.test/page"),
        ("une clause", "suivante", "une clause suivante"),
    ],
)
def test_a_cut_word_is_mended_and_a_hyphen_kept(before, after, joined):
    assert HyphenJoiner([before, after]).join(before, after) == joined


def test_what_the_text_writes_elsewhere_decides():
    assert HyphenJoiner(["une donnée auto-matique"]).join("auto-", "matique") == "auto-matique"
    assert HyphenJoiner(["un contre sens", "contresens"]).join("contre-", "sens") == "contresens"
    assert HyphenJoiner(["plein droit", "texte"]).join("plein-", "texte") == "plein-texte"


def test_a_text_that_writes_all_its_hyphens_as_typesetters_print_them_keeps_its_compounds():
    """A typesetter's hyphen at a line's end cuts a word, unless the text writes its compounds with that mark too."""
    lines = ["un sous\u2010traitant, un sous\u2010", "traitant"]
    assert HyphenJoiner(lines).join(*lines).endswith("un sous-traitant")
    assert HyphenJoiner(["le trai\u2010", "tement"]).join("le trai\u2010", "tement") == "le traitement"
