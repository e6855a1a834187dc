import re
import shutil

import pytest
from sqlalchemy import event, func, select, update

from portal.audits import services
from portal.audits.models import Answer, Review
from portal.audits.rules import AuditState, ReviewVerdict
from portal.core.clock import now
from portal.core.language import Language
from portal.identity.models import LoginSession, User
from portal.identity.services import hash_password
from portal.vendor_space.views import section as section_view
from tests.factories.browsing import autosave, base_of, section
from tests.factories.databases import lasting_database
from tests.factories.review import accepted, second_year, sent_case
from tests.factories.spaces import SIGNATORY, answer_all, space_of
from tests.pages import Page, PageClient

WRITES = "BEGIN IMMEDIATE"
PASSWORD = "une phrase de passe bien longue"


def stored(session, space, key):
    session.expire_all()
    return session.scalar(select(Answer).where(Answer.audit_id == space.audit.id, Answer.question_key == key))


def test_a_section_shows_each_question_with_its_control_its_help_and_why_it_is_asked(page, space):
    found = page.get(section(space, "a"))
    assert found.all("//input[@type='radio'][@name='a.chiffre']/@value") == ["oui", "partiel", "non", "na"]
    assert found.all("//input[@type='checkbox'][@name='a.mesures']/@value") == ["mfa", "edr", "aucune"]
    assert "Sauvegardes comprises." in found.words
    (why, *_rest) = found.all("//details[@class='question__why']")
    assert "RGPD art. 32(1)(a)" in " ".join(why.text_content().split())
    assert why.get("open") is None, "one tap away, not in the way"
    found = page.get(section(space, "b"))
    assert found.all("//input[@name='b.delai']/@inputmode") == ["decimal"]
    assert "jours" in found.words
    assert found.all("//input[@name='b.jour']/@type") == ["date"]
    assert {"b.liste:0:nom", "b.liste:0:pays"} <= set(found.all("//input/@name"))


def test_a_question_that_depends_on_another_is_in_the_page_and_hidden_until_it_is_asked(page, space):
    found = page.get(section(space, "a"))
    assert found.all("//section[@hidden]/@id") == ["q-a.suite"]


def test_a_whole_section_is_saved_without_any_script_and_the_next_one_follows(session, page, space, save):
    found = save(page, section(space, "a"), {"a.chiffre": "non", "a.choix": "nous", "a.mesures": ["mfa", "edr"]})
    assert found.response.headers["Location"].startswith(section(space, "b"))
    assert stored(session, space, "a.mesures").value == {"v": ["mfa", "edr"]}
    assert stored(session, space, "a.chiffre").version == 1
    found = page.get(section(space, "a"))
    assert found.all("//input[@checked]/@value") == ["non", "nous", "mfa", "edr"]


def test_the_last_section_leads_to_the_last_look(page, space, save):
    assert save(page, section(space, "b"), {"b.delai": "3"}).response.headers["Location"].endswith("/envoi")


def test_a_question_that_an_answer_makes_appear_is_shown_before_going_on(page, space, save):
    found = save(page, section(space, "a"), {"a.chiffre": "oui"})
    assert found.response.headers["Location"] == section(space, "a") + "#q-a.suite"
    found = page.follow(found)
    assert not found.all("//section[@hidden]")
    assert "a fait apparaître une question" in found.words


def test_one_refused_answer_keeps_all_that_was_typed_and_saves_the_others(session, page, space, save):
    found = save(
        page,
        section(space, "b"),
        {"b.delai": "beaucoup", "b.delai:comment": "Environ", "b.jour": "2026-02-03", "b.liste:0:nom": "Hôte"},
        status=422,
    )
    assert stored(session, space, "b.delai") is None
    assert stored(session, space, "b.jour").value == {"v": "2026-02-03"}
    assert stored(session, space, "b.liste").value == {"v": [{"nom": "Hôte"}]}
    assert found.all("//input[@name='b.delai']/@value") == ["beaucoup"]
    assert found.all("//textarea[@name='b.delai:comment']")[0].text == "Environ"
    question = found.all("//section[@id='q-b.delai']")[0]
    assert "« beaucoup » n’est pas un nombre" in " ".join(question.text_content().split())
    assert found.all("//div[@class='errors']//a/@href") == ["#q-b.delai"]
    assert "Une réponse n’a pas été enregistrée" in found.words


