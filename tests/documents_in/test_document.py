from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs

pieces = st.lists(
    st.tuples(
        st.text(alphabet="abc é", min_size=1), st.sampled_from(ParagraphKind), st.integers(1, 3), st.just(""), st.none()
    ),
    max_size=12,
)


@given(pieces)
def test_every_paragraph_stands_at_its_place_in_the_text(given_pieces):
    text, paragraphs = assemble_paragraphs(given_pieces)
    assert [text[one.start : one.end] for one in paragraphs] == [piece[0] for piece in given_pieces]


def test_a_title_of_the_same_depth_closes_the_one_before():
    text, paragraphs = assemble_paragraphs(
        [
            ("Objet", ParagraphKind.HEADING, 1, "1", None),
            ("Données", ParagraphKind.HEADING, 2, "1.1", None),
            ("nom", ParagraphKind.TEXT, 0, "", None),
            ("Audit", ParagraphKind.HEADING, 1, "2", None),
            ("un par an", ParagraphKind.TEXT, 0, "", None),
        ]
    )
    assert SourceDocument(text, paragraphs, Language.FR).headings == (
        (),
        ("Objet",),
        ("Objet", "Données"),
        (),
        ("Audit",),
    )
