"""Agreements that say every duty and, in one article, take away what makes any of them worth something."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract

AGREEMENT = """DATA PROCESSING AGREEMENT

between Beech Ltd ("Customer"), controller, and Birch Ltd ("Supplier"), processor.

1. Instructions. The Supplier shall process the personal data only on documented instructions from the Customer.
2. Warning. The Supplier shall immediately inform the Customer if, in its opinion, an instruction infringes the GDPR.
3. Sub-processors. The Supplier shall not engage a sub-processor without the prior written authorisation of the \
Customer.
The Supplier shall remain fully liable to the Customer for the performance of each sub-processor's obligations.
4. Rights. The Supplier shall assist the Customer in responding to requests from data subjects to exercise their rights.
5. Breaches. The Supplier shall notify the Customer of any personal data breach no later than 24 hours after becoming \
aware of it.
6. End. At the choice of the Customer, the Supplier shall delete or return all personal data at the end of the services.
7. Evidence. The Supplier shall make available to the Customer all information necessary to demonstrate compliance.
8. Audits. The Supplier shall allow for and contribute to audits, including inspections, conducted by the Customer.

{device}

Signed on 3 March 2025.
"""
DUTIES = (
    "documented_instructions", "unlawful_instruction_notice", "subprocessor_authorisation", "subprocessor_liability",
    "data_subject_assistance", "breach_notification", "deletion_or_return", "demonstrate_compliance_info",
    "audits_inspections",
)  # fmt: skip
VOID = {
    "a proposal for an instruction": "9. A proposal of the Supplier counts as the Customer's written instruction or "
    "authorisation unless its board rejects it within one hour.",
    "other rules where they differ": "9. The House Rules explain this Agreement and are applied wherever "
    "the two differ.",
    "a dead scope": "9. Clauses 1 to 8 apply to data held in the Legacy environment. They do not extend to any other "
    "environment. The Legacy environment was decommissioned in 2021 and holds no data.",
    "choices made by the processor": "9. The Customer irrevocably appoints the Supplier to exercise in its name every "
    "choice, authorisation and objection given by this Agreement.",
    "owed to nobody who has not paid": "9. These services are provided on the terms of the price list; a service whose "
    "price has not been paid in full is not owed.",
    "lesser ones": "9. The Supplier is the sole judge of what information is necessary under clause 7. The Supplier "
    "becomes aware of a breach when its board so resolves. No alert is sent.",
    "a list of what is not undertaken": "9. The Supplier does not undertake any of the following:\n(a) assisting with "
    "requests;\n(b) notifying breaches;\n(c) audits by the Customer.",
}
FAIR = {
    "silence is no instruction": "9. The Customer's silence on a proposal does not count as an instruction or as an "
    "authorisation.",
    "a price that is not due": "9. The price of the part of the services that is suspended is not due while it is.",
    "audits at a price": "9. Audits beyond one per year are charged at EUR 900 per day.",
    "silence accepts a change": "9. If the Customer has not objected within thirty days, it is deemed to have accepted "
    "the sub-processor.",
    "precedence over the contract": "9. This Agreement prevails over the main agreement wherever the two differ.",
    "a failure is no waiver": "9. No failure of the Customer to exercise a right waives that right.",
}
GLOSSARY = (
    '9. Glossary. "Notify" means enter in the private log of the Supplier. "Delete" means hide from the screen. '
    '"Assist" means keep the help page online.'
)
GIVEN_UP = (
    "9. The Customer has inspected the premises, is satisfied and needs no further audit during the term. "
    "The Customer looks solely to sub-processors for redress of what they do."
)


def held(device: str) -> set[str]:
    document = read_document(AGREEMENT.format(device=device).encode(), "agreement.txt")
    return {one.id for one in check_contract(document, load_rulebook()).requirements if one.status.holds} & set(DUTIES)


@pytest.mark.parametrize("device", VOID.values(), ids=VOID)
def test_no_duty_is_held_in_a_text_that_makes_them_all_void(device):
    assert not held(device)


@pytest.mark.parametrize("device", FAIR.values(), ids=FAIR)
def test_what_honest_agreements_say_makes_nothing_void(device):
    assert held(device) == set(DUTIES)


def test_a_word_defined_away_is_met_without_its_capital():
    assert not held(GLOSSARY) & {"breach_notification", "deletion_or_return", "data_subject_assistance"}


def test_a_right_given_up_elsewhere_is_no_right():
    assert not held(GIVEN_UP) & {"audits_inspections", "subprocessor_liability"}
