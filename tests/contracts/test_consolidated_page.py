"""What holds today of a contract and its amendments, when the text of one of them came from outside."""

import pytest

from portal.authz.policy import Role
from portal.contracts import consolidated_page as consolidated
from portal.contracts import services
from portal.contracts.consolidated_page import consolidated_page
from portal.contracts.rules.life import CopyReading
from portal.core.language import Language
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
ROW = {"name": "Rive Assistance", "address": "8 rue Basse, Brest", "contact": "dpo@rive.example",
       "service": {"fr": "assistance"}, "country": "FR"}  # fmt: skip


@pytest.mark.parametrize("reading", [CopyReading.READ, None])
def test_what_was_read_of_a_received_amendment_holds_once_its_copy_is_read(session, acting, reading):
    legal = acting(Role.LEGAL)
    contract = contract_of(legal, vendor_of(session))
    amendment = contract_of(legal, contract.vendor, title="Avenant n° 1", reading=reading)
    amendment.parent_id = contract.id
    services.type_table(legal, amendment, "subprocessors", [ROW])
    services.type_facts(legal, amendment, {"law.governing": "droit belge"})
    page = consolidated_page(legal, contract, Language.FR)
    assert [text for _, text in page.documents[1].read] == ["Rive Assistance", "droit belge"]
    held = {one.said.text: one.document_id for one in page.figures}
    expected = {"Rive Assistance": amendment.id, "droit belge": amendment.id}
    assert held == (expected if reading is CopyReading.READ else {})
    other = consolidated_page(legal, contract, Language.EN)
    assert ("Sub-processors", "Rive Assistance") in other.documents[1].read


def test_of_more_amendments_than_are_read_the_last_recorded_are_and_it_is_said(session, acting, monkeypatch):
    monkeypatch.setattr(consolidated, "MOST", 3)
    legal = acting(Role.LEGAL)
    contract = contract_of(legal, vendor_of(session))
    numbers = [contract.id]
    for turn in range(3):
        assert consolidated_page(legal, contract, Language.FR).is_cut is False
        amendment = contract_of(legal, contract.vendor, title=f"Avenant n° {turn + 1}")
        amendment.parent_id = contract.id
        session.flush()
        numbers.append(amendment.id)
    page = consolidated_page(legal, contract, Language.FR)
    assert page.is_cut
    assert [one.contract.id for one in page.documents] == [numbers[0], *numbers[2:]]
