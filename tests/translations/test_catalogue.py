import gettext
import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.translations import catalogue
from portal.translations.sources import SourceSentence

GOOD = """
msgid "Ligne %(line)s : pays inconnu."
msgstr "Line %(line)s: unknown country."

msgid "Un point est à corriger"
msgid_plural "%(num)s points sont à corriger"
msgstr[0] "One point to correct"
msgstr[1] "%(num)s points to correct"
"""


@pytest.fixture
def parts(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    return folder


def write(parts: Path, text: str, name: str = "a.po") -> None:
    (parts / name).write_text(text, encoding="utf-8")


def said(*singulars: str, plural: str = "") -> dict[str, SourceSentence]:
    return {text: SourceSentence(text, plural, "portal/x.py:1") for text in singulars}


def test_sound_pairs_have_no_fault(parts):
    write(parts, GOOD)
    spoken = said("Ligne %(line)s : pays inconnu.") | said(
        "Un point est à corriger", plural="%(num)s points sont à corriger"
    )
    assert catalogue.faults(spoken, parts) == []
    assert catalogue.unused(spoken, parts) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('msgid "Nom"\nmsgstr ""\n', "pas de texte anglais"),
        ('#, fuzzy\nmsgid "Nom"\nmsgstr "Name"\n', "fuzzy"),
        ('msgid "Nom"\nmsgstr "Name of %(who)s"\n', r"l'anglais attend %\(who\)s, le français aucune valeur"),
        ('msgid "Nom %(x)s"\nmsgstr "Name"\n', r"l'anglais attend aucune valeur, le français %\(x\)s"),
        ('msgid "À %(n)s %%"\nmsgstr "At %(n)s % of it"\n', "n'est pas doublé"),
        (
            'msgid "un"\nmsgid_plural "%(num)s"\nmsgstr[0] "one"\nmsgstr[1] "many"\n',
            r"l'anglais attend aucune valeur, le français %\(num\)s",
        ),
    ],
)
def test_each_way_of_being_unsound_is_named(parts, text, message):
    write(parts, text)
    key = next(iter(catalogue.pairs(parts))).message.id
    key = key if isinstance(key, str) else key[0]
    found = catalogue.faults(said(key), parts)
    assert len(found) == 1
    assert found[0].where == "a.po"
    assert re.search(message, found[0].message)


def test_a_sentence_without_english_is_named_with_its_place(parts):
    write(parts, GOOD)
    assert [str(f) for f in catalogue.faults(said("Oubliée"), parts)] == [
        "portal/x.py:1: « Oubliée » n'a pas de traduction anglaise."
    ]


def test_two_parts_may_repeat_a_translation_but_not_contradict_it(parts):
    write(parts, 'msgid "Nom"\nmsgstr "Name"\n')
    write(parts, 'msgid "Nom"\nmsgstr "Name"\n', "b.po")
    assert catalogue.faults(said("Nom"), parts) == []
    write(parts, 'msgid "Nom"\nmsgstr "Surname"\n', "b.po")
    assert [f.where for f in catalogue.faults(said("Nom"), parts)] == ["b.po"]


def test_a_counted_sentence_translated_without_plural_is_a_fault(parts):
    write(parts, 'msgid "un audit"\nmsgstr "one audit"\n')
    found = catalogue.faults(said("un audit", plural="%(num)s audits"), parts)
    assert "pluriel" in found[0].message


def test_what_nobody_says_any_more_is_listed_apart(parts):
    write(parts, GOOD)
    assert len(catalogue.unused({}, parts)) == 2


def test_the_compiled_catalogue_says_english_with_its_plurals(parts, tmp_path):
    write(parts, GOOD)
    compiled = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    catalogue.compile_catalogue(parts, compiled)
    english = gettext.translation("messages", tmp_path, languages=["en"])
    assert english.gettext("Ligne %(line)s : pays inconnu.") == "Line %(line)s: unknown country."
    plural = "%(num)s points sont à corriger"
    assert english.ngettext("Un point est à corriger", plural, 1) == "One point to correct"
    assert english.ngettext("Un point est à corriger", plural, 0) == "%(num)s points to correct"


def test_the_compiled_english_has_curly_apostrophes_counted_or_not(parts, tmp_path):
    write(
        parts,
        """
msgid "Droits"
msgstr "People's rights"

msgid "l'avis"
msgid_plural "les avis"
msgstr[0] "the reader's notice"
msgstr[1] "the readers' notices"
""",
    )
    compiled = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    catalogue.compile_catalogue(parts, compiled)
    english = gettext.translation("messages", tmp_path, languages=["en"])
    assert english.gettext("Droits") == "People’s rights"
    assert [english.ngettext("l'avis", "les avis", n) for n in (1, 2)] == [
        "the reader’s notice",
        "the readers’ notices",
    ]


def test_an_unfinished_translation_is_not_compiled(parts, tmp_path):
    write(parts, '#, fuzzy\nmsgid "Nom"\nmsgstr "Name"\n\nmsgid "Rôle"\nmsgstr ""\n')
    compiled = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    catalogue.compile_catalogue(parts, compiled)
    english = gettext.translation("messages", tmp_path, languages=["en"])
    assert (english.gettext("Nom"), english.gettext("Rôle")) == ("Nom", "Rôle")


def test_it_is_stale_until_compiled_and_again_when_a_part_changes_or_leaves(parts, tmp_path):
    write(parts, GOOD)
    write(parts, 'msgid "Nom"\nmsgstr "Name"\n', "b.po")
    compiled = tmp_path / "messages.mo"
    assert catalogue.is_stale(parts, compiled)
    catalogue.compile_catalogue(parts, compiled)
    later = compiled.stat().st_mtime + 10
    os.utime(compiled, (later, later))
    assert not catalogue.is_stale(parts, compiled)
    os.utime(parts / "a.po", (later + 1, later + 1))
    assert catalogue.is_stale(parts, compiled)
    os.utime(parts / "a.po", (later - 20, later - 20))
    (parts / "b.po").unlink()
    os.utime(parts, (later + 1, later + 1))
    assert catalogue.is_stale(parts, compiled)


def test_a_part_that_is_not_po_stops_the_reading(parts):
    write(parts, 'msgid "Nom"\nceci n\'est pas du PO\n')
    with pytest.raises(ValueError, match=r"a\.po, ligne 2 : ceci"):
        list(catalogue.pairs(parts))


def test_one_word_has_one_english_word_outside_dora():
    """“Provider” is that of DORA's register and of an identity: whoever works for us is a vendor."""
    told = [
        (part.name, message.id)
        for part in sorted(catalogue.PARTS.glob("*.po"))
        if part.name != "dora.po"
        for message in read_po(BytesIO(part.read_bytes()))
        if "prestataire" in str(message.id).lower() and "provider" in str(message.string).lower()
    ]
    assert told == []
