import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import ContractVerdict, RequirementStatus
from portal.paper.rules.checking import check_contract
from tests.effort import at_most

ROLE = "Brume (the “Processor”) processes personal data on behalf of the Customer (the “Controller”)."
DUTIES = {
    "documented_instructions": "The Processor processes personal data only on documented instructions of the Customer.",
    "unlawful_instruction_notice": "The Processor shall inform the Customer if an instruction infringes the GDPR.",
    "confidentiality_persons": "Persons authorised to process personal data are bound by confidentiality.",
    "subprocessor_liability": "The Processor remains fully liable to the Customer for its Subprocessors.",
    "breach_notification": "The Processor shall notify the Customer of any personal data breach without undue delay.",
    "dpia_assistance": "The Processor shall assist the Customer with data protection impact assessments.",
    "audits_inspections": "The Customer may audit the Processor, including by inspections.",
}


def checked(*sentences, role=ROLE):
    document = read_document("\n\n".join((role, *sentences)).encode(), "a.txt")
    return document.text, check_contract(document, load_rulebook())


@given(st.permutations(sorted(DUTIES)), st.integers(0, len(DUTIES)))
@at_most(20)
def test_what_is_written_is_found_wherever_it_stands_and_nothing_else(names, count):
    _, found = checked(*(DUTIES[name] for name in names[:count]))
    held = {one.id for one in found.requirements if one.id in DUTIES and one.status.holds}
    assert held == set(names[:count])


@pytest.mark.parametrize("name", DUTIES)
def test_a_finding_shows_the_passage_that_carries_it(name):
    text, found = checked(*DUTIES.values())
    [span, *_] = found.result_of(name).spans
    assert text[span.start : span.end] == span.quote == DUTIES[name]


def test_a_sentence_as_short_as_a_title_is_shown_after_one_that_says_more():
    short, long = "Authorised persons are bound by confidentiality.", DUTIES["confidentiality_persons"]
    _, found = checked(short, long)
    assert [one.quote for one in found.result_of("confidentiality_persons").spans][:2] == [long, short]


@pytest.mark.parametrize(
    "text",
    [
        "We respect your privacy. We implement security measures. You have the right to access your data.",
        "Table of contents\n\nAudits and inspections\n\nSecurity measures",
        "List of sub-processors\n\nBrume Cloud | France\n\nOrme Mail | Ireland",
    ],
)
def test_a_text_that_binds_no_processor_is_no_contract(text):
    _, found = checked(text, role="")
    assert found.verdict is ContractVerdict.NOT_A_CONTRACT
    assert {one.status for one in found.requirements} == {RequirementStatus.MISSING}


@pytest.mark.parametrize(
    ("sentence", "name", "status"),
    [
        (
            "The Customer shall notify the Processor of any personal data breach.",
            "breach_notification",
            RequirementStatus.MISSING,
        ),
        (
            "The Processor is not obliged to notify breaches to Customer.",
            "breach_notification",
            RequirementStatus.CONTRADICTED,
        ),
        (
            "The Processor processes data only on instructions of the Customer.",
            "documented_instructions",
            RequirementStatus.WEAK,
        ),
        ("The types of personal data are described in Annex 2.", "data_types", RequirementStatus.DEFERRED),
        ("“Data breach” means a breach notified to the Customer.", "breach_notification", RequirementStatus.MISSING),
        (
            "At the end of the service the Processor deletes the personal data.",
            "deletion_or_return",
            RequirementStatus.WEAK,
        ),
        (
            "At Customer's choice, the Processor deletes or returns the data.",
            "deletion_or_return",
            RequirementStatus.SATISFIED,
        ),
        ("The Processor may use the personal data to improve its own products.", "C24", RequirementStatus.CONTRADICTED),
        (
            "The Processor shall assist the Customer with Articles 32 to 36 of the GDPR.",
            "C44",
            RequirementStatus.SATISFIED,
        ),
    ],
)
def test_who_is_bound_to_what_and_how_is_read(sentence, name, status):
    _, found = checked(sentence)
    assert found.result_of(name).status is status


