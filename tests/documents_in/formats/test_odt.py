"""OpenDocument texts."""

import pytest

from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import odt
from tests.factories import paper

LISTS = (
    '<text:list-style style:name="L">'
    '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>'
    '</text:list-style><text:outline-style style:name="Outline">'
    '<text:outline-level-style text:level="1" style:num-format="1" style:num-prefix="Article "/></text:outline-style>'
)


def told(body: str, styles: str = LISTS) -> list[tuple[str, int, str, str]]:
    return [(p.kind.value, p.level, p.number, p.text) for p in odt.read(paper.odt(body, styles)).paragraphs]


def test_titles_and_lists_have_the_numbers_that_are_printed():
    item = "<text:list-item><text:p>{}</text:p></text:list-item>"
    inner = f"<text:list>{item.format('sur instruction ;')}{item.format('sans délai.')}</text:list>"
    body = (
        '<text:h text:outline-level="1">Objet</text:h>'
        '<text:list text:style-name="L"><text:list-item><text:p>Il traite les données :</text:p>'
        f"{inner}</text:list-item>"
        f"{item.format('Il informe le client.')}</text:list><text:h text:outline-level='1'>Durée</text:h>"
    )
    assert told(body) == [
        ("heading", 1, "1", "Objet"),
        ("text", 0, "1", "Il traite les données :"),
        ("item", 1, "a", "sur instruction ;"),
        ("item", 1, "b", "sans délai."),
        ("text", 0, "2", "Il informe le client."),
        ("heading", 1, "2", "Durée"),
    ]


def test_tracked_changes_are_accepted_counted_and_comments_left_out():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion/><text:p>72</text:p></text:changed-region>"
        "<text:changed-region><text:insertion/></text:changed-region></text:tracked-changes>"
        "<text:p>Délai : 24<office:annotation><text:p>non</text:p></office:annotation> heures.</text:p>"
    )
    document = odt.read(paper.odt(body))
    assert document.text == "Délai : 24 heures."
    changes, comments = document.remarks
    assert changes.values == {"inserted": 1, "deleted": 1, "moved": 0}
    assert comments.values == {"count": 1}


def test_tables_notes_boxes_and_contents_are_told_apart():
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = (
        "<text:table-of-content><text:index-body><text:p>Audit 3</text:p></text:index-body></text:table-of-content>"
        f"<table:table><table:table-header-rows><table:table-row>{cell.format('Lieu')}{cell.format('Lyon')}"
        "</table:table-row></table:table-header-rows></table:table>"
        "<text:p>Il<text:s/>notifie.<text:note><text:note-body><text:p>Sous 24 heures.</text:p></text:note-body>"
        "</text:note></text:p>"
        "<text:p><draw:frame><draw:text-box><text:p>Encadré.</text:p></draw:text-box></draw:frame></text:p>"
    )
    assert told(body) == [
        ("contents", 0, "", "Audit"),
        ("row", 0, "", "Lieu | Lyon"),
        ("text", 0, "", "Il notifie."),
        ("note", 0, "1", "Sous 24 heures."),
        ("text", 0, "", "Encadré."),
    ]


def test_a_file_without_body_is_refused():
    with pytest.raises(UnreadableDocument, match=r"content\.xml"):
        odt.read(paper.zipped({"content.xml": "<a/>"}))
