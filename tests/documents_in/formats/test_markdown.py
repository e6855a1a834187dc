"""Markdown files."""

from portal.documents_in.formats import markdown


def told(source: str) -> list[tuple[str, int, str, str]]:
    return [(p.kind.value, p.level, p.number, p.text) for p in markdown.read(source.encode()).paragraphs]


def test_titles_lists_and_tables_are_what_they_say():
    source = (
        "---\ntitle: x\n---\n# Contrat\n\n## 1. Objet\n\n"
        "Il **traite** les [données](https://exemple.test) <b>ici</b>.\n\n"
        "- sur instruction\n  - écrite\n\nDurée\n-----\n\n"
        "| Lieu | Ville |\n|---|---|\n| Siège | Lyon |\n<!-- rien -->\n"
    )
    assert told(source) == [
        ("heading", 1, "", "Contrat"),
        ("heading", 1, "1", "Objet"),
        ("text", 0, "", "Il traite les données ici ."),
        ("item", 1, "", "sur instruction"),
        ("item", 2, "", "écrite"),
        ("heading", 1, "", "Durée"),
        ("row", 0, "", "Lieu | Ville"),
        ("row", 0, "", "Siège | Lyon"),
    ]


def test_a_sharp_inside_a_code_fence_is_no_title():
    assert told("# Contrat\n\n```\n# commande\n```\n\nFin.")[1][0] != "heading"


def test_lines_cut_to_a_width_are_joined_in_short_sections_too():
    wrapped = [
        "Le sous-traitant traite les données confiées par le client uniquement\nsur instruction documentée.",
        "Informer immédiatement le client quand une instruction lui paraît être\nune violation du règlement.",
        "Le client peut auditer le prestataire une fois par an, moyennant trente\njours de préavis écrit.",
        "À la fin du contrat le prestataire supprime les données, ou les restitue\nau choix du client.",
    ]
    source = "\n\n".join(f"## {number}. Titre\n\n{text}" for number, text in enumerate(wrapped, 1))
    assert [text for kind, *_, text in told(source) if kind == "text"] == [one.replace("\n", " ") for one in wrapped]


def test_escapes_and_references_are_resolved():
    assert told("# Titre du contrat\n\n1\\. Le délai \\* est court.\n\n[lien]: https://exemple.test\n")[1:] == [
        ("text", 0, "1", "Le délai * est court.")
    ]
