"""The folder of questionnaires: the shipped files are sound, and each defect is found in its file and at its line."""

import json
from pathlib import Path

import pytest

from portal.core.errors import Refused
from portal.questionnaires import catalogue
from portal.questionnaires.rules.snapshot import read_snapshot, snapshot_of

SOUND = """\
key = "essai"
version = "1.0"
title = { fr = "Essai", en = "Trial" }
introduction = { fr = "Bonjour.", en = "Hello." }

[[sections]]
key = "a"
title = { fr = "A", en = "A" }

[[sections.questions]]
key = "a.un"
kind = "yes_no"
text = { fr = "Quoi ?", en = "What?" }
why = { fr = "Parce que.", en = "Because." }

[[sections.questions]]
key = "a.deux"
kind = "text"
text = { fr = "Quoi ?", en = "What?" }
why = { fr = "Parce que.", en = "Because." }
"""

BORROWING = """\
key = "autre"
version = "1.0"
title = { fr = "Autre", en = "Other" }
introduction = { fr = "Bonjour.", en = "Hello." }

[[sections]]
key = "b"
title = { fr = "B", en = "B" }

[[sections.questions]]
same_as = "a.deux"

[[sections.questions]]
key = "b.un"
kind = "text"
text = { fr = "Quoi ?", en = "What?" }
why = { fr = "Parce que.", en = "Because." }
"""
"""A second questionnaire, which asks a question of the first."""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "essai.toml").write_text(SOUND, encoding="utf-8")
    return tmp_path


def found(folder):
    return [
        (path.name, problem.line, problem.column, problem.where, problem.message.text % problem.message.values)
        for path, problem in catalogue.all_defects(folder)
    ]


def test_the_shipped_questionnaires_have_no_defect():
    assert found(catalogue.FOLDER) == []
    assert "socle-rgpd" in catalogue.load()


def test_a_sound_folder_loads_by_key(folder):
    loaded = catalogue.load(folder)
    assert list(loaded) == ["essai"]
    assert [question.key for question in loaded["essai"].questions] == ["a.un", "a.deux"]


def test_a_defect_is_reported_with_its_file_its_question_and_its_line(folder):
    spoiled = SOUND.replace(
        'kind = "text"', 'kind = "text"\npoids = 3\nvisible_if = { question = "a.trois", in = ["oui"] }'
    )
    (folder / "essai.toml").write_text(spoiled, encoding="utf-8")
    assert found(folder) == [
        ("essai.toml", 17, None, "a.deux", "Champ inconnu : « poids »."),
        ("essai.toml", 17, None, "a.deux", "La condition porte sur « a.trois », qui n'existe pas."),
    ]


def test_a_repeated_question_is_reported_at_its_second_line(folder):
    (folder / "essai.toml").write_text(SOUND.replace("a.deux", "a.un"), encoding="utf-8")
    assert found(folder) == [("essai.toml", 17, None, "a.un", "Deux questions portent cette clé.")]


def test_a_question_of_another_questionnaire_is_asked_under_its_key_and_in_its_words(folder):
    (folder / "autre.toml").write_text(BORROWING, encoding="utf-8")
    loaded = catalogue.load(folder)
    assert [question.key for question in loaded["autre"].questions] == ["a.deux", "b.un"]
    assert loaded["autre"].question("a.deux") == loaded["essai"].question("a.deux")


@pytest.mark.parametrize(
    ("before", "after", "line", "where", "message"),
    [
        ('"a.deux"', '"a.trois"', 11, "a.trois", "Cette question n'est définie dans aucun questionnaire."),
        ('"a.deux"', '"a.deux"\nweight = 2', 11, "a.deux", "Champ inconnu : « weight »."),
        ('"a.deux"', '"b.un"', 14, "b.un", "Deux questions portent cette clé."),
        # Two entries that designate one another, or an entry its own key: none of them defines anything.
        ('"a.deux"', '"b.deux"\nkey = "b.trois"', 11, "b.deux", "Champ inconnu : « key »."),
        ('"a.deux"', '"b.deux"\nkey = "b.deux"', 12, "b.deux", "Champ inconnu : « key »."),
        (
            'same_as = "a.deux"',
            "same_as = 3",
            7,
            "b",
            "Le champ « questions[1].same_as » doit être un texte non vide.",
        ),
        (
            '"b.un"',
            '"a.un"',
            14,
            "a.un",
            "La clé doit s'écrire « b. » suivi de minuscules sans accent, chiffres et traits d'union.",
        ),
    ],
)
def test_a_question_wrongly_shared_is_a_defect(folder, before, after, line, where, message):
    (folder / "autre.toml").write_text(BORROWING.replace(before, after), encoding="utf-8")
    assert ("autre.toml", line, None, where, message) in found(folder)


