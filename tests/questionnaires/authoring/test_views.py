"""The pages on which a questionnaire is written, from the first word to what is asked of a vendor."""

import pytest

from portal.authz.policy import Role
from portal.questionnaires import services
from portal.questionnaires.models import OwnQuestion, OwnQuestionnaire
from tests.factories.own_questionnaires import own_of, rows_of
from tests.factories.questionnaires import both, raw_question
from tests.factories.world import full_vendor, vendor_user
from tests.pages import PageClient

HEAD = {"title_fr": "Nos copies", "title_en": "Our copies", "introduction_fr": "Deux questions.",
        "introduction_en": "Two questions."}  # fmt: skip
QUESTION = {
    "text_fr": "Copiez-vous nos données ?", "text_en": "Do you copy our data?", "why_fr": "Une panne efface tout.",
    "why_en": "A failure erases all.", "kind": "yes_no", "good_answer": "oui", "also": ["partiel"], "required": "1",
    "weight": "3", "articles": "32(1)(b)", "evidence": "none", "all_of": "any",
}  # fmt: skip
BETTER = both("Copiez-vous toutes nos données ?", "Do you copy our data?")


@pytest.fixture
def ours(session, ctx, app):
    own = own_of(ctx, raw_question(text=both("Copiez-vous nos données ?", "Do you copy our data?")))
    session.commit()
    return own


@pytest.fixture
def conditional(session, ctx, app):
    """Two questions, the second asked when the first is answered « oui »."""
    own = own_of(ctx, raw_question(), raw_question(text=both("Et où ?", "And where?")))
    first, second = rows_of(ctx, own)
    condition = {"question": first.key, "in": ["oui"]}
    services.edit_question(ctx, own, second, raw_question(key="", text=both("Et où ?"), visible_if=condition))
    session.commit()
    return own


def test_a_questionnaire_is_written_published_and_offered(as_, session):
    dpo = as_(Role.DPO)
    page = dpo.follow(dpo.post("/questionnaires/ecrits/nouveau", HEAD, status=302))
    own = session.query(OwnQuestionnaire).one()
    here = f"/questionnaires/ecrits/{own.id}"
    assert "Aucune partie" in page.words
    dpo.post(f"{here}/parties/nouvelle", {"title_fr": "Copies", "title_en": "Copies"}, status=302)
    (add,) = dpo.get(here).all("//a[contains(@href, '/questions/nouvelle')]/@href")
    refused = dpo.post(add, {**QUESTION, "articles": "199"}, status=422)
    assert "n’est ni dans le RGPD" in refused.words
    dpo.post(add, QUESTION, status=302)
    page = dpo.get(here)
    assert "Poids 3" in page.words
    assert "Tout est complet" in page.words
    dpo.post(f"{here}/publier", {}, status=302)
    assert "Version 1 publiée" in dpo.get("/questionnaires").words
    vendor = full_vendor(session)
    session.commit()
    assert "Nos copies" in dpo.get(f"/audits/nouveau?vendor_id={vendor.id}").words
    assert dpo.get("/campagnes/nouvelle").all(f"//option[@value='{own.key}']")


def test_what_a_question_lacks_is_said_while_it_is_typed(as_, session, ours):
    row = session.query(OwnQuestion).one()
    dpo, path = as_(Role.DPO), f"/questionnaires/ecrits/{ours.id}/questions/{row.id}"
    sent = {**QUESTION, "csrf_token": dpo.csrf(path), **dpo.mark}
    said = dpo.client.post(f"{path}/essai", data={**sent, "text_en": ""}).get_json()
    assert "Question en anglais" in said["html"]
    wrong = {**sent, "kind": "single", "choices_text": "| Un seul | One only | 100"}
    assert "au moins deux" in dpo.client.post(f"{path}/essai", data=wrong).get_json()["html"]
    session.expire_all()
    assert session.query(OwnQuestion).one().key == row.key


def test_an_incomplete_questionnaire_says_each_point_and_stays_a_draft(as_, session, ctx, app):
    own = own_of(ctx, raw_question(text={"fr": "Où sont nos données ?"}))
    session.commit()
    page = as_(Role.DPO).post(f"/questionnaires/ecrits/{own.id}/publier", {}, status=422)
    assert "Question en anglais" in page.words
    assert page.all(f"//a[contains(@href, '/questions/{rows_of(ctx, own)[0].id}')]")
    session.expire_all()
    assert session.query(OwnQuestionnaire).one().published_id is None


