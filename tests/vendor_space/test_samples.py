"""Samples, from the vendor's side: drawn, sent, corrected on the page; what is refused keeps nothing."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core.language import Language
from portal.core.stored import StoredFile
from portal.samples import services
from portal.samples.models import CaseSample, SampleColumns, SampleState
from portal.samples.report import report_of
from portal.vendor_space.views import samples as views
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.browsing import upload
from tests.factories.people import user_of
from tests.factories.samples import asked, measured, run, simple, spoilt
from tests.factories.spaces import space_of
from tests.factories.world import vendor_of
from tests.pages import Page

STATED = "13/12/2025 12:21"


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def sample(dpo, space):
    return asked(dpo, space.vendor)


@pytest.fixture
def bad(session, sample, admin):
    """A sample with two cells to correct."""
    content = spoilt(samples.csv(simple(10)), {(3, "stated"): "hier", (5, "decision"): "peut-être"})
    return samples.received(admin, sample, content)


def url(sample, rest=""):
    return f"/espace/echantillons/{sample.id}{rest}"


def send(client, sample, content, name="dossiers.csv", status=302):
    found = Page(upload(client, url(sample, "/fichier"), content, name))
    assert found.status == status, found.words[:400] if found.tree is not None else found.text
    return found


def give_list(client, sample, content):
    data = {"csrf_token": client.csrf("/espace/"), "liste-file": (io.BytesIO(content), "liste.csv")}
    return Page(client.client.post(url(sample, "/liste"), data=data, content_type="multipart/form-data"))


def controls(page):
    """What the corrections' form holds, as a browser would post it."""
    form = page.all("//form[contains(@action, '/corrections')]")[0]
    return {one.get("name"): one.get("value", "") for one in form.xpath(".//input[@name != 'csrf_token']")}


def again(session, sample):
    session.expire_all()
    return session.get_one(CaseSample, sample.id)


# --- the way through


def test_what_is_asked_is_on_the_vendors_home_until_it_is_complete(page, sample):
    assert page.get("/espace/").all(f"//a[@href='{url(sample)}']")
    assert "10 dossiers" in page.get(url(sample)).words
    send(page, sample, samples.csv(10))
    home = page.get("/espace/")
    assert "Envoyé le" in home.words
    assert home.all(f"//a[@href='{url(sample)}']")


def test_a_list_is_drawn_from_and_the_model_holds_the_references_drawn(session, page, sample):
    content = "Référence\n" + "\n".join(f"A{n}" for n in range(40))
    assert give_list(page, sample, content.encode()).status == 302
    drawn = again(session, sample).drawn
    assert len(drawn) == 10
    model = page.get(url(sample, "/modele.csv")).text
    assert [line.split(";")[0] for line in model.strip().splitlines()[1:]] == drawn
    again_page = give_list(page, sample, content.encode())
    assert again_page.status == 422
    assert "ne se refait pas" in again_page.words


def test_a_list_that_could_not_be_drawn_from_is_refused_on_the_page(session, page, sample):
    found = give_list(page, sample, b"R\xc3\xa9f\xc3\xa9rence\nA1\nA1\n")
    assert (found.status, "deux fois" in found.words, again(session, sample).drawn) == (422, True, [])


def test_a_small_file_is_read_at_once_and_measured_by_its_jobs(database, session, page, sample):
    found = page.follow(send(page, sample, samples.csv(10)))
    assert "complet et envoyé" in found.words
    run(database, session, "withdrawals.measure")
    assert again(session, sample).state is SampleState.MEASURED
    words = page.get(url(sample)).words
    assert "complet et envoyé" in words
    assert "vous demande" not in words, "nothing is asked any more"


def test_a_large_file_is_read_by_a_job_and_the_page_waits(database, session, page, sample, monkeypatch):
    monkeypatch.setattr(views, "SMALL", 10)
    assert "Lecture en cours" in page.follow(send(page, sample, samples.csv(10))).words
    assert page.get(url(sample, "/etat")).response.get_json()["done"] == 0
    run(database, session, "withdrawals.read")
    told = page.get(url(sample, "/etat")).response.get_json()
    assert (told["done"], told["next"]) == (1, url(sample))


