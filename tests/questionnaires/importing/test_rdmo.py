import pytest

from portal.core.errors import Refused
from portal.questionnaires.definition import AnswerAmong, Bilingual
from tests.factories.imports import draft, drafts, imported, lost

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def _question(name, text, *, value="text", widget="text", more="", order=""):
    return f"""<question dc:uri="u/q/{name}"><uri_path>cat/sec/{name}</uri_path><attribute dc:uri="u/a/{name}"/>{order}
<text lang="en">{text}</text><text lang="fr">{text} (fr)</text><text lang="de">{text} (de)</text>
<is_optional>False</is_optional><is_collection>False</is_collection>
<widget_type>{widget}</widget_type><value_type>{value}</value_type>{more}</question>"""


OPTIONSETS = '<optionsets><optionset dc:uri="u/os"/></optionsets>'
QUESTIONS = f"""<rdmo {DC}>
<catalog dc:uri="u/c"><uri_path>cat</uri_path><title lang="en">Plan</title><title lang="fr">Projet</title>
<sections><section dc:uri="u/s" order="0"/></sections></catalog>
<section dc:uri="u/s"><uri_path>cat/sec</uri_path><title lang="en">General</title><pages>
<page dc:uri="u/p2" order="2"/><page dc:uri="u/p1" order="1"/></pages></section>
<page dc:uri="u/p1"><title lang="en">First page</title><help lang="en">Be brief.</help><questions>
<question dc:uri="u/q/reuse" order="1"/><question dc:uri="u/q/title" order="0"/></questions></page>
<page dc:uri="u/p2"><title lang="en">Second page</title><is_collection>True</is_collection>
<questionsets><questionset dc:uri="u/qs" order="0"/></questionsets>
<conditions><condition dc:uri="u/cond"/></conditions></page>
<questionset dc:uri="u/qs"><title lang="en">Set</title><questions>
<question dc:uri="u/q/which" order="0"/></questions></questionset>
{_question("title", "Title?", widget="textarea")}
{_question("reuse", "Reused?", value="option", widget="radio", more=OPTIONSETS)}
{_question("which", "Which?", value="integer", more="<unit>MB</unit><minimum>1</minimum>")}
</rdmo>"""
OPTIONS = f"""<rdmo {DC}><optionset dc:uri="u/os"><options>
<option dc:uri="u/o/no" order="2"/><option dc:uri="u/o/yes" order="1"/></options></optionset>
<option dc:uri="u/o/yes"><uri_path>os/yes</uri_path><text lang="en">Yes</text><text lang="fr">Oui</text></option>
<option dc:uri="u/o/no"><uri_path>os/no</uri_path><text lang="en">No</text>
<additional_input>text</additional_input></option></rdmo>"""
CONDITIONS = f"""<rdmo {DC}><condition dc:uri="u/cond"><source dc:uri="u/a/reuse"/><relation>eq</relation>
<target_option dc:uri="u/o/yes"/></condition></rdmo>"""


def test_each_question_element_is_asked_once_in_the_order_named():
    found = draft(imported(QUESTIONS, OPTIONS, CONDITIONS))
    assert [question.text for question in found.questions] == [
        Bilingual("Title? (fr)", "Title?"), Bilingual("Reused? (fr)", "Reused?"), Bilingual("Which? (fr)", "Which?"),
    ]  # fmt: skip
    assert [question.kind.name for question in found.questions] == ["text", "single", "number"]
    assert (found.title, found.key) == (Bilingual("Projet", "Plan"), "cat")
    assert "Be brief." in found.questions[0].help.en
    assert found.questions[2].minimum == 1


def test_companions_bring_options_and_conditions():
    report = imported(QUESTIONS, OPTIONS, CONDITIONS)
    _title, reuse, which = draft(report).questions
    assert [(choice.value, choice.label.fr, choice.justify) for choice in reuse.choices] == [
        ("yes", "Oui", False), ("no", "", True),
    ]  # fmt: skip
    assert which.visible_if == AnswerAmong(reuse.key, ("yes",))
    assert not lost(report, "condition")
    assert any("répéter" in sentence for sentence in lost(report, "answer"))
    assert any("« de »" in sentence.replace("\u202f", " ") for sentence in lost(report, "language"))


def test_without_them_they_are_losses():
    report = imported(QUESTIONS)
    assert draft(report).questions[1].kind.name == "text"
    assert draft(report).questions[2].visible_if is None
    assert lost(report, "choice")
    assert lost(report, "condition")


def test_elements_of_rdmo_1_name_their_parent():
    xml = f"""<rdmo {DC}><catalog dc:uri="u/c"><key>cat</key><title_en>Plan</title_en></catalog>
<section dc:uri="u/s"><key>sec</key><catalog dc:uri="u/c"/><order>0</order><title_en>General</title_en></section>
<questionset dc:uri="u/qs"><key>set</key><section dc:uri="u/s"/><questionset/><order>0</order></questionset>
<question dc:uri="u/q2"><key>b</key><questionset dc:uri="u/qs"/><order>2</order><text_en>Second?</text_en></question>
<question dc:uri="u/q1"><key>a</key><questionset dc:uri="u/qs"/><order>1</order><text_en>First?</text_en></question>
</rdmo>"""
    assert [question.text.en for question in draft(imported(xml)).questions] == ["First?", "Second?"]


def test_questions_without_a_catalogue_are_read_all_the_same():
    xml = f"<rdmo {DC}>{_question('alone', 'Alone?')}</rdmo>"
    assert len(drafts(imported(xml))) == 1


def test_a_file_without_a_question_is_refused():
    with pytest.raises(Refused, match="aucune question"):
        imported(OPTIONS)


def test_a_set_that_holds_itself_is_no_end():
    xml = f"""<rdmo {DC}><catalog dc:uri="u/c"><sections><section dc:uri="u/s"/></sections></catalog>
<section dc:uri="u/s"><questionsets><questionset dc:uri="u/qs"/></questionsets></section>
<questionset dc:uri="u/qs"><questionsets>
<questionset dc:uri="u/qs"/></questionsets><questions><question dc:uri="u/q/a"/></questions></questionset>
{_question("a", "A?")}</rdmo>"""
    assert drafts(imported(xml))[0].questions
