"""The reader of the clause library, and every defect it must name with its file and place."""

import hashlib
import shutil
from functools import cache

import pytest

from portal.contracts import library
from portal.contracts.rules import problems
from portal.core.errors import Refused
from portal.core.language import Language

DPA = "modeles/dpa.toml"
CL03 = "clauses/CL03-objet-duree-nature-finalite.md"
CL11 = "clauses/CL11-securite.md"
CL18 = "clauses/CL18-violations.md"
CL24 = "clauses/CL24-transferts-eee.md"
CL26 = "clauses/CL26-transferts-cct.md"


@pytest.fixture(autouse=True, scope="module")
def _unchanged_files_looked_at_once():
    """A defect is planted in one file of ninety: the others are parsed, and looked at by themselves, once."""
    really, looked_at = problems._clause, {}

    def look(clause, known):
        one, found = looked_at.get((clause.path, clause.sha256, known), (None, ()))
        if one != clause:
            found = list(really(clause, known))
            looked_at[clause.path, clause.sha256, known] = clause, found
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problems, "_clause", look)
        patch.setattr(library, "_toml", cache(library._toml))
        yield


@pytest.fixture
def folder(tmp_path):
    """The library with the agreement alone: a defect planted in one of its clauses is told once."""
    copied = shutil.copytree(library.FOLDER, tmp_path / "library")
    for template in copied.glob("modeles/*.toml"):
        if template.name != "dpa.toml":
            template.unlink()
    return copied


def defects(folder):
    return library.read(folder)[1]


def rewrite(folder, path, old, new):
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_library_has_no_defect():
    read, found = library.read()
    assert [(one.path, one.where, str(one.message)) for one in found] == []
    assert len(read.clauses) == 79
    assert list(read.template) == [
        "dpa", "dpa-annexe", "cct-sous-traitance", "cct-transfert", "responsables-conjoints", "cct-retour",
        "liste-annexes", "autorisation-sous-traitant", "lettre-fin-contrat", "evaluation-transfert",
    ]  # fmt: skip


def test_each_clause_carries_the_digest_of_its_file(folder):
    for clause in library.load(folder).clauses:
        assert clause.sha256 == hashlib.sha256((folder / clause.path).read_bytes()).hexdigest()


def test_each_passage_knows_its_line(folder):
    clause = library.load(folder).clause["CL18"]
    lines = (folder / CL18).read_text(encoding="utf-8").splitlines()
    for language in Language:
        for number, passage in enumerate(clause.prose[language], start=1):
            assert lines[passage.line - 1].startswith(f"{number}. ")


CL30 = "clauses/CL30-relation-client-retractation.md"
CL31 = "clauses/CL31-demarchage-telephonique.md"
TABLE = "exigences/relation-client-retractation.toml"