def test_a_question_defined_in_two_questionnaires_is_a_defect_of_the_second(folder):
    twice = SOUND.replace('"essai"', '"zoo"').replace("a.deux", "a.trois")
    (folder / "zoo.toml").write_text(twice, encoding="utf-8")
    message = "Cette question est déjà définie dans « essai » : écrire seulement « same_as » et sa clé."
    assert found(folder) == [("zoo.toml", 11, None, "a.un", message)]


def test_a_condition_follows_a_shared_question_with_what_it_depends_on(folder):
    asked = SOUND.replace('kind = "text"', 'kind = "text"\nvisible_if = { question = "a.un", in = ["oui"] }')
    (folder / "essai.toml").write_text(asked, encoding="utf-8")
    (folder / "autre.toml").write_text(BORROWING, encoding="utf-8")
    missing = "La condition porte sur « a.un », qui n'existe pas."
    assert found(folder) == [("autre.toml", 11, None, "a.deux", missing)]
    both = BORROWING.replace("same_as", 'same_as = "a.un"\n\n[[sections.questions]]\nsame_as')
    (folder / "autre.toml").write_text(both, encoding="utf-8")
    assert found(folder) == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ('replaces = "z.ancienne"', None),
        (
            'replaces = "a.un"',
            "« replaces » désigne « a.un », qui est toujours posée : la retirer ou ne pas la remplacer.",
        ),
        (
            'replaces = "b.un"',
            "« replaces » désigne « b.un », qui est toujours posée : la retirer ou ne pas la remplacer.",
        ),
        ('replaces = "z.prise"', "« replaces » désigne « z.prise », que « a.deux » remplace déjà."),
        ("replaces = 3", "Le champ « replaces » doit être un texte non vide."),
        ('replaces = "Ancienne"', "« replaces » n'est pas une clé de question (écrire « section.question »)."),
    ],
)
def test_a_question_replaces_one_that_is_gone_and_that_no_other_replaces(folder, fields, message):
    taken = SOUND.replace('kind = "text"', 'kind = "text"\nreplaces = "z.prise"')
    (folder / "essai.toml").write_text(taken, encoding="utf-8")
    (folder / "zoo.toml").write_text(
        BORROWING.replace("autre", "zoo").replace("kind", f"{fields}\nkind"), encoding="utf-8"
    )
    assert found(folder) == ([] if message is None else [("zoo.toml", 14, None, "b.un", message)])
    if message is None:
        assert catalogue.load(folder)["zoo"].question("b.un").replaces == "z.ancienne"


def test_a_syntax_error_is_reported_with_line_and_column_and_does_not_hide_the_other_files(folder):
    (folder / "autre.toml").write_text('key = "autre"\nversion 1\n', encoding="utf-8")
    (folder / "essai.toml").write_text(SOUND.replace("1.0", "un"), encoding="utf-8")
    assert [(name, line, column) for name, line, column, *_ in found(folder)] == [
        ("autre.toml", 2, 9),
        ("essai.toml", 1, None),
    ]


def test_a_file_is_named_after_its_key(folder):
    (folder / "essai.toml").rename(folder / "brouillon.toml")
    assert found(folder) == [("brouillon.toml", None, None, "essai", "Ce fichier devrait s'appeler « essai.toml ».")]


def test_two_files_with_one_key_are_reported_at_the_second(folder):
    (folder / "zoo.toml").write_text(SOUND, encoding="utf-8")
    assert found(folder) == [("zoo.toml", None, None, "essai", "Un autre fichier porte déjà cette clé.")]


