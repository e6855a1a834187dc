import io
import zipfile

import pytest

from portal.core.errors import Refused
from portal.core.spreadsheets import write_xlsx
from portal.questionnaires.importing.source import MOST_BYTES, read_source

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><result><name>&b;</name></result>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><result><name>&a;</name></result>'


def _bomb() -> bytes:
    made = io.BytesIO(write_xlsx("Q", ["text.fr"], [["Quoi ?"]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet2.xml", b" " * 80_000_000)
    return made.getvalue()


def test_the_syntax_is_told_by_the_content_and_never_by_the_name():
    assert read_source("a.xml", b'{"a": 1}').content == {"a": 1}
    assert read_source("a.json", "a: é".encode()).content == {"a": "é"}
    assert read_source("a.yaml", b"\xef\xbb\xbf<result/>").content.tag == "result"
    assert read_source("a", write_xlsx("Q", ["text.fr"], [["Quoi ?"]])).content.header == ("text.fr",)
    assert read_source("a", '{"a": "é"}'.encode("utf-16")).content == {"a": "é"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LAUGHS, "entités"),
        (OUTSIDE, "entités"),
        (b"<!DOCTYPE result><result/>", "entités"),
        (b"<a>" * 500 + b"</a>" * 500, "niveaux"),
        (b"<a><b></a>", "mal formé"),
        (b"<?xml version='1.0' encoding='nothing'?><a/>", "mal formé"),
        (b"", "vide"),
        (b"  \n", "vide"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "' + b"x" * 300_000 + b'"}', "caractères"),
        (b"x" * (MOST_BYTES + 1), "Mo"),
        (b"PK\x03\x04nothing", "endommagé"),
    ],
)
def test_a_hostile_file_is_refused_in_a_sentence(data, said):
    with pytest.raises(Refused) as refusal:
        read_source("questionnaire", data)
    assert said in str(refusal.value)


def test_a_workbook_that_unpacks_beyond_reason_is_refused():
    with pytest.raises(Refused):
        read_source("questionnaire.xlsx", _bomb())
