"""Pages of contracts received: what they show, to whom, and what each form does."""

import io
import json
import re
import time
import zipfile

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts.models import Contract
from portal.core.clock import legal_date, now
from portal.core.language import Language, say
from portal.core.spreadsheets import read_table
from portal.jobs import execution
from portal.jobs.models import Job, JobState
from portal.paper import services
from portal.paper.models import PaperBatch, PaperPrint, PaperReview, PaperRuling, PrintKind, ReviewState
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.naming import REQUIREMENTS
from portal.paper.services import RulingInput
from portal.paper.uploads import ReceivedFile
from portal.vendors.models import Membership, Service
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.received import GAPS, GOOD, parcel_of, review_of
from tests.factories.world import vendor_of, vendor_user

LIST = "/contrats-recus"


@pytest.fixture
def system(session, app):
    return Context(session, SYSTEM, now())


@pytest.fixture
def review(session, system):
    made = review_of(system, GAPS, vendor_of(session, name="Acme Conseil"), title="Acme DPA")
    session.commit()
    return made


def url(review, rest=""):
    return f"{LIST}/{review.id}{rest}"


def drained(app):
    return execution.drain(app.extensions["vigie.database"], "test")


# --- receiving --------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(as_):
    page = as_(Role.LEGAL).get(LIST)
    assert "Aucun contrat reçu n’a encore été lu" in page.words
    assert page.all(f"//main//a[@href='{LIST}/nouveau']")
    assert not as_(Role.MANAGEMENT).get(LIST).all(f"//main//a[@href='{LIST}/nouveau']")


def test_a_pasted_text_is_read_at_once(as_, session):
    vendor_of(session, name="Acme Conseil")
    client = as_(Role.LEGAL)
    found = client.post(f"{LIST}/nouveau", {"text": GOOD, "vendor": "acme conseil", "title": "Leur accord"})
    page = client.follow(found)
    assert page.one("h1").text_content() == "Leur accord"
    assert "Acme Conseil" in page.words
    row = session.scalars(select(PaperReview)).one()
    assert row.state is ReviewState.CHECKED
    assert row.file_name == "texte-collé.txt"


def test_a_pdf_is_read_by_a_job_while_the_page_waits(as_, session, app, review):
    client = as_(Role.LEGAL)
    given = (io.BytesIO(pdf()), "accord.pdf")
    found = client.post(f"{LIST}/nouveau", {"files": given}, content_type="multipart/form-data")
    page = client.follow(found)
    assert "Lecture en cours" in page.words
    assert page.all("//*[@data-portal-poll]")
    assert page.all("//*[contains(@class, 'no-script')]/a"), "without scripts, a link refreshes"
    address = found.response.headers["Location"]
    assert json.loads(client.get(f"{address}/etat").text)["next"] is None
    drained(app)
    page = client.get(address)
    assert "Ce fichier n’a pas pu être lu" in page.words
    assert "PDF" in page.one("div.callout").text_content()
    assert json.loads(client.get(f"{address}/etat").text)["next"] == address


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({}, "Choisissez un fichier, ou collez le texte"),
        ({"text": GOOD, "vendor": "Nul Nom"}, "Aucun sous-traitant du registre"),
        ({"files": (io.BytesIO(b"MZ"), "plan.exe"), "title": "Plan"}, "n’est pas lu"),
    ],
)
def test_what_cannot_be_received_is_said_and_what_was_typed_stays(as_, session, typed, why):
    page = as_(Role.LEGAL).post(f"{LIST}/nouveau", typed, status=422, content_type="multipart/form-data")
    assert why in page.words
    if "vendor" in typed:
        assert "L’accord".replace("L’a", "A") in page.one("#text").text_content()
        assert page.one("#vendor").get("value") == "Nul Nom"
    assert session.scalar(select(PaperReview)) is None


def test_two_vendors_of_one_name_ask_for_more(as_, session):
    vendor_of(session, name="Acme Nord")
    vendor_of(session, name="Acme Sud")
    page = as_(Role.LEGAL).post(f"{LIST}/nouveau", {"text": GOOD, "vendor": "acme"}, status=422)
    assert "Acme Nord, Acme Sud" in page.words


