"""Web pages."""

from portal.documents_in.document import ParagraphKind
from portal.documents_in.formats import html


def told(source: str) -> list[tuple[str, int, str, str]]:
    return [(p.kind.value, p.level, p.number, p.text) for p in html.read(source.encode()).paragraphs]


def test_titles_paragraphs_and_lists_are_what_they_say():
    source = """<html><head><title>X</title></head><body><h1>Contrat</h1><h2>Objet</h2>
    <p>Il <b>traite</b> les<br>données.</p>
    <ol type="a"><li>sur instruction ;<ul><li>écrite</li></ul></li>
    <li value="4"><p>sans délai.</p></li></ol>
    </body></html>"""
    assert told(source) == [
        ("heading", 1, "", "Contrat"),
        ("heading", 1, "", "Objet"),
        ("text", 0, "", "Il traite les"),
        ("text", 0, "", "données."),
        ("item", 1, "a", "sur instruction ;"),
        ("item", 2, "", "écrite"),
        ("item", 1, "d", "sans délai."),
    ]


def test_scripts_forms_and_hidden_parts_are_dropped():
    source = (
        "<p>Vu.</p><script>alert('non')</script><style>p{}</style><!-- non --><div style='display: none'>non</div>"
        "<p hidden>non</p><form><p>non</p></form><noscript>non</noscript><svg><text>non</text></svg>"
        "<template>non</template>"
    )
    assert told(source) == [("text", 0, "", "Vu.")]


def test_tables_are_rows_with_their_caption_and_navigation_only_announces():
    table = "<table><caption>Lieux retenus.</caption><tr><th>Lieu</th><td>Lyon</td></tr></table>"
    source = f"<nav><a href='#x'>Audit</a></nav>{table}"
    assert told(source) == [
        ("contents", 0, "", "Audit"),
        ("text", 0, "", "Lieux retenus."),
        ("row", 0, "", "Lieu | Lyon"),
    ]


def test_a_declared_encoding_is_followed_and_a_false_one_is_not():
    assert html.read('<meta charset="iso-8859-1"><p>délai'.encode("latin-1")).text == "délai"
    assert html.read('<meta charset="no-such"><p>délai'.encode()).text == "délai"


def test_entities_of_a_document_type_are_never_opened():
    source = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>a&x;b</p>'
    assert "a&x;b" in html.read(source.encode()).text


def test_a_page_nested_without_end_is_read():
    found = html.read(b"<html><body>" + b"<div>" * 5000 + "Le délai est d'un an.".encode() + b"</div>" * 5000)
    assert [p.kind for p in found.paragraphs] in ([ParagraphKind.TEXT], [])