@pytest.mark.parametrize("language", [*Language])
def test_bad_cells_are_listed_with_line_and_column_and_corrected_on_the_page(
    as_, session, space, bad, language
):  # fmt: skip
    space.admin.language = language
    client = as_(space.admin)
    shown = client.get(url(bad))
    line, column = ("Ligne 3", "Date de la déclaration") if language is Language.FR else ("Line 3", "Date de la")
    assert line in shown.words
    assert column in shown.words
    given = controls(shown)
    assert {name: given[name] for name in given if name != "lecture"} == {
        "cellule-3-stated": "hier", "cellule-5-decision": "peut-être",
    }  # fmt: skip
    client.post(url(bad, "/corrections"), {**given, "cellule-3-stated": STATED}, page=url(bad))
    left = client.get(url(bad))
    assert again(session, bad).problem_count == 1
    client.post(url(bad, "/corrections"), {**controls(left), "cellule-5-decision": "refusée"}, page=url(bad))
    assert again(session, bad).state is SampleState.MEASURING


def test_all_there_is_to_correct_is_a_table_to_download(page, bad):
    found = page.get(url(bad, "/problemes.csv"))
    assert found.response.mimetype == "text/csv"
    assert ["Date de la déclaration" in found.text, "Décision" in found.text] == [True, True]


def test_columns_are_asked_for_once_and_remembered(session, dpo, space, page, sample):
    content = samples.csv(10).decode("utf-8-sig").replace("Décision", "Verdict maison", 1).encode("utf-8-sig")
    shown = page.follow(send(page, sample, content))
    given = controls(shown)
    assert "colonne-decision" in given
    page.post(url(sample, "/corrections"), {**given, "colonne-decision": "Verdict maison"}, page=url(sample))
    assert again(session, sample).state is SampleState.MEASURING
    assert session.scalars(select(SampleColumns.fields)).one() == {"verdict maison": "decision"}
    second = asked(dpo, space.vendor)
    send(page, second, content)
    assert again(session, second).state is SampleState.MEASURING


def test_a_respondent_may_send(session, colleague, sample):
    send(colleague, sample, samples.csv(10))
    assert again(session, sample).sent_by_name == colleague.user.name


# --- what is refused


