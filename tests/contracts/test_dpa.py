"""The words of the shipped clauses: what the law's qualifiers and our positions require, in both languages."""

import re

import pytest

from portal.contracts import library
from portal.contracts.rules.assembly import assemble_contract
from portal.core.language import Language
from tests.factories.contracts import facts

LIBRARY = library.cached()


def passages(language, obligation=""):
    """Quotes of a critical contract without transfer, and of one with both kinds of transfer."""
    found = []
    for regime in (("none",), ("adequacy", "scc")):
        known = facts(transfers__mechanism=regime)
        for placed in assemble_contract(LIBRARY, LIBRARY.template["dpa"], known, language).clauses:
            found += [one.quote for one in placed.passages if not obligation or obligation in one.obligations]
    return re.sub("[\u202f\xa0]", " ", "\n".join(found)).replace("’", "'")


QUALIFIERS = [
    ("C20", r"uniquement sur instruction documentée", r"only on documented instructions"),
    ("C22", r"droit de l'Union ou du droit d'un État membre", r"Union or Member State law"),
    ("C22", r"avant le traitement", r"before processing"),
    ("C23", r"informe immédiatement .* instruction", r"immediately inform .* instruction"),
    ("C24", r"pour ses propres besoins", r"for its own purposes"),
    ("C25", r"personnes autorisées à traiter .* confidentialité", r"persons authorised to process .* confidentiality"),
    ("C27", r"toutes les mesures .* article 32|toutes les mesures .*l'article 32", r"all measures .* Article 32"),
    ("C30", r"autorisation écrite préalable générale", r"prior general written authorisation"),
    ("C31", r"informe .* d'ajout ou de remplacement", r"inform .* addition or replacement"),
    ("C31", r"peut s'opposer", r"may object"),
    ("C32", r"les mêmes obligations en matière de protection des données", r"the same data protection obligations"),
    ("C33", r"demeure pleinement responsable", r"remain fully liable"),
    ("C41", r"articles 32 à 36", r"Articles 32 to 36"),
    ("C50", r"au choix du Responsable du traitement, supprime", r"at the choice of the Controller, delete or return"),
    ("C51", r"toutes les copies existantes", r"all existing copies"),
    ("C51", r"attestation écrite de destruction", r"certificate of destruction"),
    (
        "C52",
        r"droit de l'Union ou le droit d'un État membre en exige la conservation",
        r"Union or Member State law requires storage",
    ),
    ("C60", r"toutes les informations nécessaires pour démontrer", r"all information necessary to demonstrate"),
    ("C61", r"audits, y compris des inspections", r"audits, including inspections"),
    ("C61", r"auditeur mandaté par lui", r"auditor mandated by the Controller"),
]


@pytest.mark.parametrize(("obligation", "fr", "en"), QUALIFIERS)
def test_the_qualifier_the_law_requires_is_in_both_languages(obligation, fr, en):
    assert re.search(fr, passages(Language.FR, obligation))
    assert re.search(en, passages(Language.EN, obligation))


POSITIONS = [
    ("C42", r"vingt-quatre \(24\) heures", r"twenty-four \(24\) hours"),
    ("C31", r"au moins trente \(30\) jours avant", r"at least thirty \(30\) days before"),
    ("C31", r"sans pénalité", r"without penalty"),
    ("C40", r"deux \(2\) jours ouvrés", r"two \(2\) business days"),
    ("C51", r"trente \(30\) jours", r"thirty \(30\) days"),
    ("C51", r"quatre-vingt-dix \(90\) jours", r"ninety \(90\) days"),
    ("C61", r"sur place ou à distance", r"on site or remotely"),
    ("C61", r"à la demande d'une autorité de contrôle", r"at the request of a supervisory authority"),
    ("C73", r"\(UE\) 2021/914", r"\(EU\) 2021/914"),
    ("C73", r"vingt-quatre \(24\) mois", r"twenty-four \(24\) months"),
    (
        "C74",
        r"ne s'appliquent pas aux obligations relatives aux données",
        r"do not apply to the obligations concerning personal data",
    ),
]


@pytest.mark.parametrize(("obligation", "fr", "en"), POSITIONS)
def test_each_position_we_negotiate_from_is_written_with_its_figure(obligation, fr, en):
    assert re.search(fr, passages(Language.FR, obligation))
    assert re.search(en, passages(Language.EN, obligation))


@pytest.mark.parametrize("clause", LIBRARY.clauses, ids=lambda clause: clause.key)
def test_each_paragraph_gives_the_same_figures_in_both_languages(clause):
    for number, (fr, en) in enumerate(zip(clause.prose[Language.FR], clause.prose[Language.EN], strict=True), start=1):
        french, english = (
            sorted(re.findall(r"\d+", "".join(getattr(piece, "text", "") for piece in one.pieces))) for one in (fr, en)
        )
        assert french == english, number


RED_FLAGS = {
    Language.FR: "raisonnabl|dans la mesure du possible|meilleurs efforts|soixante-douze|72|2010/87|bouclier|réputé"
    "|similaires",
    Language.EN: "reasonabl|as far as possible|best efforts|endeavour|seventy-two|72|2010/87|Privacy Shield|deemed"
    "|substantially",
}


@pytest.mark.parametrize("language", Language)
def test_no_word_that_empties_an_obligation_of_its_substance(language):
    assert re.findall(RED_FLAGS[language], passages(language), re.IGNORECASE) == []


def test_the_authors_guide_shows_a_clause_the_reader_accepts(tmp_path):
    guide = (library.FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"flask clauses {command}" in guide for command in ("check", "list", "facts"))
    example = re.search(r"```\n(\+\+\+.*?)```", guide, re.DOTALL)[1]
    french = re.search(r"## fr\n\n(.*?)\n## en", example, re.DOTALL)[1]
    (tmp_path / "clauses").mkdir()
    (tmp_path / "modeles").mkdir()
    (tmp_path / "clauses" / "CL42-localisation.md").write_text(
        example[: example.index("## en")] + f"## en\n\n{french}", encoding="utf-8"
    )
    obligations = (library.FOLDER / "obligations.toml").read_text(encoding="utf-8")
    (tmp_path / "obligations.toml").write_text(obligations, encoding="utf-8")
    assert [(one.where, str(one.message)) for one in library.read(tmp_path)[1]] == []
