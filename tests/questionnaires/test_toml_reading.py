"""TOML with a mistake in it: the line, the column and a sentence."""

import pytest

from portal.questionnaires.toml_reading import NotToml, read_toml

MISTAKES = [
    (b'a = 1\nkey "socle"\n', 2, 5, "un signe « = » est attendu"),
    (b'a = 1\nb = "x" y\n', 2, 9, "il reste du texte"),
    (b"a = [1, 2\nb = 3\n", 2, 1, "la liste n'est pas fermée"),
    (b"a = oui\n", 1, 5, "ni true ou false"),
    (b'a = "texte\nsuite"\n', 1, 11, "un caractère interdit"),
    (b'a = "texte', 1, None, "fermé par des guillemets"),
    (b'a = """texte\n\n', 3, None, "fermé par des guillemets"),
    (b'a = "c:\\dossier"\n', 1, 10, "barre oblique inverse"),
    (b"[[sections]\n", 1, 11, "crochet fermant"),
    (b"[a]\n[a]\n", 2, 3, "déclarée deux fois"),
    (b"a = 1\na = 2\n", 2, 6, "donné deux fois"),
    (b"a = { b = 1, b = 2 }\n", 1, 19, "donné deux fois"),
    (b"a = { b = 1\n}\n", 1, 12, "accolade n'est pas fermée"),
    (b"a = 1\n! = 2\n", 2, 1, "ni un champ"),
    (b"a. = 2\n", 1, 4, "ne peut pas commencer ainsi"),
    (b"a = 1\nb = 2026-02-30\n", 2, 5, "cette date n'existe pas"),
    (b'a = 1\nb = "\xe9t\xe9"\n', 2, 6, "encodé en UTF-8"),
    (b"a = " + b"9" * 5000, None, None, "démesurée"),
    (b"a = " + b"[" * 5000, None, None, "démesurée"),
]


@pytest.mark.parametrize(("data", "line", "column", "words"), MISTAKES, ids=[words for *_, words in MISTAKES])
def test_a_mistake_is_located_and_explained(data, line, column, words):
    with pytest.raises(NotToml) as found:
        read_toml(data)
    problem = found.value.problem
    assert (problem.line, problem.column) == (line, column)
    reason = problem.message.values.get("reason", "")
    assert words in problem.message.text + getattr(reason, "text", str(reason))


def test_what_windows_editors_write_is_read():
    assert read_toml("\ufeffa = 'é'\r\nb = 1\r\n".encode()) == {"a": "é", "b": 1}