def test_a_vendors_page_leads_to_its_contracts_and_fills_its_name(as_, session, review):
    client = as_(Role.LEGAL)
    page = client.get(f"/sous-traitants/{review.vendor_id}")
    assert page.all(f"//a[@href='{LIST}?sous-traitant={review.vendor_id}']")
    filtered = client.get(f"{LIST}?sous-traitant={review.vendor_id}")
    assert filtered.all(f"//a[@href='{LIST}/nouveau?sous-traitant={review.vendor_id}']")
    assert client.get(f"{LIST}/nouveau?sous-traitant={review.vendor_id}").one("#vendor").get("value") == "Acme Conseil"


# --- a batch ----------------------------------------------------------------------------------------------------------


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in members:
            made.writestr(name, text)
    return (io.BytesIO(out.getvalue()), "lot.zip")


def test_a_batch_is_read_one_contract_a_job_so_that_a_dead_worker_loses_none(as_, session, app):
    client = as_(Role.LEGAL)
    lot = zipped(("Acme/a.txt", GOOD), ("Acme/b.txt", GAPS), ("c.exe", "MZ"))
    found = client.post(f"{LIST}/nouveau", {"files": lot, "title": "Lot"}, content_type="multipart/form-data")
    address = found.response.headers["Location"]
    assert "0 contrat lu sur 3 ; 1 n’a pas pu l’être" in client.get(address).words, "what no reader opens is not read"
    execution.drain(app.extensions["vigie.database"], "premier", limit=1)
    state = json.loads(client.get(f"{address}/etat").text)
    assert (state["done"], state["total"], state["next"]) == (2, 3, None)
    drained(app)
    state = json.loads(client.get(f"{address}/etat").text)
    assert (state["done"], state["next"]) == (3, address)
    assert " ".join(state["message"].split()) == "2 contrats lus sur 3 ; 1 n’a pas pu l’être"
    page = client.get(address)
    rows = page.all("//tbody/tr")
    assert [len(row.xpath("./td[@class='cell']")) for row in rows] == [21, 21, 0]
    assert "n’est pas lu" in rows[2].text_content()
    for cell in rows[0].xpath("./td[@class='cell']"):
        assert cell.text_content().strip(), "an icon alone says nothing to a screen reader"


def test_a_batch_comes_as_a_workbook_with_every_status_in_words(as_, session, system, app):
    batch = services.receive_batch(system, [parcel_of(GOOD, "a.txt"), parcel_of(GAPS, "b.txt")], None, "Lot de mars")
    session.commit()
    drained(app)
    page = as_(Role.MANAGEMENT).client.get(f"{LIST}/lots/{batch.id}/tableau.xlsx")
    table = read_table(page.data, "lot.xlsx")
    assert len(table.header) == 4 + len(REQUIREMENTS) + 2
    assert table.header[-2] == "Autres points de l’article 28"
    said = [list(row.cells) for row in table.rows]
    assert said[1][4 + list(REQUIREMENTS).index("deletion_or_return")] == "Non trouvé"
    assert said[0][1] == "a.txt"
    assert re.fullmatch(r"Non trouvé\s: \d+", said[1][-2])


def test_a_contract_short_of_a_finer_point_says_so_in_the_table(as_, session, system, app):
    batch = services.receive_batch(system, [parcel_of(GOOD, "a.txt")], None, "Lot de mars")
    session.commit()
    drained(app)
    review = session.scalars(select(PaperReview).where(PaperReview.batch_id == batch.id)).one()
    review.statuses = dict.fromkeys(REQUIREMENTS, "satisfied") | {"C41": "missing", "C43": "missing", "C51": "weak"}
    session.commit()
    page = as_(Role.LEGAL).get(f"{LIST}/lots/{batch.id}")
    words = page.tree.xpath("//tbody/tr[1]/td[@class='cell']//*[@class='visually-hidden']/text()")
    assert [" ".join(word.split()) for word in words] == ["Satisfait"] * 20 + ["Non trouvé : 2"]