PLANTED = [
    # positions on a paragraph
    (CL31, "paragraph = 2", "paragraph = 9", "CL31", "que la clause n'a pas"),
    (CL31, "paragraph = 2", "paragraph = 3", "CL31", "deux replis"),
    (CL31, "paragraph = 2", "paragraph = 0", "CL31 negotiation[1]", "un nombre entier"),
    (CL31, "Une liste par centre", "Une liste par {{ centre }}", "CL31", "sans variable"),
    (CL31, 'position = "preferred"', 'position = "acceptable"', "CL31", "déjà un repli"),
    (CL31, "red_line = ", "line = ", "CL31 negotiation[1]", "Champ « red_line »"),
    # figures of the positions
    (
        CL30,
        'preferred = "7 days", fallback = "12 days"',
        'preferred = "7 days", fallback = "5 days"',
        "CL30",
        "plus strict",
    ),
    (
        CL30,
        'preferred = "24 hours", fallback = "48 hours"',
        'preferred = "24 hours", fallback = "1 days"',
        "CL30",
        "n'imprime pas 1 days",
    ),
    (
        CL30,
        'preferred = "24 hours", fallback = "48 hours"',
        'preferred = "48 hours", fallback = "48 hours"',
        "CL30",
        "(preferred, fr) n'imprime pas 48 hours",
    ),
    (CL30, "quarante-huit (48) heures", "trente-six (36) heures", "CL30", "(fallback, fr) n'imprime pas 48 hours"),
    (CL30, "forty-eight (48) hours", "forty-eight (48) days", "CL30", "(fallback, en) imprime 48 days"),
    (
        CL30,
        "vingt-quatre (24) heures. Avant",
        "trente (30) heures. Avant",
        "CL30",
        "(preferred, fr) n'imprime pas 24 hours",
    ),
    (CL30, 'red_line = "3 business_days"', 'red_line = "1 hours"', "CL30", "la ligne rouge est plus stricte"),
    (CL30, "trois (3) jours ouvrés", "trois jours ouvrés", "CL30", "écrivez aussi en chiffres « trois jours ouvrés »"),
    (CL30, 'preferred = "7 days"', 'preferred = "7 jours"', "CL30 negotiation[6] figures[1]", "un nombre et son unité"),
    (CL30, 'preferred = "7 days"', "preferred = 7", "CL30 negotiation[6] figures[1]", "un nombre et son unité"),
    (
        CL30,
        'sense = "at_most", preferred = "7 days"',
        'sense = "atmost", preferred = "7 days"',
        "CL30 negotiation[6] figures[1]",
        "at_most, at_least",
    ),
    (CL18, "vingt-quatre (24) heures", "vingt-quatre (48) heures", "CL18", "« vingt-quatre » est suivi de (48)"),
    (CL18, "twelve (12) hours", "twelve (21) hours", "CL18", "« twelve » est suivi de (21)"),
    (CL30, "quarante-huit (48) heures", "trente-huit (48) heures", "CL30", "« trente-huit » est suivi de (48)"),
    # requirements
    (CL30, "13. **Contrôle", "13. {R01} **Contrôle", "CL30", "obligations différentes"),
    (TABLE, 'id = "R13"', 'id = "R12"', "R12", "déjà pris"),
    (TABLE, 'id = "R13"', 'id = "R16"', "R16", "Aucun paragraphe de clause ne porte R16"),
    (TABLE, '"conso L221-20"]', '"conso L221-99"]', "R01", "Article inconnu : « conso L221-99 »"),
    (TABLE, 'questions = ["declarations.declencheurs"]', "questions = []", "R01", "Aucune question ne vérifie"),
    (TABLE, 'basis = ["5(1)(c)", "9(1)"]', "basis = []", "R07", "ne cite aucun article"),
    (
        TABLE,
        'questionnaire = "relation',
        'questionnaire = "relations',
        "relations-client-retractation",
        "devrait s'appeler",
    ),
    # a fact, a variable, a condition
    (CL18, "({{ vendor.breach_contact }})", "(la hotline)", "CL18", "non employée : « vendor.breach_contact » (fr)"),
    (CL18, "({{ controller.contact }})", "({{ controller.dpo }})", "CL18", "non déclarée : « controller.dpo »"),
    (CL18, "{{ controller.contact }}", "{{ controller.contact }", "## fr", "Variable mal écrite"),
    (
        CL18,
        'needs = ["controller.contact"',
        'needs = ["controller.phone"',
        "CL18",
        "Fait inconnu : « controller.phone »",
    ),
    (CL18, 'needs = ["controller.contact"', 'needs = ["measures"', "CL18", "ni la clause ni une annexe citée"),
    (CL18, '"vendor.breach_contact" = {', '"vendor.hotline" = {', "CL18", "Fait inconnu : « vendor.hotline »"),
    (CL11, "[conditions.critical]", "[conditions.grave]", "CL11", "Condition non déclarée : « critical »"),
    (CL11, "\n::: reinforced\n", "\n::: critical\n", "CL11", "conditions différentes"),
    (CL11, 'in = ["critique"]', 'in = ["enorme"]', "CL11", "Code inconnu pour « tier » : « enorme »"),
    (CL11, 'fact = "tier"', 'fact = "service.name"', "CL11", "n'est pas un fait à codes"),
    # obligations
    (CL18, 'covers = ["C42"', 'covers = ["C99", "C42"', "CL18", "Obligation inconnue : C99"),
    (CL18, "5. {C44}", "5. {C45}", "CL18", "vise C45, qui n'est pas dans « covers »"),
    (CL18, "5. {C44}", "5.", "CL18", "Aucun paragraphe ne vise C44, pourtant dans « covers » (fr)"),
    # languages
    (CL18, "## en", "## de", "de", "seules « ## fr » et « ## en »"),
    (
        CL18,
        "7. Notifier ne vaut",
        "   Notifier ne vaut",
        "CL18",
        "de la partie fr : 6 ; de la partie en : 7",
    ),
    (CL26, "   - clause 7 (adhésion) : retenue ;\n", "", "CL26", "Paragraphe 6 : listes ou alinéas différents"),
    (CL03, "prévues à l'{{ ref:CL20 }}", "prévues à l'{{ ref:CL21 }}", "CL03", "Paragraphe 4 : renvois différents"),
    (CL03, "Sa durée est", "Sa durée ({{ service.start }}) est", "CL03", "Paragraphe 4 : variables différentes"),
    # between files
    (CL18, 'id = "CL18"', 'id = "CL19"', "CL19", "devrait s'appeler « CL19-….md »"),
    (CL03, "{{ ref:CL20 }}", "{{ ref:CL99 }}", "CL03", "Renvoi à « CL99 », absent du modèle « dpa »"),
    (CL03, "{{ ref:CL20 }}", "{{ ref:CL24 }}", "CL03", "Renvoi à « CL24 », qui peut manquer"),
    (CL03, "{{ ref:CL20 }}", "{{ ref:annex.transfers }}", "CL03", "« annex.transfers », qui peut manquer"),
    (DPA, '"CL16", "CL17",', '"CL16",', "dpa", "ne couvre l'obligation C40"),
    (DPA, '"CL17",', '"CL17", "CL17",', "dpa", "Clause présente deux fois : CL17"),
    (DPA, '"CL17",', '"CL77",', "dpa", "Clause inconnue : CL77"),
    (DPA, 'default = "CL24"', 'default = "CL21"', "dpa", "La clause par défaut de « transfers »"),
    (DPA, 'tables = ["measures"]', 'tables = ["mesures"]', "dpa", "fait inconnu « mesures »"),
    (DPA, 'tables = ["measures"]', 'facts = ["measures"]', "dpa", "« measures » n'est pas de la bonne forme"),
    (DPA, 'fact = "controller.name"', 'fact = "measures"', "dpa", "veulent un fait de texte"),
    (DPA, 'in = ["adequacy", "scc"]', 'in = ["bcr"]', "dpa", "condition impossible sur « transfers.mechanism »"),
    (DPA, "l'{{ ref:CL11 }}.\", en", "l'{{ ref:CL99 }}.\", en", "dpa", "Renvoi à « CL99 », absent"),
    ("obligations.toml", 'id = "C02"', 'id = "C01"', "C01", "L'identifiant C01 est déjà pris dans obligations.toml"),
    # shape of the tables
    (CL18, 'version = "1.3"', "", "CL18", "Champ « version » : il faut un texte"),
    (CL18, 'position = "preferred"', 'position = "ideal"', "CL18", "Position inconnue : « ideal »"),
    (CL18, 'position = "preferred"', 'position = "preferred"\nauteur = "moi"', "CL18", "Champ inconnu : « auteur »"),
    (CL18, 'title = { fr = "Violations de données", en', "title = { en", "CL18", "un texte en « fr » et un en « en »"),
    (CL18, 'covers = ["C42"', 'covers = ["C42", "C42"', "CL18", "une valeur y est deux fois"),
    (CL24, 'in = ["none"]', "in = []", "CL24 applies_when[1]", "au moins un code"),
    ("obligations.toml", 'class = "C"', 'class = "A"', "C01", "il faut une des valeurs C, S, G"),
    # what is not even TOML, or not prose
    (CL18, "+++\nid", "id", "", "entre deux lignes « +++ »"),
    (CL18, 'id = "CL18"', "id = CL18", "", "Syntaxe TOML"),
    (CL18, "4. {C43}", "5. {C43}", "## fr", "porte le numéro 5, on attendait 4"),
]


