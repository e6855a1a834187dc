"""What is written is read back the same: every field, every accent, every line."""

import tomllib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires import catalogue
from portal.questionnaires.definition import Bilingual
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.rules.writing import toml_of
from portal.questionnaires.toml_reading import read_toml
from tests.effort import at_most
from tests.factories.questionnaires import both, questionnaire, questionnaires, raw_question


@at_most(25)
@given(questionnaires)
def test_a_questionnaire_written_is_read_back_the_same(found):
    assert parse_questionnaire(read_toml(toml_of(found).encode())) == found


def test_the_shipped_questionnaires_come_back_whole():
    shipped = catalogue.load()
    defined = {question.key: question for found in shipped.values() for question in found.questions}
    for found in shipped.values():
        assert parse_questionnaire(read_toml(toml_of(found).encode()), defined) == found


@at_most(60)
@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), min_size=1, max_size=80))
def test_any_text_is_written_verbatim(text):
    written = toml_of(replace(questionnaire(), introduction=Bilingual(text, text)))
    assert tomllib.loads(written)["introduction"] == {"fr": text, "en": text}


def test_a_draft_says_that_its_articles_are_still_to_be_found():
    found = questionnaire(raw_question(articles=None))
    assert "articles = []" in toml_of(found, draft=True)
    assert "articles" not in toml_of(found)


def test_a_text_of_several_lines_is_written_line_by_line():
    written = toml_of(questionnaire(raw_question(help=both('Un\n"deux"\\', "One\ntwo"))))
    assert 'help.fr = """\nUn\n\\"deux\\"\\\\"""' in written
