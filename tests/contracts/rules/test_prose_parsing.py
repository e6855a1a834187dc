import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts.rules.model import CrossReference, FactPlaceholder, ProseList, ProseParagraph
from portal.contracts.rules.prose_parsing import parse_passages
from portal.core.documents.tree import Text
from portal.core.language import Language


def read(text, language=Language.FR):
    complaints = []
    found = parse_passages(
        text, language, lambda line, sentence: complaints.append((line, str(sentence))), first_line=10
    )
    return found, complaints


def test_a_paragraph_holds_text_facts_references_and_emphasis():
    [passage], complaints = read(
        "1. {C13, C14} **Finalité.** Pour {{ service.purpose }}, voir l'{{ ref:CL18 }} *au plus tard*."
    )
    assert complaints == []
    assert passage.obligations == ("C13", "C14")
    assert passage.blocks == (
        ProseParagraph(
            (
                Text("Finalité.", strong=True),
                Text(" Pour "),
                FactPlaceholder("service.purpose"),
                Text(", voir l’"),
                CrossReference("CL18"),
                Text(" "),
                Text("au plus tard", emphasis=True),
                Text("."),
            )
        ),
    )


def test_lines_in_retreat_continue_a_paragraph_and_a_blank_line_opens_another():
    [passage], complaints = read("1. Un début\n   et sa suite.\n\n   Un second alinéa.")
    assert complaints == []
    assert passage.blocks == (
        ProseParagraph((Text("Un début et sa suite."),)),
        ProseParagraph((Text("Un second alinéa."),)),
    )


def test_bullets_and_letters_are_lists_and_the_text_after_them_is_a_paragraph():
    text = "1. Soit :\n   - un,\n     encore un ;\n   - deux.\n   a) alpha ;\n   b) bêta.\n   Puis la fin."
    [passage], complaints = read(text)
    assert complaints == []
    intro, bullets, letters, end = passage.blocks
    assert bullets == ProseList(((Text("un, encore un\u202f;"),), (Text("deux."),)))
    assert letters == ProseList(((Text("alpha\u202f;"),), (Text("bêta."),)), ordered=True)
    assert (intro, end) == (ProseParagraph((Text("Soit\u202f:"),)), ProseParagraph((Text("Puis la fin."),)))


def test_a_fenced_block_carries_its_condition_and_only_it():
    found, complaints = read("1. Un.\n\n::: critical\n2. Deux.\n:::\n\n3. Trois.")
    assert complaints == []
    assert [passage.condition for passage in found] == ["", "critical", ""]
    assert [passage.line for passage in found] == [10, 13, 16]


def test_english_quotation_marks_and_apostrophes_are_curled_and_french_ones_spaced():
    [english], _ = read('1. The Controller\'s "Service": yes.', Language.EN)
    [french], _ = read("1. Le « Service » : l'oui.")
    assert english.pieces == (Text("The Controller’s “Service”: yes."),)
    assert french.pieces == (Text("Le «\u202fService\u202f»\u202f: l’oui."),)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("1. Un.\n3. Trois.", 11, "porte le numéro 3, on attendait 2"),
        ("Sans numéro.", 10, "hors d’un paragraphe"),
        ("1. Un.\nsuite sans retrait", 11, "retrait de trois espaces"),
        ("1. {{ service name }}.", 10, "Variable mal écrite"),
        ("1. {{ service.name }.", 10, "Variable mal écrite"),
        ("1. Une { seule.", 10, "Variable mal écrite"),
        ("1. Une } seule.", 10, "Variable mal écrite"),
        ("::: critical\n1. Un.", 11, "n’est pas fermé"),
        ("1. Un.\n:::", 11, "pas ouvert"),
        ("::: a\n::: b\n1. Un.\n:::", 11, "en contient un autre"),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_line(text, line, says):
    _, complaints = read(text)
    assert [at for at, _ in complaints] == [line]
    assert says in complaints[0][1]


@given(st.text(alphabet="1. -a){}:*\nCx é'«»\"", max_size=80))
def test_no_text_whatever_stops_the_reader(text):
    found, _ = read(text)
    for passage in found:
        assert all(isinstance(piece, Text | FactPlaceholder | CrossReference) for piece in passage.pieces)