@pytest.mark.parametrize(("path", "old", "new", "where", "message"), PLANTED)
def test_a_planted_defect_is_reported_with_its_file_and_place(folder, path, old, new, where, message):
    rewrite(folder, path, old, new)
    said = [(one.path, one.where, str(one.message).replace("\u202f", " ").replace("’", "'")) for one in defects(folder)]
    assert any(one[0] == path and one[1] == where and message in one[2] for one in said), said


def test_a_figure_that_is_at_least_is_stricter_the_higher_it_is(folder):
    old = 'sense = "at_most", preferred = "10 business_days", fallback = "20 business_days"'
    rewrite(folder, CL30, old, old.replace("at_most", "at_least"))
    assert ["plus strict" in str(one.message) for one in defects(folder)] == [True]


@pytest.mark.parametrize(
    ("key", "version"),
    [
        ("CL15", "1.3"),
        ("CL18", "1.3"),
        ("CL30", "1.2"),
        ("CL31", "1.2"),
        ("CL01", "1.2"),
        ("CL46", "1.1"),
        ("CL26", "1.3"),
    ],
)
def test_a_clause_that_was_rewritten_has_another_version(key, version):
    assert library.cached().clause[key].version == version


def said(key, paragraph, language=Language.FR):
    pieces = library.cached().clause[key].prose[language][paragraph - 1].pieces
    return " ".join(" ".join(getattr(piece, "text", "") for piece in pieces).split()).replace("’", "'")


def test_the_consumer_is_refunded_within_fourteen_days_unless_collection_was_offered():
    french, english = said("CL30", 7), said("CL30", 7, Language.EN)
    assert "Le Client est remboursé" in french
    assert "quatorze (14) jours après" in french
    assert "sauf si le Responsable du traitement ou le Sous-traitant a proposé de récupérer le bien" in french
    assert "shall be refunded" in english
    assert "offered to collect the goods" in english