@pytest.mark.parametrize("text", ["ana@exemple.test", "4111 1111 1111 1111", "dépression nerveuse"])
def test_personal_data_in_excess_refuses_the_file_names_the_column_and_keeps_nothing(session, page, sample, text):
    lines = samples.csv(3).decode("utf-8-sig").strip().split("\r\n")
    content = "\n".join([f"{lines[0]};Commentaire", *(f"{line};{text}" for line in lines[1:])]).encode()
    found = send(page, sample, content, status=422)
    assert "Commentaire" in found.words
    assert text not in found.words
    kept = again(session, sample)
    assert (kept.state, kept.attempt, kept.file_id) == (SampleState.ASKED, 0, None)
    assert not session.scalar(select(func.count(StoredFile.id)))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "vide.csv"),
        (b"PK\x03\x04abc", "faux.xlsx"),
        (bytes(range(256)) * 40, "bruit.csv"),
        (b"MZ" + bytes(100), "outil.csv"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence_and_nothing_is_kept(session, page, sample, content, name):
    found = send(page, sample, content, name, status=422)
    assert found.all("//*[contains(@class, 'error')]")
    assert again(session, sample).state is SampleState.ASKED
    assert not session.scalar(select(func.count(StoredFile.id)))


def test_without_a_file_the_page_says_to_choose_one(page, sample):
    found = page.post(url(sample, "/fichier"), {}, status=422, page="/mon-compte")
    assert "Choisissez un fichier" in found.words


def test_personal_data_typed_as_a_correction_is_refused_naming_the_line_and_nothing_is_kept(session, page, bad):
    given = {**controls(page.get(url(bad))), "cellule-3-stated": "ana@exemple.test"}
    found = page.follow(page.post(url(bad, "/corrections"), given, page=url(bad)))
    assert "Ligne 3" in found.words
    assert "Rien n’est enregistré" in found.words
    assert "ana@exemple.test" not in found.text
    kept = again(session, bad)
    assert (kept.state, kept.corrections) == (SampleState.TO_CORRECT, {})


def test_corrections_of_a_page_that_is_no_longer_the_present_one_are_refused(session, page, bad):
    given = controls(page.get(url(bad)))
    send(page, bad, spoilt(samples.csv(simple(10)), {(4, "stated"): "hier"}))
    found = page.follow(page.post(url(bad, "/corrections"), {**given, "cellule-3-stated": STATED}, page=url(bad)))
    assert "entre-temps" in found.words
    assert again(session, bad).corrections == {}


@pytest.mark.parametrize("name", ["cellule-" + "9" * 4500 + "-stated", "cellule-x", "cellule--3-stated", "cellule-"])
def test_controls_that_no_page_has_change_nothing(session, page, bad, name):
    page.post(url(bad, "/corrections"), {name: "x"}, page=url(bad))
    kept = again(session, bad)
    assert (kept.corrections, kept.problem_count) == ({}, 2)
    page.get(url(bad))


# --- once complete, and of others


def test_once_complete_nothing_changes_any_more(session, page, sample):
    send(page, sample, samples.csv(10))
    before = again(session, sample).file_id
    assert "clos" in send(page, sample, samples.csv(12), status=422).words
    assert give_list(page, sample, b"A1\nA2\n").status == 422
    found = page.post(url(sample, "/corrections"), {"cellule-3-stated": "x", "colonne-stated": "y"}, page="/mon-compte")
    assert "clos" in page.follow(found).words or "rien à corriger" in page.follow(found).words
    kept = again(session, sample)
    assert (kept.file_id, kept.attempt, kept.corrections) == (before, 1, {})
    assert not session.scalars(select(SampleColumns)).all()


def test_what_is_asked_no_longer_is_said(session, page, dpo, sample):
    services.cancel(dpo, sample, "Erreur.")
    session.commit()
    assert "annulée" in page.get(url(sample)).words
    (link,) = page.get("/espace/").all(f"//a[@href='{url(sample)}']")
    assert link.xpath("./ancestor::details[@class='year']")


@pytest.mark.parametrize("who", ["other vendor", *(role for role in Role if role.value in {"dpo", "direction"})])
def test_nobody_else_finds_a_vendors_sample(as_, session, sample, who):
    client = as_(space_of(session, name="Autre SAS").admin if who == "other vendor" else user_of(session, who))
    expected = 404 if who == "other vendor" else 403
    for rest in ("", "/etat", "/modele.csv", "/problemes.csv"):
        client.get(url(sample, rest), status=expected)
    token = {"csrf_token": client.csrf("/mon-compte")}
    for rest in ("/liste", "/fichier", "/corrections"):
        data = {**token, "file": (io.BytesIO(samples.csv(3)), "d.csv"), "liste-file": (io.BytesIO(b"A1\n"), "l.csv")}
        found = client.client.post(url(sample, rest), data=data, content_type="multipart/form-data")
        assert found.status_code == expected, rest
    kept = again(session, sample)
    assert (kept.state, kept.drawn, kept.file_id) == (SampleState.ASKED, [], None)


def test_a_finding_opened_on_a_sample_is_on_the_vendors_pages(database, session, dpo, admin, page, sample):
    measured(database, admin, sample, samples.csv(40))
    line = report_of(sample).faults[0]
    finding = services.open_finding_from_sample(dpo, sample, line.flag, services.proposed_action(dpo, sample, line))
    session.commit()
    assert f" : {line.failures} sur {line.trials}" in page.get(f"/espace/constats/{finding.id}").words
    assert page.get("/espace/constats").all(f"//a[@href='/espace/constats/{finding.id}']")


def test_the_home_costs_the_same_statements_whatever_the_samples(session, dpo, space, page, sample, statements):
    def cost():
        page.get("/espace/")
        statements.clear()
        page.get("/espace/")
        return len(statements)

    few = cost()
    for days in range(12):
        asked(dpo, space.vendor, due_on=dpo.today + timedelta(days=days))
    assert cost() == few


@pytest.mark.both_databases
def test_what_is_asked_comes_page_by_page_the_soonest_due_first(session, dpo, space, page, sample):
    """A vendor asked for hundreds of samples had them all on its home page."""
    late = asked(dpo, space.vendor, due_on=dpo.today + timedelta(days=200))
    for days in range(30):
        asked(dpo, space.vendor, due_on=dpo.today + timedelta(days=100 + days))
    asked(dpo, vendor_of(session))
    first, second = page.get("/espace/"), page.get("/espace/?page=2")
    assert [len(found.all("//ol[@class='todo']/li")) for found in (first, second)] == [25, 8]
    last = f"//a[@href='{url(late)}']"
    assert (len(first.all(last)), len(second.all(last))) == (0, 1)


@pytest.mark.both_databases
def test_what_was_sent_has_its_own_pages_the_latest_first(session, dpo, space, page, sample):
    sent = [asked(dpo, space.vendor) for _ in range(30)]
    for days, one in enumerate(sent):
        one.state, one.sent_at = SampleState.MEASURED, NOW - timedelta(days=days)
    session.commit()
    links = "//main//ul[@class='plain-list']/li/a/@href"
    folded = "//main//details[@class='year']/ul/li/a/@href"
    assert page.get("/espace/").all(folded)[:5] == [url(one) for one in sent[:5]]
    assert page.get("/espace/envois").all(links) == [url(one) for one in sent[:25]]
    assert page.get("/espace/envois?page=2").all(links) == [url(one) for one in sent[25:]]