# --- the page of a review ---------------------------------------------------------------------------------------------


def test_each_obligation_leads_to_its_passage_and_each_passage_back(as_, review):
    page = as_(Role.LEGAL).get(url(review))
    ids = set(page.tree.xpath("//@id"))
    there = [href[1:] for href in page.tree.xpath("//article[contains(@class,'duty ')]//li/a/@href")]
    back = [href[1:] for href in page.tree.xpath("//article[contains(@class,'received')]//a/@href")]
    assert there
    assert back
    assert set(there) | set(back) <= ids
    line = page.one("#ob-security_measures")
    [passage] = line.xpath(".//li/a/@href")
    assert "reasonable measures" in page.one(passage).text_content()


def test_a_status_is_a_word_an_icon_and_a_tone(as_, review):
    page = as_(Role.LEGAL).get(url(review))
    for line in page.all("//article[contains(@class,'duty ')]"):
        [badge] = line.xpath(".//p[@class='duty__state']/span[contains(@class,'badge')]")
        assert badge.text_content().strip()
        assert badge.xpath(".//*[local-name()='svg']")


def test_the_verdict_is_careful(as_, review):
    page = as_(Role.LEGAL).get(url(review))
    said = page.one("div.verdict-band").text_content()
    assert "paraît" in said
    assert "D’après ce texte seul" in said
    assert "non conforme" not in page.words.lower()


def test_a_word_counts_at_once_and_is_shown_with_its_author(as_, session, review):
    user = user_of(session, Role.LEGAL, name="Claire Martin")
    client = as_(user)
    found = client.post(
        url(review, "/lignes/deletion_or_return"),
        {"status": "satisfied", "note": "Article 12 des CGV.", "seen": "0"}, page=url(review),
    )  # fmt: skip
    assert found.response.headers["Location"].endswith("#ob-deletion_or_return")
    line = client.get(url(review)).one("#ob-deletion_or_return").text_content()
    assert "Corrigé par Claire Martin" in line
    assert "Article 12 des CGV." in line
    assert session.scalars(select(PaperRuling)).one().status is RequirementStatus.SATISFIED


def test_a_correction_without_a_reason_comes_back_as_it_was_typed(as_, review):
    page = as_(Role.LEGAL).post(
        url(review, "/lignes/deletion_or_return"), {"status": "weak", "note": "", "seen": "0"}, status=422,
        page=url(review),
    )  # fmt: skip
    line = page.one("#ob-deletion_or_return")
    assert "Dites pourquoi" in line.text_content()
    assert line.xpath(".//option[@selected]/@value") == ["weak"]
    assert line.xpath(".//details/@open")


def test_two_lawyers_at_once_both_see_what_the_other_said(as_, session, system, review):
    services.record_ruling(
        system, review, "deletion_or_return", RulingInput(RequirementStatus.WEAK, "Partiel."), seen=0
    )
    session.commit()
    client = as_(Role.LEGAL)
    typed = {"status": "satisfied", "note": "Annexe 3.", "seen": "0"}
    page = client.post(url(review, "/lignes/deletion_or_return"), typed, status=422, page=url(review))
    line = page.one("#ob-deletion_or_return")
    assert "entre-temps" in line.text_content()
    assert "Partiel." in line.text_content()
    assert line.xpath(".//textarea")[0].text_content().strip() == "Annexe 3."
    again = {**typed, "seen": line.xpath(".//form[.//textarea]//input[@name='seen']/@value")[0]}
    client.post(url(review, "/lignes/deletion_or_return"), again, page=url(review))
    session.expire_all()
    assert session.get(PaperReview, review.id).statuses["deletion_or_return"] == "satisfied"


def test_our_clause_stands_beside_their_words(as_, review):
    page = as_(Role.LEGAL).get(url(review, "/lignes/security_measures/comparer"))
    assert "reasonable measures" in page.words
    assert "CL11" in page.words
    as_(Role.LEGAL).get(url(review, "/lignes/horoscope/comparer"), status=404)