def test_what_was_refused_can_be_corrected_on_the_page_that_came_back(session, page, space, save, typed):
    found = save(page, section(space, "b"), {"b.delai": "400", "b.jour": "2026-02-03"}, status=422)
    page.post(section(space, "b"), {**typed(found), "b.delai": "30", "then": "ici"})
    assert stored(session, space, "b.delai").value == {"v": "30"}
    assert stored(session, space, "b.jour").version == 1, "not written twice"


def test_a_number_is_shown_as_the_reader_writes_it(page, space, save):
    save(page, section(space, "b"), {"b.delai": "2,5"})
    assert page.get(section(space, "b")).all("//input[@name='b.delai']/@value") == ["2,5"]


def test_a_country_is_written_by_its_name_and_read_by_its_name(session, page, space, save):
    save(page, section(space, "b"), {"b.liste:0:nom": "Hôte", "b.liste:0:pays": "allemagne"})
    assert stored(session, space, "b.liste").value == {"v": [{"nom": "Hôte", "pays": "DE"}]}
    assert page.get(section(space, "b")).all("//input[@name='b.liste:0:pays']/@value") == ["Allemagne"]


def test_a_country_nobody_knows_is_named_with_its_row_and_stays_as_typed(page, space, save):
    found = save(page, section(space, "b"), {"b.liste:0:nom": "Hôte", "b.liste:0:pays": "Portugual"}, status=422)
    assert "Ligne 1, Pays : Pays inconnu : « Portugual ». Vouliez-vous dire « Portugal » ?" in found.words
    assert found.all("//input[@name='b.liste:0:pays']/@value") == ["Portugual"]


def test_rows_are_added_and_taken_away_without_any_script(session, page, space, save):
    found = save(page, section(space, "b"), {"b.liste:0:nom": "Un"}, then="ligne:b.liste")
    found = page.follow(found)
    assert [n for n in found.all("//input/@name") if n.endswith(":nom")] == [
        "b.liste:0:nom", "b.liste:1:nom", "b.liste:__row__:nom",
    ]  # fmt: skip
    save(page, section(space, "b") + "?ligne=b.liste", {"b.liste:1:nom": "Deux"}, then="ici")
    assert stored(session, space, "b.liste").value == {"v": [{"nom": "Un"}, {"nom": "Deux"}]}
    save(page, section(space, "b"), {}, then="retirer:b.liste:0")
    assert stored(session, space, "b.liste").value == {"v": [{"nom": "Deux"}]}


def test_what_an_answer_still_owes_is_said_beside_it_and_its_comment_opens(page, space, save):
    save(page, section(space, "a"), {"a.choix": "autre", "a.chiffre": "oui"}, then="ici")
    found = page.get(section(space, "a"))
    question = found.all("//section[@id='q-a.choix']")[0]
    assert "Expliquez en commentaire pourquoi « Un autre »." in " ".join(question.text_content().split())
    assert question.xpath(".//details[@class='question__comment']/@open") is not None
    owed = found.all("//section[@id='q-a.chiffre']//ul[@data-owed]/li")
    assert "Votre politique de chiffrement." in owed[0].text_content()


def test_an_unanswered_question_is_not_nagged_about_unless_one_comes_from_the_list_of_what_is_missing(page, space):
    assert not page.get(section(space, "a")).all("//ul[@data-owed]/li")
    assert len(page.get(section(space, "a") + "?reste=1").all("//ul[@data-owed]/li")) == 3


# -- two people ------------------------------------------------------------------------------------------------------


