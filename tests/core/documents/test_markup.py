"""The printed page as HTML: escaped by construction, self-contained."""

import re

import pytest
from hypothesis import given
from markupsafe import Markup

from portal.core.documents.markup import page, tag, to_html
from portal.core.documents.tree import (
    Document,
    Figure,
    Items,
    Note,
    Paragraph,
    Reference,
    Section,
    Signatures,
    Table,
    Text,
)
from portal.core.language import Language
from tests.effort import at_most
from tests.factories.trees import SVG, documents


def html(*blocks, **options):
    return str(to_html(Document("Accord", Language.FR, blocks, **options)))


def body(text):
    return text[text.index("<body") :]


def test_text_is_escaped_and_markup_of_ours_is_not():
    assert tag("p", "a <b> & 'c'", Markup("<em>d</em>")) == "<p>a &lt;b&gt; &amp; &#39;c&#39;<em>d</em></p>"
    assert tag("a", "x", href='"><script>') == '<a href="&#34;&gt;&lt;script&gt;">x</a>'


@at_most(15)
@given(documents())
def test_no_text_becomes_markup(tree):
    """The elements of the page are those we write, whatever the words."""
    ours = "html head meta title style body header h1 h2 h3 h4 h5 h6 p table tbody thead tr th td caption colgroup col"
    ours += " nav a span main section div ul ol li br em strong img"
    found = re.findall(r"</?([a-zA-Z][^\s/>]*)", str(to_html(tree)).replace(page_style(), ""))
    assert set(found) <= set(ours.split())


def page_style():
    text = str(page(Markup(""), title="", language=Language.FR))
    return text[text.index("<style>") : text.index("</style>")]


def test_every_word_of_every_kind_of_block_is_escaped():
    bad = "<script>alert(1)</script>"
    inlines = (Text(bad, strong=True), Reference("a", bad))
    shown = body(
        html(
            Section(bad, (Paragraph(inlines), Items((inlines,)), Note(inlines)), number=bad, anchor="a"),
            Table(bad, (bad,), ((inlines,),)),
            subtitle=bad,
            reference=bad,
            draft=True,
            cover=((bad, bad), (bad, inlines)),
        )
    )
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") >= 18


def test_the_page_fetches_nothing():
    text = html(Figure(SVG, "Schéma"), Section("A", (), anchor="x"), Paragraph((Reference("x", "A"),)))
    assert set(re.findall(r'(?:src|href)="([^"#]{0,5})', text)) == {"data:", ""}
    assert "url(" not in text
    assert "@import" not in text


def test_sections_have_ids_of_ours_even_when_anchors_repeat():
    text = body(
        html(Section("A", (), anchor="x y"), Section("B", (), anchor="x y"), Paragraph((Reference("x y", "A"),)))
    )
    assert re.findall(r'id="([^"]+)"', text) == ["s1", "s2"]
    assert '<a href="#s1" class="kept-whole">A</a></p>' in text


def test_a_reference_to_nowhere_is_plain_text():
    assert '<p class="text">voir A</p>' in html(Paragraph((Text("voir "), Reference("perdu", "A"))))


def test_a_line_end_is_kept_and_short_compounds_are_not_cut():
    text = html(Paragraph((Text("le sous-traitant\net/ou « l'avant-contrat »"),)))
    assert '<span class="kept-whole">sous-traitant</span><br><span class="kept-whole">et/ou</span>' in text
    assert 'kept-whole">l’avant-contrat</span>' in text
    assert "kept-whole" not in body(html(Paragraph((Text("x" * 20 + "-" + "x" * 20),))))


def test_a_figure_is_an_image_with_its_alternative():
    assert re.search(
        r'<img src="data:image/svg\+xml;base64,[\w+/=]+" alt="Trois critiques">', html(Figure(SVG, "Trois critiques"))
    )


@pytest.mark.parametrize("svg", ["", "<svg>", "<svg>&nope;</svg>", "<svg xmlns='http://www.w3.org/2000/svg'><b></svg>"])
def test_a_broken_picture_is_refused_by_name(svg):
    with pytest.raises(ValueError, match="Schéma des flux"):
        html(Figure(svg, "Schéma des flux"))


def test_the_language_is_that_of_the_document():
    assert '<html lang="en-GB">' in to_html(Document("Agreement", Language.EN, ()))
    assert '<html lang="fr-FR">' in to_html(Document("Accord", Language.FR, ()))


def test_the_last_words_before_the_signatures_stay_with_them():
    last = Section("", (Paragraph((Text("Droit français."),)),), number="1.1")
    signed = Signatures((("Pour A", ("Date :",)),))
    assert 'class="numbered kept"' in html(Section("Litiges", (last,), number="1", kind="article"), signed)
    assert 'class="kept">Fait à Lyon.' in html(Section("Fin", (Paragraph((Text("Fait à Lyon."),)),)), signed)
