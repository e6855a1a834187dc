"""The answers of the audit before on one page: read again, confirmed by section or all at once."""

import pytest

from tests.factories.review import accepted, second_year, sent_case


@pytest.fixture
def again(session, move_time):
    """A vendor in its second year; the proof of one of its eight answers has expired."""
    case = second_year(accepted(sent_case(session)))
    move_time(days=365)
    return case


def posted(found, **more):
    return {field.get("name"): field.get("value") for field in found.all("//main//form//input")} | more


def url_of(case, page="reprise"):
    return f"/espace/audits/{case.audit.id}/{page}"


def test_what_need_only_be_confirmed_is_confirmed_by_one_click(again, as_):
    vendor = as_(again.contact)
    start = vendor.get(f"/espace/audits/{again.audit.id}")
    assert "7 réponses sur 8 sont déjà là." in start.words
    assert start.all("//a[contains(@class, 'button--next')]/@href") == [url_of(again)]
    found = vendor.get(url_of(again))
    assert "Qui décide ?" in found.words
    assert "Chiffrez-vous" not in found.words  # its proof has expired: it is not among those
    done = vendor.post(url_of(again), posted(found, then="rien"), status=302)
    assert done.response.headers["Location"].endswith("/sections/a#q-a.chiffre")
    sheet = again.sheet()
    assert len(sheet.answers) == 7
    assert set(sheet.proposed) == {"a.chiffre"}


def test_a_section_alone_is_confirmed(again, as_):
    vendor = as_(again.contact)
    found = vendor.get(url_of(again))
    done = vendor.post(url_of(again), posted(found, then="rien:a"), status=302)
    assert done.response.headers["Location"] == url_of(again)
    assert set(again.sheet().answers) == {"a.contrat", "a.role"}


def test_a_second_person_who_clicks_later_overwrites_nothing(again, as_):
    vendor = as_(again.contact)
    found = vendor.get(url_of(again))
    again.answer_over("a.role", "autre")
    again.session.commit()
    for _person in range(2):
        vendor.post(url_of(again), posted(found, then="rien"), status=302)
    assert again.sheet().answers["a.role"].value == "autre"


def test_a_post_that_shows_it_saw_nothing_confirms_nothing(again, as_):
    vendor = as_(again.contact)
    vendor.post(url_of(again), {"then": "rien"}, status=302, page=url_of(again))
    assert not again.sheet().answers


def test_a_first_audit_has_no_such_page(session, as_, page, space):
    done = page.get(url_of(space), status=302)
    assert done.response.headers["Location"].endswith("/reprendre")


def test_a_section_is_edited_whole_from_there_and_leads_back_without_confirming_the_rest(again, as_, typed):
    vendor = as_(again.contact)
    (link,) = vendor.get(url_of(again)).all("//a[contains(@href, 'modifier=a.contrat')]/@href")
    found = vendor.get(link)
    folds = found.all("//details[contains(@class, 'question__comment')][.//input[@type='radio']]")
    assert len(folds) > 1
    assert all(fold.get("open") is not None for fold in folds), "nobody unfolds each question of it"
    action = found.one("//form[@data-portal-answers]").get("action")
    fields = {**typed(found), "a.contrat": "non", "then": "suite"}
    done = vendor.post(action, fields, status=302, page=link)
    assert done.response.headers["Location"] == url_of(again)
    sheet = again.sheet()
    assert sheet.answers["a.contrat"].value == "non"
    assert set(sheet.answers) == {"a.contrat"}, "the others wait for somebody to confirm them"


def test_once_all_is_confirmed_the_edited_section_leads_to_what_is_left(again, as_, typed):
    vendor = as_(again.contact)
    vendor.post(url_of(again), posted(vendor.get(url_of(again)), then="rien"), status=302)
    link = f"{url_of(again, 'sections/a')}?modifier=a.contrat"
    done = vendor.post(link, {**typed(vendor.get(link)), "then": "suite"}, status=302, page=link)
    onward = vendor.get(done.response.headers["Location"], status=302).response.headers["Location"]
    assert onward.endswith("/reprendre")
