from portal.contracts.models import Contract
from portal.findings.models import Finding
from portal.paper.models import PaperReview


def test_the_words_a_search_looks_in_are_those_of_the_title_whenever_it_changes():
    found = Finding(title="Écart d'Œuvre")
    assert found.sought == "ecart doeuvre"
    found.title = "Été"
    assert found.sought == "ete"
    assert Contract(title="« Été »").sought == "ete"
    review = PaperReview(file_name="Été.pdf", title="Leur DPA")
    assert review.sought == "leur dpa ete pdf"


def test_a_long_title_is_kept_as_far_as_its_column_goes():
    assert len(Finding(title="ﷺ" * 300).sought) == 600
