"""Markdown files."""

from portal.paper.reading import markdown


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


def test_escapes_and_references_are_resolved():
    assert told("# Titre du contrat\n\n1\\. Le délai \\* est court.\n\n[lien]: https://exemple.test\n")[1:] == [
        ("text", 0, "1", "Le délai * est court.")
    ]
