"""Posted answers: stored in one form, or refused with a sentence; whatever is posted, nothing else happens."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.definition import Bilingual
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer, clean_comment
from tests.factories.questionnaires import both, junk, one, questionnaires

COLUMNS = [
    {"key": "nom", "label": both("Nom"), "required": True},
    {"key": "pays", "label": both("Pays"), "kind": "country"},
    {"key": "depuis", "label": both("Depuis"), "kind": "date"},
    {"key": "part", "label": both("Part"), "kind": "number"},
    {"key": "email", "label": both("E-mail"), "kind": "email"},
    {
        "key": "outil",
        "label": both("Outil"),
        "kind": "single",
        "choices": [{"value": "cct", "label": both("CCT")}, {"value": "bcr", "label": both("BCR")}],
    },
]
MULTIPLE = [
    {"value": "mfa", "mark": 0.5, "label": both("MFA")},
    {"value": "tls", "mark": 0.5, "label": both("TLS")},
    {"value": "rien", "mark": 0, "exclusive": True, "label": both("Rien")},
]
QUESTIONS = {
    "yes_no": one(),
    "single": one(kind="single"),
    "multiple": one(kind="multiple", choices=MULTIPLE),
    "text": one(kind="text", max_length=20),
    "number": one(kind="number", minimum=0, maximum=365),
    "date": one(kind="date"),
    "file": one(kind="file"),
    "table": one(kind="table", columns=COLUMNS, max_rows=2),
}

ACCEPTED = [
    ("yes_no", "oui", "oui"),
    ("yes_no", ["partiel"], "partiel"),
    ("yes_no", [], None),
    ("yes_no", None, None),
    ("single", "  bien ", "bien"),
    ("multiple", ["tls", "mfa", "tls"], ("mfa", "tls")),
    ("multiple", "tls", ("tls",)),
    ("multiple", ["", "tls"], ("tls",)),
    ("multiple", [], None),
    ("multiple", ["rien"], ("rien",)),
    ("text", "  deux\r\nlignes ", "deux\nlignes"),
    ("text", "e\u0301te\u0301", "été"),
    ("text", "nul\x00 et\u202e inverse", "nul et inverse"),
    ("text", " \u200b\ufeff\n", "\u200b"),
    ("text", "\ud800", None),
    ("number", "12,50", "12.5"),
    ("number", "1\u202f0 0", "100"),
    ("number", "-0", "0"),
    ("number", "+007", "7"),
    ("number", "365.000", "365"),
    ("date", "2026-11-24", "2026-11-24"),
    ("date", "4/2/2026", "2026-02-04"),
    ("file", "", None),
    ("table", [{"nom": " Acme ", "pays": "fr"}, {"nom": "", "pays": " "}], ({"nom": "Acme", "pays": "FR"},)),
    ("table", [{"pays": "FR"}], ({"pays": "FR"},)),
    ("table", [{"nom": "A"}, {"nom": ""}, {"nom": "B"}], ({"nom": "A"}, {"nom": "B"})),
    ("table", [{"nom": "A", "depuis": "31/12/2025", "part": "1,5", "email": "a@b.fr", "outil": "cct"}],
     ({"nom": "A", "depuis": "2025-12-31", "part": "1.5", "email": "a@b.fr", "outil": "cct"},)),
    ("table", [], None),
    ("table", "", None),
]  # fmt: skip

REFUSED = [
    ("yes_no", "peut-être", "« peut-être » ne fait pas partie des réponses proposées"),
    ("yes_no", "OUI", "« OUI » ne fait pas partie"),
    ("yes_no", ["oui", "non"], "Une seule réponse"),
    ("yes_no", 1, "pas la forme attendue"),
    ("yes_no", b"oui", "pas la forme attendue"),
    ("yes_no", [["oui"]], "pas la forme attendue"),
    ("yes_no", {"oui": "on"}, "pas la forme attendue"),
    ("single", "x" * 5000, "ne fait pas partie"),
    ("multiple", ["tls", "ssl"], "« ssl » ne fait pas partie"),
    ("multiple", ["rien", "tls"], "« Rien » ne peut pas être coché avec une autre"),
    ("multiple", [None, 3], "pas la forme attendue"),
    ("multiple", ["tls"] * 1000, "pas la forme attendue"),
    ("multiple", 7, "pas la forme attendue"),
    ("text", "x" * 21, "dépasse 20 caractères"),
    ("text", "x" * 10_000_000, "dépasse 20 caractères"),
    ("text", "\ufb2c" * 20, "dépasse 20 caractères"),  # each becomes three characters in NFC
    ("number", "douze", "« douze » n'est pas un nombre"),
    ("number", "1e9", "n'est pas un nombre"),
    ("number", "NaN", "n'est pas un nombre"),
    ("number", "Infinity", "n'est pas un nombre"),
    ("number", "9" * 400, "n'est pas un nombre"),
    ("number", "٣", "n'est pas un nombre"),
    ("number", "-1", "au moins 0"),
    ("number", "365,01", "au plus 365"),
    ("date", "hier", "n'est pas reconnue"),
    ("date", "2026-W01-1", "n'est pas reconnue"),
    ("date", "20261124", "n'est pas reconnue"),
    ("date", "2026-02-30", "n'existe pas dans le calendrier"),
    ("date", "0000-01-01", "n'existe pas dans le calendrier"),
    ("date", "0026-11-24", "entre 1900 et 2200"),
    ("file", "secret.pdf", "attend un fichier"),
    ("table", "Acme", "pas la forme attendue"),
    ("table", {"nom": "Acme"}, "pas la forme attendue"),
    ("table", ["Acme"], "pas la forme attendue"),
    ("table", [{"nom": "A", "ville": "Lyon"}], "Ligne 1 : la colonne « ville » n'existe pas"),
    ("table", [{"nom": "A", 3: "B"}], "Ligne 1 : la colonne « 3 » n'existe pas"),
    ("table", [{"nom": "A"}, {"pays": "France"}], "Ligne 2, Pays : « France » n'est pas un code de pays"),
    ("table", [{"email": "a@b"}], "Ligne 1, E-mail : « a@b » n'est pas une adresse"),
    ("table", [{"outil": "dpf"}], "Ligne 1, Outil : « dpf » ne fait pas partie"),
    ("table", [{"nom": ["a", "b"]}], "Ligne 1, Nom : Une seule réponse"),
    ("table", [{"nom": "x" * 501}], "Ligne 1, Nom : Ce texte dépasse 500 caractères"),
    ("table", [{"nom": "a"}] * 3, "Ce tableau dépasse 2 lignes"),
    ("table", [{"nom": ""}] * 1000, "Ce tableau dépasse 2 lignes"),
]  # fmt: skip


def said(refusal):
    """The sentence in plain French, before typography."""

    def plain(value):
        if isinstance(value, Bilingual):
            return value.fr
        return said(value) if hasattr(value, "text") else value

    sentence = getattr(refusal, "sentence", refusal)
    return (sentence.plural or sentence.text) % {name: plain(value) for name, value in sentence.values.items()}


@pytest.mark.parametrize(("kind", "posted", "stored"), ACCEPTED, ids=lambda x: repr(x)[:40])
def test_a_posted_answer_is_stored_in_one_form(kind, posted, stored):
    assert QUESTIONS[kind].kind.stored_value(QUESTIONS[kind], posted) == stored


@pytest.mark.parametrize(("kind", "posted", "words"), REFUSED, ids=lambda x: repr(x)[:40])
def test_an_answer_that_cannot_be_stored_is_refused_with_a_sentence(kind, posted, words):
    with pytest.raises(UnacceptableAnswer) as refusal:
        QUESTIONS[kind].kind.stored_value(QUESTIONS[kind], posted)
    assert words in said(refusal.value)
    assert str(refusal.value)


def test_a_refused_cell_is_designated_by_its_row_and_column():
    with pytest.raises(UnacceptableAnswer) as refusal:
        QUESTIONS["table"].kind.stored_value(QUESTIONS["table"], [{"nom": "A"}, {"nom": "B", "depuis": "hier"}])
    assert (refusal.value.row, refusal.value.column) == (2, "depuis")


almost = (
    junk
    | st.sampled_from(
        ["oui", "non", "na", "bien", "mfa", "rien", "12", "12,5", "2026-02-29", "2024-02-29", "FR", "a@b.fr"]
    )
    | st.lists(st.sampled_from(["mfa", "tls", "rien", ""]))
    | st.lists(st.dictionaries(st.sampled_from([c["key"] for c in COLUMNS]), st.text(max_size=5)), max_size=4)
    | st.dates(min_value=date(1890, 1, 1)).map(date.isoformat)
    | st.decimals(-999, 999, allow_nan=False, allow_infinity=False).map(str)
)


def outcome(question, posted):
    """What is stored, and the refusal: one of the two."""
    try:
        return question.kind.stored_value(question, posted), None
    except UnacceptableAnswer as refusal:
        return None, refusal


@given(st.sampled_from(sorted(QUESTIONS)), almost)
def test_whatever_is_posted_is_stored_for_good_or_refused(kind, posted):
    question = QUESTIONS[kind]
    stored, refusal = outcome(question, posted)
    assert refusal is None or said(refusal)
    assert question.kind.stored_value(question, stored) == stored
    assert question.kind.stored_value(question, json.loads(json.dumps(stored))) == stored


@given(questionnaires, st.data())
def test_every_offered_choice_of_every_questionnaire_is_accepted(questionnaire, data):
    question = data.draw(st.sampled_from(questionnaire.questions))
    for choice in question.choices:
        expected = (choice.value,) if question.kind.name == "multiple" else choice.value
        assert question.kind.stored_value(question, choice.value) == expected


@pytest.mark.parametrize("kind", sorted(QUESTIONS))
def test_nothing_posted_is_no_answer_for_every_kind(kind):
    assert [
        QUESTIONS[kind].kind.stored_value(QUESTIONS[kind], nothing)
        for nothing in (None, "", [], [""] if kind != "table" else ())
    ] == [None] * 4


def test_a_stored_answer_that_a_new_version_no_longer_offers_is_invalid():
    assert "ne fait pas partie" in said(outcome(QUESTIONS["yes_no"], "trop-vieux")[1])
    assert outcome(QUESTIONS["yes_no"], ("oui", "non"))[1] is not None
    assert outcome(QUESTIONS["table"], ({"ville": "Lyon"},))[1] is not None


def test_a_comment_is_cleaned_and_has_a_limit():
    assert clean_comment(["  voilà\x00\r\n "]) == "voilà"
    assert clean_comment(None) == ""
    with pytest.raises(UnacceptableAnswer, match="5000"):
        clean_comment("x" * 5001)
    with pytest.raises(UnacceptableAnswer):
        clean_comment({"a": 1})