def test_what_cannot_be_read_is_a_defect(folder):
    (folder / "dossier.toml").mkdir()
    (folder / "lien.toml").symlink_to(folder / "absent")
    (folder / "lourd.toml").write_bytes(b"#" * (catalogue.MAX_BYTES + 1))
    (folder / "latin.toml").write_bytes("key = 'été'".encode("latin-1"))
    assert [(name, message.split(" :")[0]) for name, _, _, _, message in found(folder)] == [
        ("dossier.toml", "Ce fichier ne peut pas être lu"),
        ("latin.toml", "Ce fichier n'est pas encodé en UTF-8."),
        ("lien.toml", "Ce fichier ne peut pas être lu"),
        ("lourd.toml", "Ce fichier dépasse 2 Mo."),
    ]


def test_a_folder_that_holds_nothing_or_does_not_exist_is_a_defect(tmp_path):
    assert [message for *_, message in found(tmp_path)] == [
        "Ce dossier ne contient aucun questionnaire (fichier .toml)."
    ]
    assert [message for *_, message in found(tmp_path / "absent")] == ["Ce dossier n'existe pas."]


def test_a_kind_of_proof_that_does_not_exist_is_reported_at_its_question(folder):
    asking = 'kind = "yes_no"\nevidence = "required"\nevidence_label = { fr = "Le rapport.", en = "The report." }\n'
    asking += 'evidence_kinds = ["pentest", "rumeur"]'
    (folder / "essai.toml").write_text(SOUND.replace('kind = "yes_no"', asking), encoding="utf-8")
    assert found(folder) == []
    (folder / catalogue.EVIDENCE_KINDS).write_text('[[kind]]\nkey = "pentest"\n', encoding="utf-8")
    assert found(folder) == [
        ("essai.toml", 11, None, "a.un", "« rumeur » n'est pas une preuve connue de preuves.toml.")
    ]
    assert catalogue.read(folder)[0]["essai"].question("a.un").evidence_kinds == ("pentest", "rumeur")


def test_the_other_data_files_of_the_folder_are_not_taken_for_questionnaires(folder):
    for name in catalogue.NOT_QUESTIONNAIRES - {catalogue.COMPOSITION, catalogue.COHERENCE}:
        (folder / name).write_text("valid_from = 2026-01-01", encoding="utf-8")
    assert found(folder) == []


def test_the_rules_of_composition_are_checked_and_those_of_an_absent_questionnaire_left_out(folder):
    assert catalogue.composition_rules(folder) == ()
    rules = folder / "composition.toml"
    rules.write_text('[[pack]]\nquestionnaire = "absent"\n[[pack]]\nquestionnaire = "essai"\n', encoding="utf-8")
    assert found(folder) == []
    assert [rule.questionnaire for rule in catalogue.composition_rules(folder)] == ["essai"]
    rules.write_text('[[pack]]\nquestionnaire = "essai"\nsi = 1\n', encoding="utf-8")
    assert found(folder) == [("composition.toml", None, None, "essai", "Champ inconnu : « si ».")]
    with pytest.raises(Refused):
        catalogue.load(folder)


def test_a_folder_with_a_defect_is_not_half_loaded(folder):
    (folder / "autre.toml").write_text("key = 1", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        catalogue.load(folder)
    assert "autre.toml" in str(refusal.value)
    assert "questionnaire\u202f: Le champ «\u202fkey\u202f» doit être un texte" in str(refusal.value)
    assert "flask questionnaires check" in str(refusal.value)


def test_the_frozen_form_of_a_shipped_questionnaire_survives_storage():
    for questionnaire in catalogue.load().values():
        frozen = json.loads(json.dumps(snapshot_of(questionnaire)))
        assert read_snapshot(frozen) == questionnaire


def test_the_readme_shows_an_example_that_is_sound(tmp_path):
    readme = Path(catalogue.FOLDER / "README.md").read_text(encoding="utf-8")
    example = readme.split("```toml", 1)[1].split("```", 1)[0]
    (tmp_path / "exemple.toml").write_text(example, encoding="utf-8")
    assert found(tmp_path) == []


def test_the_baseline_comes_first_for_it_is_chosen_most_and_then_the_broadest():
    first, *others = catalogue.load().values()
    assert first.key == catalogue.BASELINE
    assert [len(one.questions) for one in others] == sorted((len(one.questions) for one in others), reverse=True)