def test_a_move_that_a_condition_forbids_is_said_and_changes_nothing(as_, session, ctx, conditional):
    first, second = rows_of(ctx, conditional)
    here = f"/questionnaires/ecrits/{conditional.id}"
    dpo = as_(Role.DPO)
    page = dpo.follow(dpo.post(f"{here}/questions/{second.id}/deplacer", {"vers": "haut"}, status=302))
    assert "posée plus loin" in page.words
    session.expire_all()
    assert [row.id for row in rows_of(ctx, conditional)] == [first.id, second.id]


def test_the_preview_shows_the_vendors_page_and_opens_what_an_answer_opens(as_, ctx, conditional):
    first, _second = rows_of(ctx, conditional)
    dpo, path = as_(Role.DPO), f"/questionnaires/apercu/ecrit/{conditional.id}"
    frame = dpo.get(f"{path}?largeur=telephone")
    assert frame.all("//iframe[contains(@class, 'preview--telephone')]")
    assert "frame-src 'self'" in frame.response.headers["Content-Security-Policy"]
    page = dpo.get(f"{path}/page")
    assert len(page.all("//section[@data-portal-question]")) == 1
    assert "frame-ancestors 'self'" in page.response.headers["Content-Security-Policy"]
    opened = dpo.post(f"{path}/page", {first.key: "oui", f"{first.key}:base": "0."}, status=200)
    assert len(opened.all("//section[@data-portal-question]")) == 2


def test_the_preview_of_a_shipped_one_says_nothing_that_only_a_reviewer_reads(as_):
    page = as_(Role.LEGAL).get("/questionnaires/apercu/catalogue/mineurs/page?tout=1")
    assert "Poids" not in page.words


def test_two_versions_are_compared_question_by_question(as_, session, ctx, ours):
    services.publish_own(ctx, ours)
    services.edit_question(ctx, ours, rows_of(ctx, ours)[0], raw_question(key="", text=BETTER))
    session.commit()
    page = as_(Role.DPO).get(f"/questionnaires/{ours.key}/differences")
    (added,) = page.all("//ins")
    assert added.text_content().strip() == "toutes"
    assert not page.all("//del")
    assert "rien à comparer" in as_(Role.LEGAL).get("/questionnaires/mineurs/differences").words


def test_where_it_serves_is_said_even_when_nowhere(as_, ours):
    assert "Aucun." in as_(Role.DPO).get(f"/questionnaires/ecrits/{ours.id}/usages").words


def test_a_shipped_one_is_copied_and_its_file_taken_away(as_, session):
    dpo = as_(Role.DPO)
    page = dpo.follow(dpo.post("/questionnaires/ecrits/copier/mineurs", {}, status=302))
    assert "En faire la mienne" in page.words
    own = session.query(OwnQuestionnaire).one()
    toml = dpo.client.get(f"/questionnaires/ecrits/{own.id}/fichier.toml").get_data(as_text=True)
    assert f'key = "{own.key}"' in toml
    assert "same_as" in toml


def test_who_sees_no_audit_is_not_told_there_is_none(as_, ours):
    page = as_(Role.ADMIN).get(f"/questionnaires/ecrits/{ours.id}/usages")
    assert "Aucun" not in page.words
    assert "ne montre ni les audits" in page.words


def test_a_vendor_sees_none_of_it(session, app, ours):
    client = PageClient(app, vendor_user(session, full_vendor(session)))
    session.commit()
    for path in (f"ecrits/{ours.id}", "ecrits/nouveau", f"apercu/ecrit/{ours.id}", "apercu/catalogue/mineurs/page"):
        client.get(f"/questionnaires/{path}", status=404)
    client.get(f"/questionnaires/{ours.key}/differences", status=403)


def test_who_only_reads_questionnaires_writes_none(as_, ours):
    lawyer = as_(Role.LEGAL)
    lawyer.get(f"/questionnaires/ecrits/{ours.id}", status=403)
    lawyer.get(f"/questionnaires/apercu/ecrit/{ours.id}/page", status=403)
    assert not lawyer.get("/questionnaires").all("//a[contains(@href, '/ecrits/nouveau')]")