def test_the_processor_s_record_of_breaches_rests_on_the_contract_and_it_tells_a_sub_processor_s_failure():
    for language in Language:
        assert "33(5)" not in said("CL18", 6, language)
    assert "signale par écrit tout manquement d'un Sous-traitant ultérieur" in said("CL15", 5)
    assert "any failure by a Sub-processor" in said("CL15", 5, Language.EN)


def contractual(folder, key, kind):
    rewrite(folder, "obligations.toml", f'id = "{key}"\nclass = "{kind}"', f'id = "{key}"\nclass = "C"')


def test_an_obligation_only_some_alternatives_meet_is_not_sure_to_be_covered(folder):
    contractual(folder, "C73", "S")
    assert defects(folder) == ()
    clause = folder / "clauses/CL25-transferts-adequation.md"
    text = clause.read_text(encoding="utf-8").replace('"C21", "C73"', '"C21"').replace("{C73} ", "")
    clause.write_text(
        text.replace('["C73"]', '["C21"]')
        .replace('{ meets = ["C21"], fr = "repose', "# {")
        .replace('{ meets = ["C21"], fr = "ne vaut', "# {")
        .replace('{ meets = ["C21"], fr = "Si la', "# {"),
        encoding="utf-8",
    )
    assert [(one.path, str(one.message).endswith("l’obligation C73.")) for one in defects(folder)] == [(DPA, True)]


def test_an_obligation_only_a_conditional_passage_meets_is_not_sure_to_be_covered(folder):
    contractual(folder, "C28", "G")
    assert defects(folder) == ()
    for start in ("3. {C28} Elles", "3. {C28} They"):
        rewrite(folder, CL11, start, start.replace("{C28} ", ""))
    rewrite(folder, CL11, '  { meets = ["C28"], fr = "le chiffrement', '  # { meets = ["C28"], fr = "le chiffrement')
    assert [(one.path, str(one.message).endswith("l’obligation C28.")) for one in defects(folder)] == [(DPA, True)]


def test_a_defect_of_the_prose_or_of_the_header_says_its_line(folder):
    rewrite(folder, CL18, "{{ vendor.breach_contact }}) jusqu'à", "{{ vendor.breach_contact }) jusqu'à")
    rewrite(folder, CL24, 'id = "CL24"', "id = CL24")
    lines = (folder / CL18).read_text(encoding="utf-8").splitlines()
    at = {one.path: one.line for one in defects(folder)}
    assert "vendor.breach_contact })" in "".join(lines[at[CL18] - 1 : at[CL18] + 2])
    assert at[CL24] == 2


def test_every_file_is_read_before_saying_what_is_wrong(folder):
    rewrite(folder, CL18, 'version = "1.3"', "")
    rewrite(folder, CL24, 'version = "1.1"', "")
    rewrite(folder, DPA, 'version = "1.1"', "")
    assert {one.path for one in defects(folder)} == {CL18, CL24, DPA}


def test_a_library_with_a_defect_is_refused_whole_and_says_what_to_run(folder):
    rewrite(folder, CL18, 'version = "1.3"', "")
    with pytest.raises(Refused, match=r"Défauts .*: 1\W.*CL18.*flask clauses check"):
        library.load(folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"+++\nid = 'CL18'\n+++\n\n## fr\n\n1. \xe9t\xe9\n", "UTF-8"),
        (b"+++\ntitle = '\xe9'\n+++\n", "UTF-8"),
        (b"", "deux lignes"),
        (b"+++\n", "deux lignes"),
        (b"+++\n\n+++\n", "\u00ab\u202fid\u202f\u00bb"),
        (b"x" * 1_000_001, "dépasse"),
        (bytes(range(256)), "deux lignes"),
    ],
)
def test_a_file_that_is_no_clause_is_a_sentence_and_never_an_exception(folder, content, message):
    (folder / CL18).write_bytes(content)
    assert any(one.path == CL18 and message in str(one.message) for one in defects(folder))


def test_an_empty_folder_says_which_file_is_missing(tmp_path):
    [defect] = library.read(tmp_path)[1]
    assert defect.path == "obligations.toml"
    assert "ne peut pas être lu" in str(defect.message)


def test_a_clause_on_no_shelf_on_two_or_unknown_is_a_defect(tmp_path):
    folder = shutil.copytree(library.FOLDER, tmp_path / "library")
    file = folder / "themes.toml"
    text = file.read_text(encoding="utf-8").replace('"CL14", "CL15"', '"CL15", "CL06", "CL99"', 1)
    file.write_text(text, encoding="utf-8")
    found = [str(one.message) for one in library.read(folder)[1]]
    assert found == [
        "Clause inconnue\u202f: CL99.",
        "La clause CL06 est rangée dans deux thèmes.",
        "La clause CL14 n’est rangée dans aucun thème.",
    ]
