import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audits import services
from portal.audits.models import Submission
from portal.core.clock import now
from portal.core.history import tell_instant
from portal.core.language import Language
from portal.core.spreadsheets import read_table
from portal.vendors.models import Vendor
from tests.factories.spaces import SIGNATORY, answer_all, space_of


@pytest.fixture
def sent(session, space, admin):
    answer_all(admin, space.audit)
    services.submit_answers(admin, space.audit, language=Language.FR, signatory=SIGNATORY)
    session.commit()


def path(space, form, number=1):
    return f"/espace/audits/{space.audit.id}/accuses/{number}/reponses.{form}"


@pytest.mark.usefixtures("sent")
def test_what_was_sent_is_taken_away_in_three_forms(page, space):
    table = read_table(page.client.get(path(space, "xlsx")).data)
    assert table.rows[0].cells[:4] == ("1.1", "Sécurité", "Chiffrez-vous les données\u202f?", "Oui")
    own = json.loads(page.client.get(path(space, "json")).data)
    assert own["attestation"]["name"] == SIGNATORY.name
    bom = json.loads(page.client.get(path(space, "cdx.json")).data)
    assert bom["declarations"]["affirmation"]["signatories"][0]["role"] == SIGNATORY.role
    links = page.get(f"/espace/audits/{space.audit.id}").all("//details//a/@href")
    assert {path(space, form) for form in ("xlsx", "json", "cdx.json")} <= set(links)


@pytest.mark.usefixtures("sent")
def test_another_form_another_round_and_another_vendor_are_not_found(session, page, space, as_):
    page.get(path(space, "csv"), status=404)
    page.get(path(space, "json", 2), status=404)
    other = space_of(session, name="Autre SARL")
    session.commit()
    for form in ("xlsx", "json", "cdx.json"):
        as_(other.admin).get(path(space, form), status=404)


@pytest.mark.both_databases
@pytest.mark.usefixtures("sent")
def test_what_was_sent_keeps_the_name_it_was_sent_under(session, page, space):
    """What was attested was attested in that name, which the sealed receipt bears."""
    session.scalars(select(Submission)).one().at = now()  # the vendor was entered before, and renamed after
    session.commit()
    before = json.loads(page.client.get(path(space, "json")).data)
    tell_instant(session, now() + timedelta(seconds=1))
    session.get_one(Vendor, space.vendor.id).name = "Un autre nom"
    session.commit()
    after = json.loads(page.client.get(path(space, "json")).data)
    assert (after["vendor"], after["attestation"]) == (before["vendor"], before["attestation"])
    assert "Un autre nom" not in json.dumps(after, ensure_ascii=False)
