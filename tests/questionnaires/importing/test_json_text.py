import pytest

from portal.core.errors import Refused
from portal.questionnaires.importing.json_text import read_json

LOOSE = """// Copyright
{
  /* a comment */
  "text": "one " +
          // between
          'two "three"',
  "items": [1, 2,],
  name: "x // not a comment",
}"""


def test_comments_joined_texts_and_commas_too_many_are_read():
    assert read_json(LOOSE) == {"text": 'one two "three"', "items": [1, 2], "name": "x // not a comment"}


def test_strict_json_is_read_as_it_is():
    assert read_json('{"a": ["é", 1.5, null, true]}') == {"a": ["é", 1.5, None, True]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1, "a": 2}', "deux fois"),
        ('// x\n{"a": 1, "a": 2}', "deux fois"),
        ('{\n"a": \n}', "ligne 3"),
        ('// x\n{"a": "\n', "mal formé"),
        ("[NaN]", "n'est pas un nombre"),
        ("[" * 100_000, "démesurée"),
        ("// x\n" + "[" * 100_000, "démesurée"),
        ("[" + "1" * 5000 + "]", "démesurée"),
        ("{'a': 'b", "mal formé"),
        ("{a: process.exit()}", "mal formé"),
        ('["a" + b]', "mal formé"),
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(text, said):
    with pytest.raises(Refused) as refusal:
        read_json(text)
    assert said in refusal.value.sentence.text % refusal.value.sentence.values
