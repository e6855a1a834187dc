"""Word files."""

import pytest

from portal.documents_in.document import ParagraphKind
from portal.documents_in.errors import UnreadableDocument
from portal.documents_in.formats import docx
from tests.factories import paper
from tests.factories.paper import num, p

BULLETS = paper.numbering(("bullet", "\uf0b7"), ("bullet", "o"))


def told(data: bytes) -> list[tuple[str, int, str, str]]:
    return [(q.kind.value, q.level, q.number, q.text) for q in docx.read(data).paragraphs]


def test_numbers_are_those_word_prints():
    lists = paper.numbering(("decimal", "Article %1"), ("decimal", "%1.%2"), ("lowerRoman", "(%3)"))
    body = "".join(
        [
            p("Objet", num(1)),
            p("Le sous-traitant traite les données.", num(1, 1)),
            p("Il le fait ainsi :", num(1, 1)),
            p("sur instruction ;", num(1, 2)),
            p("sans délai.", num(1, 2)),
            p("Durée", num(1)),
            p("Un an, sans plus.", num(1, 1)),
        ]
    )
    assert told(paper.docx(body, numbering=lists)) == [
        ("heading", 1, "1", "Objet"),
        ("text", 0, "1.1", "Le sous-traitant traite les données."),
        ("text", 0, "1.2", "Il le fait ainsi :"),
        ("item", 1, "i", "sur instruction ;"),
        ("item", 1, "ii", "sans délai."),
        ("heading", 1, "2", "Durée"),
        ("text", 0, "2.1", "Un an, sans plus."),
    ]


def test_a_list_inside_a_list_is_one_deeper():
    body = p("Il assiste :", "") + p("pour les droits", num(1)) + p("accès", num(1, 1)) + p("pour l'audit", num(1))
    assert [entry[:2] for entry in told(paper.docx(body, numbering=BULLETS))[1:]] == [
        ("item", 1),
        ("item", 2),
        ("item", 1),
    ]


@pytest.mark.parametrize("name", ["heading 2", "Titre 2"])
def test_titles_are_known_by_the_name_of_their_style_or_its_outline(name):
    named = f'<w:style w:styleId="T"><w:name w:val="{name}"/></w:style>'
    based = '<w:style w:styleId="S"><w:name w:val="Clause"/><w:basedOn w:val="T"/></w:style>'
    outlined = '<w:style w:styleId="O"><w:name w:val="X"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    for style in ("T", "S", "O"):
        body = (
            p("Titre", '<w:outlineLvl w:val="0"/>') * 2 + p("durée du contrat", f'<w:pStyle w:val="{style}"/>') + p("x")
        )
        assert told(paper.docx(body, styles=named + based + outlined))[2][:2] == ("heading", 2)


def test_a_clause_set_in_a_title_style_stays_a_clause():
    clause = (
        "Le sous-traitant notifie au responsable toute violation de données dans les vingt-quatre heures, " * 2
        + "et plus."
    )
    assert told(paper.docx(p(clause, '<w:outlineLvl w:val="1"/>')))[0][0] == "text"


def test_tracked_changes_are_read_as_accepted_and_counted():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    gone = "<w:r><w:delText>{}</w:delText></w:r>"
    body = (
        f"<w:p>{run.format('Délai : ')}<w:del>{gone.format('72')}</w:del><w:ins>{run.format('24')}</w:ins>"
        f"{run.format(' heures.')}</w:p>"
        f"<w:p><w:moveFrom>{run.format('Ailleurs.')}</w:moveFrom></w:p>"
        f"<w:p><w:moveTo>{run.format('Ailleurs.')}</w:moveTo></w:p>"
    )
    document = docx.read(paper.docx(body))
    assert [q.text for q in document.paragraphs] == ["Délai : 24 heures.", "Ailleurs."]
    assert [dict(remark.values) for remark in document.remarks] == [{"inserted": 1, "deleted": 1, "moved": 1}]


def test_a_paragraph_whose_end_was_deleted_goes_on_with_the_next():
    body = p("Le sous-traitant ", "<w:rPr><w:del/></w:rPr>").replace("<w:t>", "<w:t xml:space='preserve'>") + p(
        "notifie."
    )
    assert [q.text for q in docx.read(paper.docx(body)).paragraphs] == ["Le sous-traitant notifie."]


def test_comments_are_left_out_and_counted():
    comment = f'<w:comment w:id="1">{p("À revoir.")}</w:comment>'
    document = docx.read(paper.docx(p("Texte."), comments=comment))
    assert document.text == "Texte."
    assert document.remarks[0].values == {"count": 1}