def test_two_people_in_the_same_form_lose_nothing_and_the_slower_chooses(session, page, colleague, space, save, typed):
    late = typed(page.get(section(space, "a")))
    save(colleague, section(space, "a"), {"a.choix": "autre", "a.choix:comment": "Le siège", "a.mesures": ["edr"]})
    posted = {**late, "a.choix": "nous", "a.choix:comment": "Toujours nous", "a.chiffre": "non", "then": "suite"}
    found = page.post(section(space, "a"), posted, status=409)
    panel = " ".join(found.one("div.conflict").text_content().split())
    for words in ("Nous", "Toujours nous", "Un autre", "Le siège", space.respondent.name, "Rien n’est perdu"):
        assert words in panel
    assert stored(session, space, "a.choix").value == {"v": "autre"}
    assert stored(session, space, "a.chiffre").value == {"v": "non"}, "what nobody disputes is saved"
    assert stored(session, space, "a.mesures").value == {"v": ["edr"]}, "left empty by one, answered by the other"
    assert found.all("//input[@name='a.choix'][@checked]/@value") == ["nous"], "mine is still in the controls"

    kept = page.post(section(space, "a"), {**typed(found), "then": "leur:a.choix"})
    assert kept.response.headers["Location"].endswith("#q-a.choix")
    assert stored(session, space, "a.choix").comment == "Le siège"

    merged = {**typed(found), "a.choix:comment": "Nous et le siège", "then": "mien:a.choix"}
    page.post(section(space, "a"), merged)
    answer = stored(session, space, "a.choix")
    assert (answer.value, answer.comment, answer.version) == ({"v": "nous"}, "Nous et le siège", 2)


def test_a_clash_is_not_settled_by_simply_going_on(session, page, colleague, space, save, typed):
    late = typed(page.get(section(space, "b")))
    save(colleague, section(space, "b"), {"b.delai": "10"})
    found = page.post(section(space, "b"), {**late, "b.delai": "20", "then": "suite"}, status=409)
    page.post(section(space, "b"), {**typed(found), "then": "suite"}, status=409)
    assert stored(session, space, "b.delai").value == {"v": "10"}


def test_a_third_change_while_one_chooses_is_a_clash_again(session, page, colleague, space, save, typed):
    late = typed(page.get(section(space, "b")))
    save(colleague, section(space, "b"), {"b.delai": "10"})
    found = page.post(section(space, "b"), {**late, "b.delai": "20"}, status=409)
    save(colleague, section(space, "b"), {"b.delai": "15"})
    page.post(section(space, "b"), {**typed(found), "then": "mien:b.delai"}, status=409)
    assert stored(session, space, "b.delai").value == {"v": "15"}


# -- the page's script -----------------------------------------------------------------------------------------------


def test_one_answer_is_saved_by_the_script_and_all_the_page_needs_comes_back(session, page, space):
    found = autosave(
        page,
        space,
        "a.chiffre",
        {"a.chiffre": "oui", "a.chiffre:base": base_of(page.get(section(space, "a")), "a.chiffre")},
    )
    assert found.status_code == 200
    answer = found.get_json()
    assert re.fullmatch(r"Enregistré à \d\d:\d\d", answer["message"])
    assert answer["version"] == 1
    assert answer["visible"] == {"a.chiffre": "1.1", "a.suite": "1.2", "a.choix": "1.3", "a.mesures": "1.4"}
    assert answer["progress"]["answered"] == 0
    assert answer["progress"]["expected"] == 7
    assert answer["remaining"] == "Il reste 7 questions, encore ~18 min"
    assert answer["owed"][0].startswith("La preuve demandée n’est pas jointe")
    again = autosave(page, space, "a.chiffre", {"a.chiffre": "non", "a.chiffre:base": answer["base"]})
    assert again.get_json()["version"] == 2
    assert again.get_json()["visible"] == {"a.chiffre": "1.1", "a.suite": "", "a.choix": "1.2", "a.mesures": "1.3"}
    assert stored(session, space, "a.chiffre").value == {"v": "non"}


