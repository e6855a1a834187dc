"""Files are read by a child process, and what it answers is checked on this side."""

import pytest

from portal.core.errors import Refused
from portal.questionnaires.importing.importing import GivenFile
from portal.questionnaires.importing.reading import draft_in, import_apart, under_key
from portal.questionnaires.rules.writing import toml_of
from tests.factories.questionnaires import questionnaire

FILE = GivenFile("essai.json", b'{"questionnaire": [{"type": "line", "text": "Why do you ask?"}]}')


def test_a_file_is_read_apart_and_refused_apart():
    report = import_apart(FILE)
    assert draft_in(report.drafts[0].toml).questions[0].text.en == "Why do you ask?"
    assert draft_in(under_key(report.drafts[0], "autre")).key == "autre"
    with pytest.raises(Refused, match="entités"):
        import_apart(GivenFile("x", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"))
    with pytest.raises(Refused, match="fichiers joints"):
        import_apart(FILE, [FILE] * 11)


def test_what_is_no_draft_is_refused_in_a_sentence():
    assert draft_in(toml_of(questionnaire(), draft=True)).key == "essai"
    for text in ("", "key =", 'key = "A"', "\ud800"):
        with pytest.raises(Refused):
            draft_in(text)
