from portal.contracts import library
from portal.documents_in.reader import read_document
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.checking import check_contract

BOOK = load_rulebook()


def test_every_obligation_is_read_by_some_requirement():
    read = {key for one in BOOK.requirements for key in one.obligations}
    assert read == {one.key for one in library.cached().obligations}


def test_the_twenty_main_requirements_come_first():
    assert [one.id for one in BOOK.requirements[:20]][0::19] == ["subject_matter", "audits_inspections"]
    assert all(one.id.startswith("C") for one in BOOK.requirements[20:])


def test_the_clause_asked_for_covers_the_obligation():
    clauses = {clause.key: set(clause.covers) for clause in library.cached().clauses}
    for one in BOOK.requirements:
        assert set(one.obligations) <= set().union(*(clauses[key] for key in one.clauses)), one.id


def test_every_requirement_can_be_satisfied_and_says_why_in_both_languages():
    for one in BOOK.requirements:
        assert any(reading.status is RequirementStatus.SATISFIED for reading in one.readings), one.id
        assert all(words.fr and words.en for words in (one.missing, *(reading.why for reading in one.readings))), one.id


def test_every_term_is_judged_in_words():
    assert all(words.fr and words.en for term in BOOK.terms for words in term.why.values())


def test_a_description_is_never_a_copy_of_the_regulation_which_names_no_person_and_no_data():
    text = (
        "Le Prestataire (sous-traitant) traite des données personnelles pour le compte du Client.\n\n"
        "Personnes concernées : locataires.\n\nTypes de données : nom, adresse.\n"
    )
    found = check_contract(read_document(text.encode(), "a.txt"), BOOK)
    assert [found.result_of(name).specific for name in ("data_subjects", "data_types")] == [True, True]
