import pytest

from portal.questionnaires.definition import Bilingual
from tests.factories.imports import draft, imported, lost

ANSWERS = "".join(
    f"<entry><name>{name}</name><position>{position}</position><response>0</response>{more}</entry>"
    for name, position, more in [
        ("Oui", 2, ""),
        ("Non", 0, "<recommendation>Le faire.</recommendation>"),
        ("Parfois", 1, ""),
    ]
)
XML = f"""<result><name><![CDATA[Maturité]]></name><description><![CDATA[Voir <a href="https://x.fr/y">ici</a>.]]></description>
<domains><entry><name>Second</name><position>2</position><questions>
<entry><name>Deuxième à poser ?</name><position>1</position><weight>3</weight><optional>true</optional>
<answers>{ANSWERS}</answers></entry>
<entry><name>Première à poser ?</name><position>0</position><weight>1</weight><optional>false</optional>
<answers>{ANSWERS}</answers></entry>
</questions></entry><entry><name>Premier</name><color>info</color><position>1</position><questions>
<entry><name>Un et l'autre ?</name><position>0</position><weight>9</weight><answers>{ANSWERS}</answers></entry>
</questions></entry></domains></result>"""


@pytest.fixture(scope="module")
def report():
    return imported(XML)


def test_everything_follows_the_positions(report):
    found = draft(report)
    assert [section.title for section in found.sections] == [Bilingual("Premier"), Bilingual("Second")]
    assert [question.text.fr for question in found.questions] == [
        "Un et l'autre ?", "Première à poser ?", "Deuxième à poser ?",
    ]  # fmt: skip
    assert [choice.label.fr for choice in found.questions[0].choices] == ["Non", "Parfois", "Oui"]


def test_marks_follow_the_order_when_every_response_is_the_same(report):
    questions = draft(report).questions
    assert [choice.mark for choice in questions[0].choices] == [0.0, 0.5, 1.0]
    assert [question.weight for question in questions] == [5, 1, 2]
    assert lost(report, "score")


def test_responses_that_differ_are_the_points():
    answers = "".join(
        f"<entry><name>n{n}</name><position>{n}</position><response>{n * 2}</response></entry>" for n in (0, 1, 2)
    )
    question = f"<entry><name>Q</name><answers>{answers}</answers></entry>"
    domain = f"<entry><name>D</name><questions>{question}</questions></entry>"
    xml = f"<result><name>N</name><domains>{domain}</domains></result>"
    assert [choice.mark for choice in draft(imported(xml)).questions[0].choices] == [0.0, 0.5, 1.0]


def test_recommendations_links_and_optional_questions_are_not_silently_lost(report):
    assert draft(report).questions[0].reviewer_note == Bilingual("Non : Le faire.")
    assert any("https://x.fr/y" in sentence for sentence in lost(report, "presentation"))
    assert lost(report, "required")