def test_the_slower_script_gets_409_with_both_texts(session, page, colleague, space):
    base = base_of(page.get(section(space, "b")), "b.delai")
    autosave(colleague, space, "b.delai", {"b.delai": "10", "b.delai:base": base})
    found = autosave(page, space, "b.delai", {"b.delai": "20", "b.delai:base": base})
    assert found.status_code == 409
    html = found.get_json()["html"]
    assert "10 jours" in html
    assert "20 jours" in html
    assert space.respondent.name in html
    assert 'value="mien:b.delai"' in html
    assert stored(session, space, "b.delai").value == {"v": "10"}


def test_a_refusal_is_a_sentence_for_the_script(page, space):
    found = autosave(page, space, "b.delai", {"b.delai": "400", "b.delai:base": "0."})
    assert found.status_code == 422
    assert found.get_json() == {"error": "Le nombre doit être au plus 365."}


def test_an_ended_session_is_told_to_the_script_as_a_sentence(page, as_, space):
    token = page.csrf("/espace/")
    with page.client.session_transaction() as cookie:
        cookie["_user_id"] = "gone"
    found = autosave(page, space, "b.delai", {"b.delai": "4", "b.delai:base": "0."}, token=token)
    assert found.status_code == 401
    assert found.is_json
    assert "Connectez-vous de nouveau" in found.get_json()["error"]


def test_without_scripts_an_ended_session_says_what_was_not_saved_and_leads_back_to_the_section(
    session, page, space, typed
):
    path = section(space, "b")
    fields = typed(page.get(path), **{"b.delai": "4"})
    session.execute(update(LoginSession).values(revoked_at=now()))
    session.commit()
    found = page.client.post(path, data=fields)
    told = Page(found)
    assert found.status_code == 401
    assert "Ce que vous veniez d’envoyer n’a pas été enregistré." in told.words
    (link,) = told.all("//a[contains(@class, 'button--next')]/@href")
    assert link == f"/connexion?next={path}"
    person = session.get_one(User, space.admin.id)
    person.password_hash = hash_password(PASSWORD)
    session.commit()
    token = Page(page.client.get(link)).csrf
    back = page.client.post(link, data={"email": person.email, "password": PASSWORD, "csrf_token": token})
    assert (back.status_code, back.headers["Location"]) == (302, path)


def test_an_address_that_takes_only_posts_is_not_one_to_come_back_to(session, page, space):
    token = page.csrf("/espace/")
    session.execute(update(LoginSession).values(revoked_at=now()))
    session.commit()
    found = page.client.post(f"/espace/audits/{space.audit.id}/reponses/b.delai", data={"csrf_token": token})
    told = Page(found)
    assert "vous reviendrez à cette page" not in told.words
    assert told.all("//a[contains(@class, 'button--next')]/@href") == ["/connexion"]


def test_what_a_tab_keeps_is_named_after_the_person_and_the_audit(page, colleague, space):
    names = [one.get(section(space, "b")).all("//form/@data-drafts") for one in (page, colleague)]
    assert names == [[f"{person.id}:{space.audit.id}"] for person in (space.admin, space.respondent)]


def test_a_form_that_is_over_is_told_to_the_script(page, space):
    found = autosave(page, space, "b.delai", {"b.delai": "4", "b.delai:base": "0."}, token="faux")
    assert found.status_code == 400
    assert found.is_json


def test_an_answer_by_script_costs_few_statements(session, page, space, statements):
    base = base_of(page.get(section(space, "b")), "b.delai")
    token = page.csrf("/espace/")
    for number in ("4", "5"):
        statements.clear()
        found = autosave(page, space, "b.delai", {"b.delai": number, "b.delai:base": base}, token=token)
        # On PostgreSQL the journal's lock is one more: it asks for nothing and reads nothing.
        assert len([s for s in statements if "pg_advisory" not in s]) <= 8, statements
        base = found.get_json()["base"]


@pytest.fixture
def lasting_space(_app, migrated, tmp_path):
    """The same vendor on a database of its own, whose commits last: the application, the database and the space."""
    before = _app.extensions["vigie.database"]
    with lasting_database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'own.db')}") as database:
        with database.transaction() as own:
            made = space_of(own)
        _app.extensions["vigie.database"] = database
        yield _app, database, made
    _app.extensions["vigie.database"] = before