def test_a_footnote_follows_the_paragraph_that_calls_it():
    call = '<w:p><w:r><w:t>Il notifie.</w:t></w:r><w:r><w:footnoteReference w:id="7"/></w:r></w:p>'
    note = f'<w:footnote w:id="7">{p("Au plus 24 heures.")}</w:footnote>'
    assert told(paper.docx(call + p("Suite."), footnotes=note)) == [
        ("text", 0, "", "Il notifie."),
        ("note", 0, "1", "Au plus 24 heures."),
        ("text", 0, "", "Suite."),
    ]


def test_tables_are_rows_and_columns_of_clauses_are_clauses():
    def table(*rows):
        cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    assert told(paper.docx(table(["Lieu", "Lyon"], ["Durée", ""]))) == [
        ("row", 0, "", "Lieu | Lyon"),
        ("row", 0, "", "Durée | "),
    ]
    french, english = (
        "Le sous-traitant notifie la violation au client. " * 8,
        "The processor shall notify the client. " * 8,
    )
    found = docx.read(paper.docx(table([french, english])))
    assert [(q.kind, q.language and q.language.value) for q in found.paragraphs] == [
        (ParagraphKind.TEXT, "fr"),
        (ParagraphKind.TEXT, "en"),
    ]


def test_text_boxes_controls_and_links_are_read_once():
    box = f"<w:txbxContent>{p('Dans la boîte.')}</w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>Nom</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:hyperlink><w:r><w:t xml:space='preserve'> du client</w:t></w:r></w:hyperlink></w:p>"
    )
    assert [q.text for q in docx.read(paper.docx(body)).paragraphs] == ["Dans la boîte.", "Nom du client"]


def test_hidden_text_is_read_where_it_stands_and_said_so():
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t xml:space='preserve'> sauf [à compléter]</w:t></w:r>"
    shown = "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t xml:space='preserve'> sans délai</w:t></w:r>"
    found = docx.read(paper.docx(f"<w:p><w:r><w:t>Il notifie</w:t></w:r>{shown}{hidden}</w:p>"))
    assert found.text == "Il notifie sans délai sauf [à compléter]"
    assert [str(remark).replace("\u202f", " ") for remark in found.remarks] == [
        "Passages masqués dans Word, lus avec le reste : 1."
    ]


def test_headers_and_footers_are_read_once_each_at_the_end_without_page_numbers():
    r = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    section = "".join(
        f'<w:sectPr {r}><w:headerReference r:id="a"/><w:footerReference r:id="b"/></w:sectPr>' for _ in range(2)
    )
    relations = "".join(f'<Relationship Id="{key}" Target="{name}.xml"/>' for key, name in (("a", "hdr"), ("b", "ftr")))
    made = paper.docx(
        p("Le sous-traitant notifie toute violation.") + section,
        hdr=p("Projet du 3 mars") + p("Page 3"),
        ftr=p("Le client renonce à tout audit.") + p("Projet du 3 mars"),
    )
    members = {"word/_rels/document.xml.rels": f"<Relationships>{relations}</Relationships>"}
    found = docx.read(paper.with_members(made, members))
    assert [(q.kind.value, q.text) for q in found.paragraphs] == [
        ("text", "Le sous-traitant notifie toute violation."),
        ("note", "Projet du 3 mars"),
        ("note", "Le client renonce à tout audit."),
    ]
    assert [str(remark).replace("\u202f", " ") for remark in found.remarks] == [
        "En-têtes et pieds de page, lus à la fin du texte : 2."
    ]


def test_a_table_of_contents_binds_nobody():
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = f"<w:sdt>{gallery}<w:sdtContent>{p('Notification 3')}</w:sdtContent></w:sdt>{p('Suite.')}"
    assert [entry[0] for entry in told(paper.docx(body))] == ["contents", "text"]
    style = '<w:style w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    assert told(paper.docx(p("Audit 4", '<w:pStyle w:val="TM1"/>'), styles=style))[0][0] == "contents"


def test_a_file_without_body_is_refused():
    with pytest.raises(UnreadableDocument, match=r"word/document\.xml"):
        docx.read(paper.zipped({"word/document.xml": f"<w:document {paper.W}/>"}))


def test_a_forced_line_end_parts_two_lines_but_not_a_sentence():
    cut = "<w:p><w:r><w:t>{}</w:t><w:br/><w:t>{}</w:t></w:r></w:p>"
    body = cut.format("Article 1", "Objet du contrat") + cut.format("Le client", "informe.")
    assert told(paper.docx(body)) == [("heading", 1, "1", "Objet du contrat"), ("text", 0, "", "Le client informe.")]