def test_the_readings_changed_since_are_said_and_the_contract_read_again(as_, session, app, review):
    session.get(PaperReview, review.id).rulebook_sha256 = "0" * 64
    session.commit()
    client = as_(Role.LEGAL)
    assert "Les lectures ont changé depuis" in client.get(url(review)).words
    client.post(url(review, "/relire"), page=url(review))
    assert "Lecture en cours" in client.get(url(review)).words
    drained(app)
    assert "Les lectures ont changé" not in client.get(url(review)).words


def test_a_reading_that_died_is_said_with_the_way_to_start_it_again(as_, session, system):
    waiting = review_of(system, GAPS, waiting="oui")
    session.scalars(select(Job).where(Job.kind == "paper.check")).one().state = JobState.DEAD
    session.commit()
    page = as_(Role.LEGAL).get(url(waiting))
    assert "La lecture a échoué" in page.words
    assert page.all(f"//form[@action='{url(waiting, '/relire')}']")


@pytest.mark.both_databases
def test_a_batch_is_as_far_on_the_list_as_on_its_page_when_a_reading_was_given_up(as_, session):
    client = as_(Role.LEGAL)
    lot = zipped(("Acme/a.txt", GOOD), ("Acme/b.txt", GAPS), ("c.exe", "MZ"))
    found = client.post(f"{LIST}/nouveau", {"files": lot, "title": "Lot"}, content_type="multipart/form-data")
    session.scalars(select(Job).where(Job.kind == "paper.check")).first().state = JobState.DEAD
    session.commit()
    state = json.loads(client.get(f"{found.response.headers['Location']}/etat").text)
    assert (state["done"], state["total"]) == (2, 3)
    assert "2 sur 3" in client.get(LIST).words


def test_a_contract_is_renamed_and_given_to_a_vendor(as_, session, review):
    vendor_of(session, name="Beta")
    client = as_(Role.LEGAL)
    client.post(url(review, "/modifier"), {"title": "Autre nom", "vendor": "Beta"})
    page = client.get(url(review))
    assert page.one("h1").text_content() == "Autre nom"
    assert "Beta" in page.words
    page = client.post(url(review, "/modifier"), {"title": "X", "vendor": "Inconnu"}, status=422)
    assert page.one("#vendor").get("value") == "Inconnu"


def test_the_file_comes_back_as_it_was_received(as_, review):
    answer = as_(Role.LEGAL).client.get(url(review, "/fichier"))
    assert answer.data.decode() == GAPS
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_page_costs_the_same_statements_whatever_the_contract(as_, session, system, review, statements):
    client = as_(Role.LEGAL)

    def cost(made):
        statements.clear()
        client.get(url(made))
        return len(statements)

    few = cost(review)
    long = review_of(system, "\n\n".join(f"{n}. Article {n}\n{GOOD}" for n in range(40)), review.vendor)
    for name in list(long.statuses)[:15]:
        services.record_ruling(system, long, name, RulingInput(RequirementStatus.WEAK, "Vu."), seen=0)
    session.commit()
    assert cost(long) == few


def test_sixty_pages_are_drawn_quickly(as_, session, system):
    text = "\n\n".join(
        f"{n}. Article {n}\n{GOOD}\n" + f"Le client et le prestataire se réunissent. {n} " * 30 for n in range(60)
    )
    long = review_of(system, text)
    session.commit()
    client = as_(Role.LEGAL)
    client.get(url(long))
    before = time.process_time()
    client.client.get(url(long))
    assert time.process_time() - before < 1.0, "sixty pages take some tens of milliseconds; a second is a defect"


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_document_is_asked_for_then_offered_in_two_files(as_, session, app, review):
    client = as_(Role.LEGAL)
    client.post(url(review, "/documents"), {"kind": "amendment", "language": "en"}, page=url(review))
    page = client.get(url(review))
    assert "En préparation" in page.one("#documents").text_content()
    made = session.scalars(select(PaperPrint)).one()
    assert made.kind is PrintKind.AMENDMENT
    assert json.loads(client.get(url(review, f"/documents/{made.id}/etat")).text)["done"] == 0
    client.get(url(review, f"/documents/{made.id}/pdf"), status=404)
    drained(app)
    page = client.get(url(review))
    assert len(page.all(f"//a[contains(@href, '/documents/{made.id}/')]")) == 2
    answer = client.client.get(url(review, f"/documents/{made.id}/pdf"))
    assert answer.data.startswith(b"%PDF")