def test_a_save_takes_the_write_lock_after_who_is_calling_and_gives_it_back_before_its_words(
    lasting_space, monkeypatch
):
    app, database, space = lasting_space
    page = PageClient(app, space.admin)
    base, token = base_of(page.get(section(space, "b")), "b.delai"), page.csrf("/espace/")
    seen, really = [], section_view.saved_state

    def words(*arguments):
        seen.append("words")
        return really(*arguments)

    monkeypatch.setattr(section_view, "saved_state", words)
    event.listen(database.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: seen.append(statement))
    reads = {"sqlite_write": False}.items()
    event.listen(
        database.engine,
        "begin",
        lambda c: seen.append("BEGIN" if reads <= c.get_execution_options().items() else WRITES),
    )
    event.listen(database.engine, "commit", lambda _connection: seen.append("COMMIT"))
    assert autosave(page, space, "b.delai", {"b.delai": "4", "b.delai:base": base}, token=token).status_code == 200
    begin, commit = seen.index(WRITES), seen.index("COMMIT")
    assert [n for n, statement in enumerate(seen) if "login_session" in statement and n > begin] == []
    assert seen[commit + 1 :] == ["words"]
    assert commit - begin - 1 <= 6, seen[begin:commit]


def test_a_section_costs_the_same_number_of_statements_empty_or_full(session, page, space, admin, statements):
    page.get(section(space, "b"))
    statements.clear()
    page.get(section(space, "b"))
    empty = len(statements)
    answer_all(admin, space.audit)
    statements.clear()
    page.get(section(space, "b"))
    assert len(statements) == empty
    assert empty <= 7, "one of them for the threads under all questions"


# -- after it was sent -----------------------------------------------------------------------------------------------


@pytest.fixture
def returned(session, space, admin):
    """Sent, then returned with one question and the reviewer's words."""
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    for key, comment, back in (("b.delai", "C'est trop long.", True), ("a.choix", "Merci.", False)):
        session.add(
            Review(
                audit_id=space.audit.id, question_key=key, round=1, verdict=ReviewVerdict.TO_CORRECT, comment=comment,
                note="Note pour nous", to_return=back, reviewed_at=now(),
            )
        )  # fmt: skip
    space.audit.state, space.audit.round, space.audit.returned_questions = AuditState.RETURNED, 2, ["b.delai"]
    session.commit()
    return space


def test_a_returned_round_opens_the_returned_question_alone_with_the_reviewer_s_words(page, returned):
    found = page.get(section(returned, "b"))
    assert found.all("//input[contains(@name, ':base')]/@name") == ["b.delai:base"]
    question = " ".join(found.all("//section[@id='q-b.delai']")[0].text_content().split())
    assert "est trop long." in question
    assert "À reprendre" in question
    assert "Il reste 1 question à reprendre" in found.words
    assert "Hôte" in found.words, "the others are read"
    assert "Note pour nous" not in found.text
    assert "À corriger" not in found.text, "the verdict is the reviewer's"
    assert "1 à reprendre" in page.get(f"/espace/audits/{returned.audit.id}").words


def test_a_returned_question_taken_up_again_counts_as_done(session, page, returned, save, move_time):
    move_time(hours=1)
    save(page, section(returned, "b"), {"b.delai": "5"}, then="ici")
    found = page.get(section(returned, "b"))
    assert "Tout est répondu : il reste à envoyer." in found.words
    assert "Reprise" in found.words


def test_a_question_not_returned_is_not_changed_whatever_is_posted(session, page, returned):
    data = {"a.choix": "autre", "a.choix:base": "1.", "then": "ici"}
    page.post(section(returned, "a"), data)
    assert stored(session, returned, "a.choix").value == {"v": "nous"}
    found = autosave(page, returned, "a.choix", data)
    assert found.status_code == 422
    assert "pas ouverte" in found.get_json()["error"]


