import pytest

from portal.core.language import Language
from portal.core.translation import translate
from portal.samples.rules.columns import FIELDS, REQUIRED, CallField, CaseField, SampleKind, chosen_mapping, map_header
from tests.samples.generating import CALL_FIELDS, CASE_FIELDS

TITLES = {SampleKind.CASES: CASE_FIELDS, SampleKind.CALLS: CALL_FIELDS}


@pytest.mark.parametrize("sample", [*SampleKind])
@pytest.mark.parametrize("language", [0, 1])
def test_the_headers_of_a_vendor_are_known_in_both_languages(sample, language):
    titles = [both[language] for both in TITLES[sample].values()]
    mapping = map_header(titles, sample)
    assert [field.value for field in mapping.columns] == [*TITLES[sample]]
    assert (mapping.missing, mapping.unknown) == ((), ())


@pytest.mark.parametrize("sample", [*SampleKind])
@pytest.mark.parametrize("language", [*Language])
def test_the_labels_shown_are_themselves_known_headers(sample, language):
    """A vendor who copies the list of columns from the page is understood."""
    titles = [translate(field.label, language) for field in FIELDS[sample]]
    assert map_header(titles, sample).columns == {field: at for at, field in enumerate(FIELDS[sample])}


def test_accents_case_punctuation_and_brackets_do_not_matter():
    mapping = map_header(["  RÉFÉRENCE ", "Date d’arrivée (lettre)", "MONTANT  payé [TTC]"], SampleKind.CASES)
    assert mapping.columns == {CaseField.REFERENCE: 0, CaseField.ARRIVED: 1, CaseField.AMOUNT: 2}


def test_a_required_column_that_is_absent_is_named_and_an_unknown_one_is_told():
    mapping = map_header(["Réf", "Humeur du client"], SampleKind.CASES)
    wanted = {*REQUIRED[SampleKind.CASES], CaseField.DELIVERIES} - {CaseField.REFERENCE}
    assert set(mapping.missing) == wanted
    assert [mapping.label(at) for at in mapping.unknown] == ["Humeur du client"]
    assert CaseField.DELIVERIES not in map_header(["Conclu le"], SampleKind.CASES).missing


def test_what_was_said_once_for_a_vendor_wins_and_is_kept():
    header = ["Dossier n°", "Champ 7", "Date", "Pays"]
    first = chosen_mapping(header, SampleKind.CASES, {"reference": 0, "stated": 1, "concluded": 2})
    again = map_header(["PAYS", "champ 7", "Date", "dossier n°"], SampleKind.CASES, first.remembered())
    assert again.columns == {CaseField.REFERENCE: 3, CaseField.CONCLUDED: 2, CaseField.STATED: 1}
    assert [again.label(at) for at in again.unknown] == ["PAYS"]
    assert map_header(["Champ 7"], SampleKind.CASES, {"champ 7": "gone"}).unknown == (0,)


def test_of_two_columns_for_one_field_the_first_is_read():
    mapping = map_header(["Appelé le", "Date de l'appel"], SampleKind.CALLS)
    assert (mapping.columns, mapping.unknown) == ({CallField.CALLED: 0}, (1,))


def test_a_column_without_a_title_is_called_by_its_letter_and_a_missing_one_by_its_field():
    mapping = map_header(["Réf", ""], SampleKind.CALLS)
    assert (mapping.label(1), mapping.label_of(CallField.CALLED)) == ("B", CallField.CALLED.label)


@pytest.mark.parametrize("chosen", [{"mood": 0}, {"called": 2}])
def test_a_choice_of_what_does_not_exist_is_refused(chosen):
    with pytest.raises(ValueError, match=r"mood|colonne 3"):
        chosen_mapping(["A", "B"], SampleKind.CALLS, chosen)
