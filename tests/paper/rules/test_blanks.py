"""A placeholder is seen whatever its sign, in both languages; a footnote, a link, a tick or a signature is none."""

import pytest

from portal.documents_in.reader import read_document
from portal.paper.rules.blanks import cite_blank, find_blanks, unfilled_annexes


def read(line, name="a.txt"):
    return read_document(f"Accord\n\n{line}\n\nLe Client confie le traitement au Prestataire.\n".encode(), name)


def blanks(line):
    document = read(line)
    return [document.text[one.start : one.end].strip(" |:") for one in find_blanks(document)]


@pytest.mark.parametrize(
    ("line", "blank"),
    [
        ("Types de données : [à compléter : catégories de données]", "[à compléter : catégories de données]"),
        ("Types of data: [to be completed]", "[to be completed]"),
        ("Durée : ____", "____"),
        ("Durée : ........", "........"),
        ("Durée : …", "…"),
        ("Durée :\n\n______\n\nSuite", "______"),
        ("Délai de notification : XX heures", "XX"),
        ("The term is xxx months.", "xxx"),
        ("notify within [●] hours", "[●]"),
        ("notify within [ ] hours", "[ ]"),
        ("notify within [X] hours", "[X]"),
        ("La durée est de [nombre] mois.", "[nombre]"),
        ("Personnes concernées : <catégories de personnes>", "<catégories de personnes>"),
        ("Provider: {{provider_name}}", "{{provider_name}}"),
        ("Provider: ${PROVIDER.name}", "${PROVIDER.name}"),
        ("Data types: TBD", "TBD"),
        ("data types: tbc", "tbc"),
        ("Durée : à définir", "à définir"),
        ("Durée : à définir par les parties", "à définir"),
        ("The term: to be agreed", "to be agreed"),
        ("Les catégories de données restent à compléter.", "restent à compléter"),
        ("The list of measures is to be completed.", "is to be completed"),
        ("Société À COMPLÉTER, Lyon", "À COMPLÉTER"),
        ("Date d'effet : JJ/MM/AAAA", "JJ/MM/AAAA"),
        ("Le Prestataire traite les données […].", "[…]"),
        ("Insert the categories of data here", "Insert the categories of data here"),
        ("Click or tap here to enter text.", "Click or tap here to enter text"),
        ("| Durée du traitement | |\n|---|---|\n| Objet | paie |", "Durée du traitement"),
        ("Téléphone : +33 1 XX XX XX XX", "XX XX XX XX"),
        ("notify within [72] hours", "[72]"),
        ("notify within {48}hours of awareness", "{48}"),
        ("un délai de [30] jours", "[30]"),
        ("Durée : xx", "xx"),
        ("Durée : N/A", "N/A"),
        ("Personnes concernées : néant", "néant"),
        ("Types of data: not specified", "not specified"),
        ("Finalités du traitement : (non renseigné)", "(non renseigné)"),
        ("Le traitement a pour objet le Service « à voir ».", "« à voir"),
        ("[We will give you TBD days' notice.]", "[We will give you TBD days' notice.]"),
        ("Fin : ☐ détruire ☐ restituer", "Fin : ☐ détruire ☐ restituer"),
        ("Authorisation, general or specific (delete as applicable)", "(delete as applicable)"),
    ],
)
def test_what_is_still_to_be_written_is_seen(line, blank):
    assert blanks(line) == [blank]


@pytest.mark.parametrize(
    "line",
    [
        "Voir les conditions [1] et [2, 3].",
        "dans un délai de quarante-huit [48] heures",
        "within seventy-two [72] hours",
        "a breach [1] within 24 hours",
        "See [our policy](https://example.org/policy).",
        "Le questionnaire à remplir par le Client est joint.",
        "The form to be completed by data subjects is online.",
        "The clauses are deemed to be completed as follows: the law is that of France.",
        "Les modalités à définir sont arrêtées par le comité.",
        "Écrivez à contact@example.org, objet : [DPA REQUEST]",
        "Annexe XX et titre XXX du traité",
        "[ ] Oui [x] Non",
        "- [ ] Option A",
        "Écrire à <dpo@example.org> ou <https://example.org>",
        "“[t]he Processor” shall mean Acme[s]",
        "[Optional: the Processor shall delete the data.]",
        "the replacement of [a] sub-processor [(acting reasonably)] as instructed [as given by an officer]",
        "GET https://example.org/users/{uid}/export",
        "Transferts : aucun",
        "Données sensibles : néant",
        "Sous-traitants ultérieurs : N/A",
        "Transferts hors de l'Union : sans objet",
        "Other data: none",
        "Fin : ☒ détruire ☐ restituer",
        "Signature : ____________",
        "Nom : ________\nQualité : ________\nSignature : ________\nDate : __/__/____",
        "Objet .......... 12\n\nDurée .......... 13",
    ],
)
def test_what_asks_for_nothing_is_no_blank(line):
    assert blanks(line) == []


def test_a_blank_is_cited_with_the_words_before_it_at_its_place():
    document = read("Les catégories de données confiées au Prestataire sont les suivantes : [à compléter]")
    (blank,) = find_blanks(document)
    span = cite_blank(blank, document.paragraphs[blank.paragraph])
    assert span.quote.endswith("sont les suivantes : [à compléter]")
    assert document.text[span.start : span.end] == span.quote


def test_labels_left_without_an_answer_are_blanks():
    found = blanks(
        "Types de données :\n\nDurée du traitement :\n\nPersonnes concernées :\n\nArticle 5 - Sécurité\n\n"
        "Les disques sont chiffrés."
    )
    assert found == ["Types de données", "Durée du traitement", "Personnes concernées"]


ANNEXES = """Accord

Le Prestataire applique les mesures de l'annexe 2 et traite les données de l'annexe 1.

Annexe 1 - Description du traitement

Les données sont les noms et les adresses des abonnés, pour l'envoi du journal.

Annexe 2 - Mesures de sécurité
{}"""


@pytest.mark.parametrize("inside", ["", "\n[à compléter]\n", "\nÀ COMPLÉTER\n", "\n____\n"])
def test_an_annex_with_nothing_in_it_is_a_blank(inside):
    document = read_document(ANNEXES.format(inside).encode(), "a.txt")
    found = find_blanks(document)
    assert [label for label, _ in unfilled_annexes(document, found).items()] == ["annexe 2"]


def test_an_annex_that_says_something_is_none():
    document = read_document(ANNEXES.format("\nLes disques sont chiffrés et l'accès est tracé.\n").encode(), "a.txt")
    assert find_blanks(document) == ()
