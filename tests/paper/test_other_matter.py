"""Clauses that hold the words of a duty and promise nothing: of another matter, to another, or only perhaps."""

from typing import TYPE_CHECKING

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.checking import check_contract

if TYPE_CHECKING:
    from portal.paper.rules.check_result import RequirementResult

AGREEMENT = """Data protection agreement

Between Elm Ltd (hereinafter “the Customer”), controller,

and Linden Ltd (hereinafter “the Supplier”), processor within the meaning of Article 28 of the GDPR.

1. General

This agreement supplements the contract signed between the parties.

2. Provisions

{clause}

3. Miscellaneous

Irish law applies. Signed in two copies."""
"""An agreement that says nothing but one clause."""

ABOUT_ANOTHER_MATTER = {
    "security_measures": "The Supplier takes all security measures needed on the building site: helmets, barriers.",
    "unlawful_instruction_notice": "The Supplier shall immediately inform the Customer if an instruction would breach "
    "building regulations.",
    "documented_instructions": "The Supplier shall only act in accordance with the manufacturer's written "
    "instructions.",
    "subprocessor_authorisation": "No part of the roofing may be subcontracted by the Supplier without the Customer's "
    "prior written authorisation.",
    "subprocessor_flowdown": "The Supplier shall impose on its subcontractors the same hygiene obligations as it owes.",
    "subprocessor_liability": "The Supplier remains fully liable to the Customer for defects in works executed by its "
    "subcontractors.",
    "deletion_or_return": "At the end of the season unsold goods are, at the Customer's choice, returned or destroyed.",
    "demonstrate_compliance_info": "The Supplier shall make available to the Customer all information necessary to "
    "demonstrate compliance with its loan covenants.",
    "audits_inspections": "The Supplier shall allow food inspections of its premises by an auditor of the Customer.",
    "transfer_instructions": "No horse shall be transferred outside the Union without the Customer's prior written "
    "authorisation.",
}
OWED_TO_ANOTHER = {
    "subprocessor_authorisation": "The Supplier shall not engage a sub-processor without the prior written "
    "authorisation of its parent company.",
    "subprocessor_change_notice_objection": "The Supervisory Board shall be informed of intended changes of "
    "sub-processors and may object to them.",
    "unlawful_instruction_notice": "The Supplier shall immediately inform its legal department if an instruction "
    "infringes the GDPR.",
    "breach_notification": "Personal data breaches shall be notified within 24 hours to the management of the "
    "Supplier.",
    "confidentiality_persons": "The persons whom the Customer nominates as users shall be bound by confidentiality.",
}
ONLY_PERHAPS = {
    "documented_instructions": "The Supplier pays due regard to the documented instructions of the Customer when it "
    "processes personal data, along with industry custom.",
    "dpia_assistance": "The Supplier would assist the Customer with a data protection impact assessment.",
    "security_measures": "The Supplier may offer the Customer, on quotation, measures such as encryption of the data.",
    "subprocessor_flowdown": "The Supplier invites its sub-processors to accept the same data protection obligations.",
    "subprocessor_liability": "The Supplier shall be liable to the Customer for a sub-processor's failure only to the "
    "extent that it can recover compensation from that sub-processor.",
    "subprocessor_change_notice_objection": "The Supplier will tell the Customer when it has replaced a sub-processor, "
    "but the Customer shall have no right to object.",
    "unlawful_instruction_notice": "The Supplier's opinion that an instruction infringes the GDPR shall be tabled at "
    "the next annual meeting.",
}
ABOUT_THE_DATA = {
    "security_measures": "The Supplier shall implement technical and organisational measures to protect the data of "
    "those who work on the building site.",
    "subprocessor_authorisation": "The Supplier shall not engage another processor for the delivery records of the "
    "goods without the Customer's prior written authorisation.",
    "deletion_or_return": "At the end of the contract the Supplier deletes or returns, at the Customer's choice, the "
    "data of the players.",
}


def read(requirement: str, clause: str) -> "RequirementResult":
    document = read_document(AGREEMENT.format(clause=clause).encode(), "agreement.txt")
    return next(one for one in check_contract(document, load_rulebook()).requirements if one.id == requirement)


@pytest.mark.parametrize("clauses", [ABOUT_ANOTHER_MATTER, OWED_TO_ANOTHER, ONLY_PERHAPS])
def test_the_words_of_a_duty_are_not_the_duty(clauses):
    held = [one for one, clause in clauses.items() if read(one, clause).status.holds]
    assert not held


def test_a_duty_about_data_is_held_whatever_the_trade():
    missed = [one for one, clause in ABOUT_THE_DATA.items() if not read(one, clause).status.holds]
    assert not missed


def test_it_is_said_why_a_clause_about_works_is_not_counted():
    result = read("subprocessor_liability", ABOUT_ANOTHER_MATTER["subprocessor_liability"])
    assert "works, goods, money" in result.reason.en
