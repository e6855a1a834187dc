import pytest

from portal.contracts import library as files
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.free_text import reference_targets
from portal.contracts.rules.paragraphs import ParagraphEdit, ParagraphWording, base_of
from portal.contracts.rules.positions import crossed_figures, positions_json
from portal.core.language import Language
from tests.factories.contracts import facts

LIBRARY = files.cached()
DPA = LIBRARY.template["dpa"]
W = ParagraphWording


def breach(wording, text=""):
    base = base_of(LIBRARY.clause["CL18"], 1)
    edits = (ParagraphEdit("CL18_1", "CL18", wording, {"fr": text}, base=base),) if wording else ()
    made = assemble_contract(LIBRARY, DPA, facts(), Language.FR, edits)
    return next(one for one in positions_json(made.positions, Language.FR) if one["anchor"] == "CL18_1")


@pytest.mark.parametrize(
    ("wording", "text", "held", "crosses"),
    [
        (None, "", ["24\xa0heures"], False),
        (W.FALLBACK, "", ["48\xa0heures"], False),
        (W.FREE, "Il avertit dans les soixante-douze (72) heures.", ["72\xa0heures"], False),
        (W.FREE, "Il avertit dans les quatre (4) jours.", ["4\xa0jours"], True),
        (W.FREE, "Il avertit dans un délai raisonnable.", [], False),
        (W.STRUCK, "", [], False),
    ],
)
def test_the_figures_follow_the_position_taken(wording, text, held, crosses):
    found = breach(wording, text)
    assert found["figures"][0]["held"] == held
    assert (found["figures"][0]["preferred"], found["figures"][0]["red_line"]) == ("24\xa0heures", "72\xa0heures")
    assert found["crosses"] is crosses
    assert found["wording"] == (wording or W.LIBRARY).value


def test_a_struck_paragraph_has_no_number_and_the_others_keep_theirs():
    assert breach(W.STRUCK)["article"] == ""
    assert breach(None)["article"].endswith(".1")


def test_a_free_text_beyond_the_red_line_is_told_before_it_is_saved():
    point = LIBRARY.clause["CL18"].point(1)
    targets = reference_targets(DPA)
    assert list(crossed_figures(point, "dans les 96 heures", Language.FR, targets))
    assert not list(crossed_figures(point, "dans les 60 heures", Language.FR, targets))
