"""Samples, from the staff's side: asked, followed, read, and the findings opened from them."""

import csv
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from sqlalchemy import delete, func, select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.citations import cited
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.core.translation import translate
from portal.findings.models import Finding
from portal.samples.models import CaseSample, FlaggedCase, SampleState
from portal.samples.report import report_of
from portal.samples.rules.columns import SampleKind
from portal.samples.wording import FACT_NAMES
from portal.vendors.models import Membership
from tests.conftest import NOW
from tests.factories import samples
from tests.factories.people import user_of
from tests.factories.samples import asked, measured, received
from tests.factories.spaces import actor_of
from tests.factories.world import vendor_of, vendor_user

LIST = "/retractation/echantillons"
ORDER = {
    "kind": "cases", "period_from": "2026-08-01", "period_to": "31/10/2026", "population": "1000",
    "confidence": "0.95", "margin": "0.05", "size": "", "due_on": "2099-12-15", "note": "",
}  # fmt: skip
TOO_LARGE = ["2147483648", "9" * 30, "0", "-1"]


@pytest.fixture
def dpo(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def vendor(session):
    return vendor_of(session, name="Callisto")


@pytest.fixture
def sender(session, vendor):
    return Context(session, actor_of(vendor_user(session, vendor), vendor), NOW)


@pytest.fixture
def sample(database, dpo, vendor, sender):
    """A measured sample of forty cases."""
    return measured(database, sender, asked(dpo, vendor, size=40), samples.csv(40))


def url(sample, rest=""):
    return f"{LIST}/{sample.id}{rest}"


# --- asking


def test_a_vendor_is_chosen_then_the_size_is_proposed_then_asked(as_, session, vendor, sender):
    page = as_(Role.LEGAL)
    assert "Callisto" in page.get(f"{LIST}/nouveau?q=callis").words
    address = f"{LIST}/nouveau?vendor_id={vendor.id}"
    proposed = page.post(address, {**ORDER, "propose": "1"}, status=200)
    assert "278" in proposed.words
    assert not session.scalar(select(func.count(CaseSample.id)))
    found = page.follow(page.post(address, ORDER))
    assert "le prestataire reçoit un lien" in found.words
    assert session.scalars(select(CaseSample.size)).one() == 278


def test_asking_whom_nobody_can_write_to_is_said(as_, vendor):
    page = as_(Role.DPO)
    assert "personne n’est prévenu" in page.follow(page.post(f"{LIST}/nouveau?vendor_id={vendor.id}", ORDER)).words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"population": "beaucoup"}, "nombre entier"),
        ({"size": "2000"}, "pas plus"),
        ({"due_on": "2026-01-01"}, "déjà passée"),
        ({"period_to": "hier"}, "pas reconnue"),
    ],
)
def test_an_order_that_means_nothing_is_refused_on_the_page(as_, vendor, changes, words):
    page = as_(Role.DPO).post(f"{LIST}/nouveau?vendor_id={vendor.id}", {**ORDER, **changes}, status=422)
    assert words in page.words


@pytest.mark.parametrize("number", TOO_LARGE)
def test_an_address_naming_a_vendor_that_no_row_can_be_is_not_found(as_, number):
    page = as_(Role.DPO)
    for place in (LIST, f"{LIST}/nouveau", "/audits/nouveau"):
        page.get(f"{place}?vendor_id={number}", status=404)
    page.get(f"/retractation/tests?sous-traitant={number}", status=404)


@pytest.mark.parametrize("number", [*TOO_LARGE, "deux"])
def test_a_page_beyond_what_can_be_counted_is_empty_never_an_error(as_, dpo, vendor, number):
    asked(dpo, vendor)
    for place in (LIST, "/retractation/tests", "/retractation/tests/plans"):
        as_(Role.DPO).get(f"{place}?page={number}")


# --- following


def test_an_empty_list_says_what_to_do_to_those_who_may(as_):
    assert as_(Role.LEGAL).get(LIST).all(f"//main//a[@href='{LIST}/nouveau']")
    assert not as_(Role.MANAGEMENT).get(LIST).all(f"//main//a[@href='{LIST}/nouveau']")


def test_a_sample_that_is_awaited_may_be_cancelled_with_a_reason(as_, session, dpo, vendor):
    sample, page = asked(dpo, vendor), as_(Role.LEGAL)
    assert "Demandé" in page.get(url(sample)).words
    page.post(url(sample, "/annulation"), {"reason": ""}, status=422, page=url(sample))
    page.post(url(sample, "/annulation"), {"reason": "Contrat fini."}, page=url(sample))
    session.refresh(sample)
    assert sample.state is SampleState.CANCELLED
    assert "Contrat fini." in page.get(url(sample)).words
    page.post(url(sample, "/annulation"), {"reason": "Encore."}, status=422, page="/mon-compte")