def test_a_document_that_is_none_is_refused_in_words(as_, session, review):
    client = as_(Role.LEGAL)
    found = client.post(url(review, "/documents"), {"kind": "poème", "language": "fr"}, page=url(review))
    assert "Choisissez un document" in client.follow(found).words
    assert session.scalar(select(PaperPrint)) is None


def test_a_printing_that_died_is_started_again(as_, session, system, review):
    made = services.request_document(system, review, PrintKind.REPORT, Language.FR)
    session.scalars(select(Job).where(Job.kind == "paper.print")).one().state = JobState.DEAD
    session.commit()
    client = as_(Role.LEGAL)
    assert "n’a pas pu être imprimé" in client.get(url(review)).words
    client.post(url(review, f"/documents/{made.id}/imprimer"), page=url(review))
    assert session.scalars(select(Job.state).where(Job.kind == "paper.print")).one() is JobState.READY


# --- the list and the labelled data -----------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(as_, session, system, review):
    review_of(system, GOOD, title="Accord Beta")
    session.commit()
    client = as_(Role.LEGAL)
    assert "2 contrats reçus" in client.get(LIST).words
    assert "Accord Beta" not in client.get(f"{LIST}?q=acme+dpa").words
    assert "Accord Beta" not in client.get(f"{LIST}?sous-traitant={review.vendor_id}").words
    assert "Aucun contrat reçu ne répond" in client.get(f"{LIST}?conclusion=not_a_contract").words
    assert "2 contrats reçus" in client.get(f"{LIST}?conclusion=n%27importe").words


def test_the_list_costs_the_same_whatever_its_length(as_, session, review, statements):
    client = as_(Role.LEGAL)

    def cost():
        statements.clear()
        client.get(LIST)
        return len(statements)

    few = cost()
    batch = PaperBatch(title="Lot", total=60, created_at=now())
    session.add(batch)
    for n in range(60):
        session.add(PaperReview(batch=batch, title=f"Accord {n}", file_name="a.txt", created_at=now()))
    session.commit()
    assert cost() <= few + 1, "the jobs of those that wait are looked up once"
    assert "Page 3 sur 3" in client.get(f"{LIST}?page=3").words


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_lawyers_words_come_out_as_labelled_data(as_, session, system, review, kind):
    services.record_ruling(
        system, review, "security_measures", RulingInput(RequirementStatus.MISSING, "Rien de concret."), seen=0
    )
    session.commit()
    answer = as_(Role.DPO).client.get(f"{LIST}/avis.{kind}")
    text = answer.data.decode("utf-8-sig")
    assert "reasonable measures" in text
    if kind == "json":
        [row] = json.loads(text)
        assert (row["requirement"], row["checked"], row["ruled"]) == (
            "security_measures",
            checked_status(review),
            "missing",
        )
    else:
        assert re.match(r"review_id;title;vendor;language;requirement;checked;ruled;quotes", text)


def checked_status(review):
    return next(one["status"] for one in review.findings["requirements"] if one["id"] == "security_measures")


# --- who may see what -------------------------------------------------------------------------------------------------

READS = ("", "/etat", "/fichier", "/lignes/security_measures/comparer")


@pytest.mark.parametrize("rest", READS)
def test_an_expert_reads_the_contracts_of_its_vendors_until_its_last_day_only(as_, session, review, rest):
    expert, stranger = user_of(session, Role.EXPERT), user_of(session, Role.EXPERT)
    session.add(Membership(user_id=expert.id, vendor_id=review.vendor_id, until=legal_date(now()), role=Role.EXPERT))
    session.commit()
    assert as_(expert).client.get(url(review, rest)).status_code == 200
    as_(stranger).get(url(review, rest), status=404)


