from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.paper.rules.document import Document, Kind, assembled

pieces = st.lists(
    st.tuples(st.text(alphabet="abc é", min_size=1), st.sampled_from(Kind), st.integers(1, 3), st.just(""), st.none()),
    max_size=12,
)


@given(pieces)
def test_every_paragraph_stands_at_its_place_in_the_text(given_pieces):
    text, paragraphs = assembled(given_pieces)
    assert [text[one.start : one.end] for one in paragraphs] == [piece[0] for piece in given_pieces]


def test_a_title_of_the_same_depth_closes_the_one_before():
    text, paragraphs = assembled(
        [
            ("Objet", Kind.HEADING, 1, "1", None),
            ("Données", Kind.HEADING, 2, "1.1", None),
            ("nom", Kind.TEXT, 0, "", None),
            ("Audit", Kind.HEADING, 1, "2", None),
            ("un par an", Kind.TEXT, 0, "", None),
        ]
    )
    assert Document(text, paragraphs, Language.FR).headings == ((), ("Objet",), ("Objet", "Données"), (), ("Audit",))