@pytest.mark.parametrize(
    ("sentence", "specific"),
    [
        ("The Processor shall notify the Customer of any personal data breach without undue delay.", False),
        ("The Processor shall notify the Customer of any personal data breach within 24 hours.", True),
    ],
)
def test_repeating_the_regulation_is_not_specific(sentence, specific):
    assert checked(sentence)[1].result_of("breach_notification").specific is specific


def test_only_what_the_contract_must_say_makes_it_incomplete():
    _, found = checked(*DUTIES.values())
    assert found.verdict is ContractVerdict.INCOMPLETE
    contract = load_rulebook().contract
    assert {one.id for one in found.requirements if not contract.isdisjoint(one.obligations)} >= {"data_types", "C22"}


@pytest.mark.parametrize(
    "answer",
    ["…", "« … » (à renseigner au contrat)", "to be completed by the Customer", "[e.g. names, addresses]", "TBD"],
)
def test_an_answer_still_to_be_written_is_said_to_be(answer):
    _, found = checked(f"Types of personal data: {answer}")
    finding = found.result_of("data_types")
    assert finding.status is RequirementStatus.TO_COMPLETE
    assert "completed" in finding.reason.en
    assert (
        checked("Types of personal data: names, addresses")[1].result_of("data_types").status
        is RequirementStatus.SATISFIED
    )


def test_a_pronoun_stands_for_the_controller_of_the_sentence_before_but_not_across_a_title():
    """Under another title it is the processor's duty again: nothing there says who « it » is but the contract."""
    controller = "The Controller shall ensure that its instructions are lawful."
    notified = "It shall notify the other party of any personal data breach without undue delay."
    _, together = checked("1. Duties of the Controller", controller, notified)
    _, apart = checked("1. Duties of the Controller", controller, "2. Personal data breaches", notified)
    assert together.result_of("breach_notification").status is RequirementStatus.MISSING
    assert apart.result_of("breach_notification").status.holds


SCHEDULED = (
    "The types of personal data and the categories of data subjects are further specified in Schedule 1.",
    "9. General",
    "English law applies.",
    "Schedule 1",
)


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        (None, RequirementStatus.DEFERRED),
        ("The type, extent and detail of the personal data is determined by the Customer.", RequirementStatus.WEAK),
        ("This schedule is signed by the duly authorised officers of both companies.", RequirementStatus.WEAK),
        ("Types of personal data: names, e-mail addresses, telephone numbers.", RequirementStatus.SATISFIED),
    ],
)
def test_a_reference_is_followed_within_the_file_before_a_document_is_said_not_to_be_supplied(inside, status):
    _, found = checked(*(SCHEDULED[:-1] if inside is None else (*SCHEDULED, inside)))
    one = found.result_of("data_types")
    assert one.status is status
    assert ("not supplied" in one.reason.en) is (status is RequirementStatus.DEFERRED)


def test_a_text_in_a_language_that_is_not_read_is_said_to_be_so_and_nothing_else_is_concluded():
    """A Spanish agreement is not « incomplete »: the check cannot read it, and says in which language it is."""
    spanish = (
        "Contrato de encargo de tratamiento (artículo 28 del RGPD)\n\nEl responsable (Controller) y el encargado "
        "(Processor) acuerdan que el encargado tratará los datos personales únicamente siguiendo las instrucciones "
        "documentadas del responsable y que las personas autorizadas se comprometen a respetar la confidencialidad."
    )
    found = check_contract(read_document(spanish.encode(), "contrato.txt"), load_rulebook())
    assert found.verdict is ContractVerdict.NOT_A_CONTRACT
    assert "espagnol" in found.reason.fr
    assert "Spanish" in found.reason.en


def test_a_text_that_is_read_and_binds_nobody_says_nothing_of_its_language():
    found = check_contract(read_document(b"Les horaires sont ceux de la mairie.", "a.txt"), load_rulebook())
    assert found.verdict is ContractVerdict.NOT_A_CONTRACT
    assert not found.reason.fr
