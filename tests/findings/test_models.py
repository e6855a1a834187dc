import pytest
from sqlalchemy import select

from portal.contracts.models import Contract
from portal.findings.models import Finding, FindingWord
from portal.paper.models import PaperReview
from tests.factories.law import finding_of
from tests.factories.world import audit_of, vendor_of


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


@pytest.mark.both_databases
def test_the_index_has_the_words_of_the_title_and_follows_it(session):
    found = finding_of(session, audit_of(session, vendor_of(session)), "q", title="Écart d'Œuvre : écart")
    words = select(FindingWord.text).where(FindingWord.finding_id == found.id).order_by(FindingWord.text)
    assert session.scalars(words).all() == ["doeuvre", "ecart"]
    found.title = "Été"
    session.flush()
    assert session.scalars(words).all() == ["ete"]
    found.responsible = "Léa"
    session.flush()
    assert session.scalars(words).all() == ["ete"]
    found.title = "…"
    session.flush()
    assert session.scalars(words).all() == []