def test_a_sample_under_measure_shows_how_far_it_is(as_, dpo, vendor, sender):
    sample, page = received(sender, asked(dpo, vendor), samples.csv(10)), as_(Role.MANAGEMENT)
    assert "Mesure en cours" in page.get(url(sample)).words
    found = page.get(url(sample, "/etat")).response.get_json()
    assert (found["done"], found["total"], found["next"]) == (0, 10, None)
    assert "constats/nouveau" not in page.get(url(sample)).text


# --- reading


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("kind", [*SampleKind])
def test_a_report_shows_each_fault_with_its_rate_its_bounds_and_its_article(
    as_, session, database, dpo, vendor, sender, kind, language
):
    sample = measured(database, sender, asked(dpo, vendor, kind=kind, size=40), samples.csv(40, kind))
    page = as_(user_of(session, Role.LEGAL, language=language)).get(url(sample))
    for line in report_of(sample).faults:
        assert f"{line.failures} {'out of' if language is Language.EN else 'sur'} {line.trials}" in page.words
        assert cited(line.rule.article, language).replace("'", "’") in page.words.replace("'", "’").replace(
            "\u00a0", " "
        )
    assert page.all("//div[contains(@class, 'cases')]//tbody/tr")
    assert "Clopper-Pearson" in page.words


@pytest.mark.parametrize(("language", "comma"), [(Language.FR, ","), (Language.EN, ".")])
def test_a_spreadsheet_reckons_with_the_sums_and_the_moments_of_the_cases(as_, session, sample, language, comma):
    found = as_(user_of(session, Role.LEGAL, language=language)).get(url(sample, "/dossiers.csv")).text[1:]
    header, *rows = csv.reader(StringIO(found), delimiter=";" if language is Language.FR else ",")
    assert {len(row) for row in rows} == {len(header)}
    kept = session.scalars(
        select(FlaggedCase)
        .where(FlaggedCase.sample_id == sample.id)
        .order_by(FlaggedCase.weight.desc(), FlaggedCase.line)
    ).all()
    paid, stated = (header.index(translate(FACT_NAMES[name], language)) for name in ("amount", "stated"))
    assert len(kept) == len(rows) > 3
    for row, one in zip(rows, kept, strict=True):
        assert row[1] == one.reference
        assert Decimal(row[paid].replace(comma, ".")) == Decimal(one.facts["amount"])
        assert comma in row[paid]
        assert datetime.fromisoformat(row[stated]) == datetime.fromisoformat(one.facts["stated"])
        assert "T" not in row[stated]


def test_every_case_at_fault_is_shown_or_said_to_stand_elsewhere(as_, session, sample, monkeypatch):
    page, report = as_(Role.DPO), report_of(sample)
    rows = page.get(url(sample, "/dossiers.csv")).text.splitlines()[1:]
    assert len(rows) == report.flagged > 3
    assert f"Et {report.flagged - 25} autres, dans le fichier CSV" in page.get(url(sample)).words
    for line in report.faults:
        shown = page.get(url(sample, f"?faute={line.flag}"))
        assert len(shown.all("//div[contains(@class, 'cases')]//tbody/tr")) == min(line.failures, 25)
    monkeypatch.setattr("portal.samples.queries.gravest_cases.__kwdefaults__", {"at_most": 2})
    assert f"Et {report.flagged - 2} autres, dans le fichier CSV" in page.get(url(sample)).words
    monkeypatch.setattr("portal.samples.services.MOST_FLAGGED", 3)
    assert len(page.get(url(sample, "/dossiers.csv")).text.splitlines()[1:]) == 3
    told = page.get(url(sample)).words
    assert f"Et {report.flagged - 2} autres ; le fichier CSV porte les 3 dossiers les plus graves" in told
    session.execute(delete(FlaggedCase))
    session.commit()
    told = page.get(url(sample, f"?faute={report.faults[0].flag}")).words
    assert "Aucun n’est parmi les 3 dossiers les plus graves" in told
    assert "Aucun dossier en faute" not in told


def test_a_fault_not_found_among_few_cases_is_not_green(as_, session, sample):
    clean = [line for line in report_of(sample).lines if not line.failures]
    assert clean
    page = as_(Role.DPO)
    green = "//table//span[contains(@class, 'badge--ok')]"
    sample.margin = "0.001"
    session.flush()
    assert not page.get(url(sample)).all(green)
    sample.margin = "0.5"
    session.flush()
    assert len(page.get(url(sample)).all(green)) == sum(line.high <= 0.5 for line in clean)


