import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core.clock import legal_date, now
from portal.core.spreadsheets import read_table
from portal.evidence.models import Evidence
from portal.findings.models import Finding, FindingMessage
from portal.findings.rules import FindingState, Severity
from portal.vendors.models import Contact
from tests.factories import files
from tests.factories.world import contact_of, vendor_of


@pytest.fixture
def finding(session, space):
    made = Finding(
        vendor_id=space.vendor.id, subject="b.delai", severity=Severity.CRITICAL,
        title="Délai trop long", action="Passer à 15 jours.", proof_expected="La procédure signée.",
        responsible="Nuage Clair SAS", due_on=legal_date(now()) + timedelta(days=5), opened_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for text, internal in (("Pouvez-vous préciser ?", False), ("Fournisseur peu fiable", True)):
        session.add(
            FindingMessage(
                finding_id=made.id, at=now(), author_name="Dominique DPO", from_vendor=False, internal=internal,
                text=text,
            )
        )  # fmt: skip
    session.commit()
    return made


def path(finding):
    return f"/espace/constats/{finding.id}"


def test_a_finding_says_what_is_expected_by_when_and_what_was_said(page, finding):
    found = page.get(path(finding))
    for words in ("Délai trop long", "Passer à 15 jours.", "La procédure signée.", "dans 5 jours", "préciser"):
        assert words in found.words
    assert "À corriger : Délai trop long" in page.get("/espace/").words
    assert "À faire (1)" in page.get("/espace/constats").words


def test_what_is_internal_and_how_a_finding_is_rated_are_shown_nowhere(session, page, finding):
    finding.state, finding.closing_reason = FindingState.WAIVED, "Motif entre nous"
    session.commit()
    for place in (path(finding), "/espace/constats", "/espace/"):
        text = page.get(place).text
        for secret in ("peu fiable", "critical", "Motif entre nous", "isque accepté", "Dominique DPO"):
            assert secret not in text


def test_a_reply_is_written_and_the_finding_waits_for_its_reader(session, page, finding):
    found = page.follow(page.post(path(finding), {"text": "C'est fait."}))
    assert "Votre réponse est envoyée." in found.words
    session.expire_all()
    assert finding.state is FindingState.ANSWERED
    last = session.scalars(select(FindingMessage).order_by(FindingMessage.id.desc())).first()
    assert (last.text, last.from_vendor, last.internal, last.file_id) == ("C'est fait.", True, False, None)
    assert "Répondu, en cours de lecture" in page.get("/espace/constats").words


def test_a_reply_may_carry_a_proof_that_comes_back_to_its_vendor(session, page, space, finding):
    content = files.pdf()
    page.post(path(finding), {"text": "Voici.", "file": (io.BytesIO(content), "procedure.pdf")})
    proof = session.scalars(select(Evidence).where(Evidence.vendor_id == space.vendor.id)).one()
    assert page.get(path(finding)).all(f"//a[@href='/espace/fichiers/{proof.id}']")
    assert page.client.get(f"/espace/fichiers/{proof.id}").data == content


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [(files.EXE, "outil.exe", "n’est pas accepté"), (files.pdf()[:-60], "coupé.pdf", "n’est pas entier")],
)
def test_a_proof_that_is_not_taken_keeps_what_was_written_and_sends_nothing(session, page, finding, content, name, why):
    found = page.post(path(finding), {"text": "Voici.", "file": (io.BytesIO(content), name)}, status=422)
    assert name in found.words
    assert why in found.words
    assert "Voici." in found.all("//textarea[@name='text']")[0].text
    session.expire_all()
    assert finding.state is FindingState.OPEN


@pytest.mark.parametrize("text", ["", "   ", "x" * 6000])
def test_an_empty_or_endless_reply_is_refused(session, page, finding, text):
    page.post(path(finding), {"text": text}, status=422)
    session.expire_all()
    assert finding.state is FindingState.OPEN


def test_a_closed_finding_is_read_and_takes_no_reply(session, page, finding):
    finding.state = FindingState.CLOSED
    session.commit()
    assert not page.get(path(finding)).all("//textarea")
    found = page.post(path(finding), {"text": "Encore"}, page="/espace/collegues", status=422)
    assert "Ce constat est clos" in found.text


def test_a_vendor_with_no_finding_is_told_so(page):
    assert "Aucune correction ne vous est demandée." in page.get("/espace/constats").words


def test_another_date_is_proposed_and_changes_nothing_by_itself(session, page, finding):
    due = finding.due_on
    assert "Proposer une autre date" in page.get(path(finding)).words
    asked = {"due_on": str(due + timedelta(days=4)), "reason": "Le correctif est livré la semaine suivante."}
    page.post(
        path(finding) + "/date", {**asked, "due_on": str(due - timedelta(days=3))}, status=422, page=path(finding)
    )
    page.post(path(finding) + "/date", asked, page=path(finding))
    session.expire_all()
    assert (finding.due_on, finding.proposed_due_on is not None) == (due, True)
    assert "vous proposez le" in page.get("/espace/constats").words
    finding.postponements = 3
    session.commit()
    assert "Proposer une autre date" not in page.get(path(finding)).words


def test_the_vendor_says_who_is_in_charge_and_takes_its_plan_away_without_what_is_ours(session, page, space, finding):
    finding.state, finding.closing_reason = FindingState.WAIVED, "Motif entre nous"
    mine = session.scalars(select(Contact).where(Contact.user_id == space.admin.id)).one()
    other = contact_of(session, vendor_of(session))
    session.commit()
    rows = read_table(page.client.get("/espace/constats/plan.xlsx").data, "plan.xlsx")
    told = " ".join(map(str, [*rows.header, *rows.rows[0].cells]))
    assert "Rien n’est attendu pour l’instant" in told
    for secret in ("Motif entre nous", "Gravité", "ritique", "ccepté"):
        assert secret not in told
    finding.state = FindingState.OPEN
    session.commit()
    page.post(path(finding) + "/personne", {"contact_id": other.id}, status=422, page=path(finding))
    page.post(path(finding) + "/personne", {"contact_id": mine.id}, page=path(finding))
    session.expire_all()
    assert finding.contact_id == mine.id


def test_a_plan_with_something_late_never_says_that_all_is_well(session, page, finding):
    assert "Corrections attendues : 1, aucune en retard." in page.get("/espace/constats").words
    finding.due_on = legal_date(now()) - timedelta(days=1)
    session.commit()
    assert "Corrections en retard : 1." in page.get("/espace/constats").words