def test_after_sending_every_answer_is_read_and_none_is_written(session, page, space, admin):
    fields = {"b.delai": "9", "b.delai:base": "1.", "then": "suite"}
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()
    found = page.get(section(space, "b"))
    assert not found.all("//main//input[@name][not(@name='csrf_token')]")
    assert "30 jours" in found.words
    assert "Hébergeur" in found.words
    found = page.post(section(space, "b"), fields)
    assert found.response.headers["Location"] == f"/espace/audits/{space.audit.id}"
    assert "les réponses ne changent plus" in page.follow(found).words
    assert autosave(page, space, "b.delai", fields).status_code == 422
    assert stored(session, space, "b.delai").value == {"v": "30"}


def test_the_words_of_a_review_in_progress_are_not_shown(session, page, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.add(
        Review(
            audit_id=space.audit.id, question_key="b.delai", round=1, verdict=ReviewVerdict.IMPROVABLE,
            comment="Brouillon de relecture", reviewed_at=now(),
        )
    )  # fmt: skip
    session.commit()
    assert "Brouillon de relecture" not in page.get(section(space, "b")).text
    space.audit.state = AuditState.ACCEPTED
    session.commit()
    assert "Brouillon de relecture" in page.get(section(space, "b")).text


def test_nothing_is_written_by_looking(session, page, space):
    for path in ("a", "b"):
        page.get(section(space, path))
    assert session.scalar(select(func.count(Answer.id)).where(Answer.audit_id == space.audit.id)) == 0


@pytest.fixture
def again(session, move_time):
    """A vendor in its second year, most of whose answers stand; the proof of one has expired."""
    case = second_year(accepted(sent_case(session)))
    move_time(days=365)
    return case


def section_url(case, key="a"):
    return f"/espace/audits/{case.audit.id}/sections/{key}"


def test_nothing_has_changed_confirms_the_section_and_goes_to_what_is_left(again, as_, typed):
    vendor = as_(again.contact)
    found = vendor.get(section_url(again))
    assert len(found.all("//button[@value='rien']")) == 1
    assert "2 réponses sont déjà là" in found.text
    assert "valait jusqu’au" in found.text
    done = vendor.post(section_url(again), {**typed(found), "then": "rien"}, status=302)
    assert done.response.headers["Location"].endswith("/sections/a#q-a.chiffre")  # the one that asks for its proof
    told = vendor.get(section_url(again))
    assert not told.all("//button[@value='rien']")
    assert "2 réponses confirmées" in told.text


def test_saving_a_section_of_proposed_answers_leaves_them_unconfirmed(again, as_, typed):
    vendor = as_(again.contact)
    vendor.post(section_url(again), {**typed(vendor.get(section_url(again))), "then": "suite"}, status=302)
    assert not again.sheet().answers
    last = vendor.get(f"/espace/audits/{again.audit.id}/envoi")
    assert "Réponse déjà là, à confirmer." in last.text
    assert "Tout y est" not in last.text


def test_nothing_has_changed_keeps_what_a_colleague_edited_meanwhile(again, as_, typed):
    vendor = as_(again.contact)
    seen = typed(vendor.get(section_url(again)))
    again.answer_over("a.role", "autre")
    again.session.commit()
    vendor.post(section_url(again), {**seen, "then": "rien"}, status=302)
    answers = again.sheet().answers
    assert (answers["a.role"].value, answers["a.contrat"].value) == ("autre", "oui")


def test_a_change_made_on_the_page_is_kept_by_the_same_click(again, as_, typed):
    vendor = as_(again.contact)
    posted = {**typed(vendor.get(section_url(again))), "a.role": "autre", "then": "rien"}
    vendor.post(section_url(again), posted, status=302)
    sheet = again.sheet()
    assert {key: found.outcome.value for key, found in sheet.carried.items()} == {
        "a.contrat": "confirmed", "a.role": "edited",
    }  # fmt: skip


def test_one_proposed_answer_is_confirmed_alone(again, as_, typed):
    vendor = as_(again.contact)
    posted = {**typed(vendor.get(section_url(again))), "then": "confirmer:a.role"}
    vendor.post(section_url(again), posted, status=302)
    assert set(again.sheet().answers) == {"a.role"}