def test_the_cases_of_one_fault_are_shown_alone(as_, sample):
    flag = report_of(sample).faults[-1]
    page = as_(Role.DPO).get(f"{url(sample)}?faute={flag.flag}")
    assert len(page.all("//div[contains(@class, 'cases')]//tbody/tr")) == min(flag.failures, 25)
    assert "Aucun dossier en faute" in as_(Role.DPO).get(f"{url(sample)}?faute=rien").words


def test_the_faults_are_a_table_to_download(as_, sample):
    found = as_(Role.MANAGEMENT).get(url(sample, "/dossiers.csv"))
    assert found.response.mimetype == "text/csv"
    assert len(found.text.strip().splitlines()) == 1 + sample.flagged_cases


def test_two_samples_of_a_vendor_are_compared(as_, database, dpo, vendor, sender, sample):
    second = measured(database, sender, asked(dpo, vendor, size=40), samples.csv(40))
    assert "« Avant »" in as_(Role.DPO).get(url(second)).words.replace("\u202f", " ").replace("\u00a0", " ")


# --- findings


def test_a_finding_is_opened_from_its_rate_once_and_each_page_links_to_the_other(as_, session, sample):
    line, page = report_of(sample).faults[0], as_(Role.DPO)
    address = url(sample, f"/constats/nouveau?faute={line.flag}")
    form = page.get(address)
    data = {
        name: form.all(f"//*[@name='{name}']/@value | //textarea[@name='{name}']/text()")[0].strip()
        for name in ("title", "action", "proof_expected", "responsible", "due_on")
    }
    opened = page.follow(page.post(address, {**data, "severity": line.severity.value}))
    assert opened.all(f"//a[@href='{url(sample)}']")
    finding = session.scalars(select(Finding)).one()
    assert page.get(url(sample)).all(f"//a[@href='/audits/constats/{finding.id}']")
    assert "déjà ouvert" in page.post(address, {**data, "severity": line.severity.value}, status=422).words


def test_a_fault_that_was_not_found_has_no_finding(as_, sample, dpo, vendor):
    page, line = as_(Role.DPO), report_of(sample).faults[0]
    page.get(url(sample, "/constats/nouveau?faute=rien"), status=404)
    page.get(url(sample, "/constats/nouveau"), status=404)
    page.get(url(asked(dpo, vendor), f"/constats/nouveau?faute={line.flag}"), status=404)


# --- who


def places(sample):
    line = report_of(sample).faults[0]
    return [url(sample, rest) for rest in ("", "/etat", "/dossiers.csv", f"/constats/nouveau?faute={line.flag}")]


def test_whoever_is_out_of_reach_finds_nothing(as_, session, sample, sender):
    expert = user_of(session, Role.EXPERT)
    session.add(
        Membership(user_id=expert.id, vendor_id=vendor_of(session).id, until=legal_date(now()), role=Role.EXPERT)
    )
    other = vendor_user(session, vendor_of(session))
    mine = session.get_one(type(other), sender.actor.id)
    for who, status in ((Role.BUYER, {403, 404}), (expert, {403, 404}), (other, {403}), (mine, {403})):
        client = as_(who)
        assert "Callisto" not in client.client.get(LIST).get_data(as_text=True)
        for place in places(sample):
            assert client.client.get(place).status_code in status, place
        token = {"csrf_token": client.csrf("/mon-compte"), "reason": "x"}
        assert client.client.post(url(sample, "/annulation"), data=token).status_code in {403, 404}


def test_management_reads_and_neither_asks_nor_opens_findings(as_, dpo, vendor, sample):
    page, *_rest, finding = places(sample)
    client = as_(Role.MANAGEMENT)
    assert "constats/nouveau" not in client.get(page).text
    client.get(finding, status=403)
    client.get(f"{LIST}/nouveau", status=403)
    waiting = asked(dpo, vendor)
    assert not client.get(url(waiting)).all("//main//form")
    token = {"csrf_token": client.csrf("/mon-compte"), "reason": "x"}
    assert client.client.post(url(waiting, "/annulation"), data=token).status_code == 403


# --- cost


def test_list_and_report_cost_the_same_statements_whatever_their_length(
    as_, session, database, dpo, vendor, sender, statements
):
    client = as_(Role.LEGAL)

    def cost(path):
        client.get(path)
        statements.clear()
        client.get(path)
        return len(statements)

    small = measured(database, sender, asked(dpo, vendor, size=40), samples.csv(40))
    few = cost(LIST), cost(url(small))
    for _ in range(12):
        asked(dpo, vendor_of(session))
    large = measured(database, sender, asked(dpo, vendor, size=40, kind=SampleKind.CASES), samples.csv(300))
    assert cost(LIST) == few[0]
    assert cost(url(large)) == few[1]
