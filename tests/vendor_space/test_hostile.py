"""What nobody's browser sends: answered with a sentence and 4xx, never with 500, and nothing is kept of it."""

import pytest
from sqlalchemy import func, select

from portal.audits.models import Answer
from tests.factories.browsing import autosave, section

KEYS = ["a.chiffre", "a.choix", "a.mesures", "b.delai", "b.jour", "b.document", "b.liste"]


def kept(session, space):
    session.expire_all()
    return session.scalar(select(func.count(Answer.id)).where(Answer.audit_id == space.audit.id))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "junk", ["\x00", "a\x00b", "<script>", "ا" * 20_000, "9" * 400, "1e999", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_junk_in_any_question_is_refused_or_cleaned_and_never_breaks(session, page, space, key, junk):
    found = autosave(page, space, key, {key: junk, f"{key}:0:nom": junk, f"{key}:base": "0."})
    assert found.status_code in {200, 422}
    if found.status_code == 422:
        assert found.get_json()["error"].endswith((".", " »")), found.get_json()
    token = page.csrf("/espace/")
    data = {"csrf_token": token, key: junk, f"{key}:0:nom": junk, f"{key}:base": "0.", "then": "ici"}
    whole = page.client.post(section(space, key[0]), data=data)
    assert whole.status_code in {302, 422}


@pytest.mark.parametrize("key", ["a.chiffre", "b.delai", "b.jour"])
def test_several_answers_to_a_question_of_one_are_refused(session, page, space, key):
    found = autosave(page, space, key, {key: ["1", "2"], f"{key}:base": "0."})
    assert found.status_code == 422
    assert found.get_json()["error"] == "Une seule réponse est attendue."
    assert kept(session, space) == 0


def test_an_answer_that_is_not_offered_is_refused(session, page, space):
    for key, value in (("a.chiffre", "peut-être"), ("a.mesures", "inconnue"), ("a.choix", "NOUS")):
        assert autosave(page, space, key, {key: value, f"{key}:base": "0."}).status_code == 422
    assert kept(session, space) == 0


def test_thousands_of_rows_are_refused_quickly(session, page, space):
    rows = {f"b.liste:{n}:nom": "x" for n in range(4_000)}
    found = autosave(page, space, "b.liste", {**rows, "b.liste:base": "0."})
    assert found.status_code == 422
    assert found.get_json()["error"] == "Ce tableau dépasse 5 lignes."
    assert autosave(page, space, "b.liste", {**rows, **{f"x{n}": "" for n in range(4_000)}}).status_code == 413
    assert kept(session, space) == 0


def test_a_form_of_many_megabytes_is_refused_before_it_is_read(session, page, space):
    found = autosave(page, space, "b.delai", {"b.delai": "9" * 5_000_000, "b.delai:base": "0."})
    assert found.status_code == 413
    assert found.get_json()["error"]


@pytest.mark.parametrize("field", ["b.liste:0:secret", "b.liste:0:", "b.liste:0:__class__"])
def test_a_column_that_does_not_exist_is_named(page, space, field):
    found = autosave(page, space, "b.liste", {"b.liste:0:nom": "Hôte", field: "x", "b.liste:base": "0."})
    assert found.status_code == 422
    assert "n’existe pas" in found.get_json()["error"]


@pytest.mark.parametrize(
    "name", ["b.liste:-1:nom", "b.liste:1e9:nom", "b.liste:99999999999:nom", "b.liste:²:nom", ":::", "b.liste::nom"]
)
def test_a_row_number_that_is_none_is_left_aside(session, page, space, name):
    found = autosave(page, space, "b.liste", {name: "x", "b.liste:base": "0."})
    assert found.status_code == 200
    assert kept(session, space) == 0


@pytest.mark.parametrize("base", ["", "-1", "1", "999999999999", "1.5.6", "zut", "²", "0x10", " 1"])
def test_a_version_that_nobody_was_given_overwrites_nothing(session, page, space, base):
    first = autosave(page, space, "b.delai", {"b.delai": "4", "b.delai:base": "0."})
    assert first.status_code == 200
    autosave(page, space, "b.delai", {"b.delai": "5", "b.delai:base": first.get_json()["base"]})
    found = autosave(page, space, "b.delai", {"b.delai": "6", "b.delai:base": base})
    assert found.status_code == 409
    session.expire_all()
    assert session.scalars(select(Answer.value)).all() == [{"v": "5"}]


def test_an_answer_without_its_version_is_no_answer(session, page, space):
    assert autosave(page, space, "b.delai", {"b.delai": "4"}).status_code in {200, 409}
    page.post(section(space, "b"), {"b.delai": "4", "then": "ici"})
    assert kept(session, space) == 0


@pytest.mark.parametrize(
    "then",
    [
        "",
        "x",
        "section:",
        "section:zz",
        "fichiers:z",
        "piece:abc",
        "piece:²",
        "piece:" + "9" * 30,
        "ligne:../..",
        "mien:zz",
        "leur:zz",
        "retirer:b.liste",
        "retirer:b.liste:999:9",
        "section:https://ailleurs.test",
        "suite:\x00",
    ],
)
def test_whatever_is_asked_to_follow_stays_in_the_space(page, space, then):
    found = page.client.post(section(space, "b"), data={"csrf_token": page.csrf("/espace/"), "then": then})
    assert found.status_code == 302
    assert found.headers["Location"].startswith("/espace/audits/")
    assert page.client.get(found.headers["Location"].partition("#")[0]).status_code in {200, 302, 404}


@pytest.mark.parametrize(
    "path",
    [
        "reponses/z.rien",
        "reponses/%00",
        "sections/zz",
        "sections/%00",
        "fichiers/%00",
        "pieces/99999999",
        "accuses/99999999",
        "pieces/999999999999999999999999",
        "accuses/99999999999999999999999",
    ],
)
def test_what_does_not_exist_is_not_found(page, space, path):
    token = page.csrf("/espace/")
    for method in ("GET", "POST"):
        found = page.client.open(f"/espace/audits/{space.audit.id}/{path}", method=method, data={"csrf_token": token})
        assert found.status_code in {404, 405}, f"{method} {path}"


def test_a_number_no_database_holds_is_not_found(page):
    for path in ("/espace/audits/{}", "/espace/constats/{}", "/espace/fichiers/{}", "/espace/audits/{}/envoi"):
        assert page.client.get(path.format(10**30)).status_code == 404


def test_without_the_form_s_token_nothing_is_written(session, page, space):
    for path in (section(space, "b"), f"/espace/audits/{space.audit.id}/envoi", "/espace/collegues"):
        assert page.client.post(path, data={"b.delai": "4", "b.delai:base": "0."}).status_code == 400
    assert kept(session, space) == 0


def test_query_arguments_are_only_looked_at(page, space):
    for query in ("?ligne=b.delai", "?reste=%3Cscript%3E", "?ligne=" + "x" * 3000):
        assert "<script>" not in page.get(section(space, "b") + query).text.partition("<main")[2]
