"""An answer in words: the same text wherever it is read, in the reader's language, with nothing of the value lost."""

import pytest

from portal.core.language import Language, say
from portal.core.translation import translate
from portal.questionnaires.answer_text import AnswerText, answer_text
from portal.questionnaires.definition import NO_ANSWER, Bilingual, GivenAnswer
from tests.factories.questionnaires import both, one

COLUMNS = [
    {"key": "nom", "label": both("Nom", "Name")},
    {"key": "pays", "label": both("Pays", "Country"), "kind": "country"},
    {"key": "depuis", "label": both("Depuis", "Since"), "kind": "date"},
    {"key": "part", "label": both("Part", "Share"), "kind": "number"},
    {"key": "role", "label": both("Rôle", "Role"), "kind": "single",
     "choices": [{"value": "hote", "label": both("Hébergeur", "Host")}, {"value": "aide", "label": both("Aide")}]},
]  # fmt: skip


def lines(question, value, language=Language.FR, **given):
    return answer_text(question, GivenAnswer(value, **given), language).lines


@pytest.mark.parametrize(
    ("stored", "french", "english"),
    [
        ("12000.5", "12\u202f000,5 jours", "12,000.5 days"),
        ("365", "365 jours", "365 days"),
        ("-0.000001", "-0,000001 jours", "-0.000001 days"),
        ("1234567.891234", "1\u202f234\u202f567,891234 jours", "1,234,567.891234 days"),
    ],
)
def test_a_number_has_the_separators_of_the_language_and_all_its_digits(stored, french, english):
    delay = one(kind="number", unit=both("jours", "days"))
    assert lines(delay, stored) == (french,)
    assert lines(delay, stored, Language.EN) == (english,)


@pytest.mark.parametrize("typed", ["12,5", "NaN", "1e999999999", "9" * 400, "douze"])
def test_what_is_no_stored_number_is_read_as_it_was_typed(typed):
    assert lines(one(kind="number"), typed) == (typed,)


def test_a_choice_is_read_by_its_label_and_a_value_offered_no_longer_by_itself():
    assert lines(one(), "oui") == ("Oui",)
    assert lines(one(), "oui", Language.EN) == ("Yes",)
    assert lines(one(), "parfois") == ("parfois",)


def test_several_choices_make_a_list():
    text = answer_text(one(kind="multiple"), GivenAnswer(("bien", "mal"), "Presque"), Language.FR)
    assert text == AnswerText(("Bien", "Mal"), is_list=True, comment="Presque")


def test_a_date_is_in_letters_and_a_text_has_one_line_per_line_that_is_not_blank():
    assert lines(one(kind="date"), "2026-02-01") == ("1er février 2026",)
    assert lines(one(kind="date"), "2026-02-01", Language.EN) == ("1 February 2026",)
    assert lines(one(kind="text"), "Un\n\n  \nDeux") == ("Un", "Deux")


def test_a_table_has_its_headings_and_a_cell_for_each():
    row = {"nom": "Acme", "pays": "DE", "depuis": "2026-02-03", "part": "1234.5", "role": "hote"}
    text = answer_text(one(kind="table", columns=COLUMNS), GivenAnswer((row, {"nom": "Seul"})), Language.FR)
    assert text.header == ("Nom", "Pays", "Depuis", "Part", "Rôle")
    assert text.rows == (
        ("Acme", "Allemagne", "3 février 2026", "1\u202f234,5", "Hébergeur"), ("Seul", "", "", "", ""),
    )  # fmt: skip


def test_files_are_counted():
    assert lines(one(kind="file"), None, files=1) == ("1 fichier joint",)
    assert lines(one(kind="file"), None, Language.EN, files=2) == ("2 files attached",)


@pytest.mark.parametrize("kind", ["yes_no", "single", "multiple", "text", "number", "date", "file", "table"])
def test_no_answer_says_so_for_every_kind(kind):
    assert answer_text(one(kind=kind), NO_ANSWER, Language.FR) == AnswerText(("Sans réponse",), is_missing=True)
    assert answer_text(one(kind=kind), None, Language.FR).lines == ("La question n’était pas posée.",)


def test_the_words_of_a_questionnaire_within_a_sentence_are_in_the_reader_s_language():
    inner = say("Ligne %(row)s : « %(column)s » est à remplir.", row=2, column=Bilingual("Pays", "Country"))
    assert "Country" in translate(inner, Language.EN)
    nested = say("%(reason)s", reason=inner)
    assert "Country" in translate(nested, Language.EN)
    assert "Pays" in translate(nested, Language.FR)