@pytest.mark.parametrize("rest", READS)
@pytest.mark.parametrize("role", [Role.ADMIN, Role.BUYER])
def test_other_staff_reads_none(as_, review, role, rest):
    as_(role).get(url(review, rest), status=403)


@pytest.mark.parametrize("role", [Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT])
@pytest.mark.parametrize("rest", READS)
def test_a_vendor_never_reads_what_is_said_of_its_own_contract(as_, session, review, role, rest):
    user = vendor_user(session, review.vendor, role)
    session.commit()
    as_(user).get(url(review, rest), status=403)
    as_(user).get(LIST, status=403)


def test_management_reads_and_cannot_rule(as_, review):
    client = as_(Role.MANAGEMENT)
    page = client.get(url(review))
    assert not page.all("//form[contains(@action, '/lignes/')]")
    client.post(url(review, "/lignes/security_measures"), {"status": "weak"}, status=403)
    client.post(url(review, "/documents"), {"kind": "report", "language": "fr"}, status=403)
    client.get(f"{LIST}/avis.csv", status=403)


def test_a_refused_file_of_a_batch_says_why_on_its_own_page(as_, session, system):
    parcels = [parcel_of(GOOD, "a.txt"), ReceivedFile("b.exe", refusal=say("« %(name)s » n'est pas lu.", name="b.exe"))]
    services.receive_batch(system, parcels, None, "Lot")
    session.commit()
    refused = session.scalars(select(PaperReview).where(PaperReview.state == ReviewState.REFUSED)).one()
    page = as_(Role.LEGAL).get(url(refused))
    assert "n’est pas lu" in page.words
    as_(Role.LEGAL).get(url(refused, "/fichier"), status=404)


def test_english_readers_have_the_pages_in_english(as_, session, review):
    client = as_(user_of(session, Role.LEGAL, language=Language.EN))
    page = client.get(url(review))
    assert "From this text alone" in page.words
    assert "Deletion or return" in page.words
    assert "Contracts received" in client.get(LIST).words


# --- signed -----------------------------------------------------------------------------------------------------------


def test_a_contract_received_for_one_service_is_none_for_another(as_, session, review):
    """Taken for all of them, it would turn green what nobody signed."""
    vendor = review.vendor
    session.add_all(Service(vendor_id=vendor.id, name=name) for name in ("Signature", "Archivage"))
    session.commit()
    client, page = as_(Role.LEGAL), url(review, "/signature")
    chosen = session.scalars(select(Service.id).where(Service.vendor_id == vendor.id).order_by(Service.id)).first()
    typed = {"signed_on": f"{legal_date(now()):%d/%m/%Y}"}

    def copy(**more):
        return {**typed, **more, "file": (io.BytesIO(pdf()), "dpa-signe.pdf")}

    refused = client.post(page, copy(), content_type="multipart/form-data", status=422)
    assert "Prestation" in refused.words, "nobody said which"
    client.follow(client.post(page, copy(service=str(chosen)), content_type="multipart/form-data"))
    session.expire_all()
    assert session.scalars(select(Contract.service_id).where(Contract.id == review.contract_id)).one() == chosen


def test_a_contract_received_is_recorded_as_signed_and_that_is_taken_back(as_, review):
    client, page = as_(Role.LEGAL), url(review, "/signature")
    typed = {"signed_on": f"{legal_date(now()):%d/%m/%Y}"}
    assert "PDF" in client.post(page, typed, status=422).words, "a text received is no signed copy"
    client.post(page, {**typed, "signed_on": "31/12/2099"}, status=422)
    copy = {**typed, "file": (io.BytesIO(pdf()), "dpa-signe.pdf")}
    found = client.follow(client.post(page, copy, content_type="multipart/form-data"))
    assert "Signé le" in found.words
    assert client.client.get(url(review, "/signe")).data == pdf()
    client.post(f"{page}/annulation", {"reason": ""}, page=page, status=422)
    client.post(f"{page}/annulation", {"reason": "Projet"}, page=page)
    client.get(url(review, "/signe"), status=404)
    as_(Role.MANAGEMENT).get(page, status=403)
