"""The vendor's delay is read from the contracts in force, and from nothing else."""

import pytest

from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractState, CopyReading
from portal.core.clock import legal_date
from portal.core.documents.freezing import freeze
from portal.core.documents.tree import Document
from portal.core.language import Language
from portal.incidents.contract_terms import breach_terms
from portal.paper.models import PaperReview, ReviewState
from tests.conftest import NOW
from tests.factories.world import vendor_of


def contract(session, vendor, held, **facts):
    """A contract drafted here whose text prints a delay."""
    values = {
        "key": f"{vendor.key}-{held}-{len(facts)}", "vendor_id": vendor.id, "template_key": "dpa",
        "title": f"DPA {held}",
        "state": ContractState.IN_FORCE, "copy_reading": CopyReading.READ, "counting_number": 1,
        "effective_on": legal_date(NOW), "created_at": NOW, **facts,
    }  # fmt: skip
    row = Contract(**values)
    session.add(row)
    session.flush()
    position = {"clause": "CL18", "figures": [{"what": "notification", "held": [held]}]}
    session.add(ContractVersion(
        contract_id=row.id, number=1, language=Language.FR, facts={}, clauses=[], coverage=[], blanks=[],
        tree=freeze(Document(title="x", language=Language.FR, blocks=())), positions=[position], covered=1, required=1,
        sha256="0" * 64, created_at=NOW,
    ))  # fmt: skip
    session.flush()
    return row


def hours(ctx, vendor, services=()):
    return [term.hours for term in breach_terms(ctx, vendor, services)]


def test_the_shortest_of_the_contracts_in_force_comes_first(session, ctx):
    vendor = vendor_of(session)
    contract(session, vendor, "48 heures")
    contract(session, vendor, "24 heures")
    assert hours(ctx, vendor) == [24, 48]


@pytest.mark.parametrize(
    "facts",
    [{"state": ContractState.DRAFT}, {"state": ContractState.EXPIRED}, {"copy_reading": CopyReading.UNREADABLE},
     {"copy_reading": None}],
)  # fmt: skip
def test_what_is_not_in_force_or_that_nobody_has_read_gives_no_delay(session, ctx, facts):
    vendor = vendor_of(session)
    contract(session, vendor, "24 heures", **facts)
    assert hours(ctx, vendor) == []


def test_an_amendment_in_force_says_it_for_its_contract(session, ctx):
    vendor = vendor_of(session)
    first = contract(session, vendor, "48 heures")
    contract(session, vendor, "72 heures", parent_id=first.id)
    assert hours(ctx, vendor) == [72]


def test_a_received_contract_says_it_by_what_was_read_in_it(session, ctx):
    vendor = vendor_of(session)
    row = contract(session, vendor, "24 heures", counting_number=None)
    term = {"id": "breach_notice", "unit": "hours", "value": 36.0, "span": ["dans les 36 heures", 0, 18, 1]}
    session.add(PaperReview(
        vendor_id=vendor.id, title="x", file_name="x.pdf", state=ReviewState.CHECKED, contract_id=row.id,
        findings={"terms": [term]}, created_at=NOW,
    ))  # fmt: skip
    session.flush()
    [found] = breach_terms(ctx, vendor)
    assert (found.hours, found.quote) == (36, "dans les 36 heures")


@pytest.mark.parametrize("held", ["2 jours ouvrés", "sans délai"])
def test_what_cannot_be_counted_in_hours_is_unknown(session, ctx, held):
    vendor = vendor_of(session)
    contract(session, vendor, held)
    assert hours(ctx, vendor) == []
