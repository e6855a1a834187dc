import pytest

from portal.core.errors import Refused
from portal.questionnaires.importing.yaml_text import read_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


def test_texts_stay_texts_and_only_json_s_own_values_are_told_apart():
    text = "a: Oui\nb: No\nc: 2026-06-23\nd: 3\ne: '3'\nf: true\ng: ~\nh: 1.5\ni: 012\nj: |\n  ligne\n  deux\n"
    assert read_yaml(text) == {
        "a": "Oui", "b": "No", "c": "2026-06-23", "d": 3, "e": "3", "f": True, "g": None, "h": 1.5, "i": "012",
        "j": "ligne\ndeux\n",
    }  # fmt: skip


def test_an_alias_or_two_are_followed():
    assert read_yaml("a: &x [1]\nb: *x\n") == {"a": [1], "b": [1]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "plus de valeurs"),
        ("a: &x [*x]", "se répète"),
        ("a: *nowhere", "mal formé|se répète"),
        ("!!python/object/apply:os.system ['id']", "construire"),
        ("a: !secret b", "construire"),
        ("a: 1\na: 2", "deux fois"),
        ("[" * 5000, "mal formé"),
        ("\n".join(" " * depth + "a:" for depth in range(300)), "trop de niveaux"),
        ("? [a]\n: b", "n'est pas un texte"),
        ("a: [", "mal formé"),
        ("\ta: b", "mal formé"),
    ],
)
def test_bombs_tags_and_repeated_fields_are_refused_in_a_sentence(text, said):
    with pytest.raises(Refused) as refusal:
        read_yaml(text)
    assert any(one in refusal.value.sentence.text for one in said.split("|"))
