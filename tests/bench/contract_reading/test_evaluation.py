"""`python -m bench.contract_reading`: cells from label files, differences with passages, refusals that name a line."""

import json

import pytest
from click.testing import CliRunner

from bench.contract_reading.command import evaluate_texts
from bench.contract_reading.evaluation import ENGINE, KEYWORDS, TWO_SENTENCES, evaluate
from bench.contract_reading.labelled_texts import academic_texts, labelled_texts
from bench.contract_reading.measures import Label
from portal.core.errors import Refused
from portal.paper.rulebook_files import load_rulebook
from tests.conftest import REAL

CONTRACT = """Data processing agreement

Acme Ltd ("Processor") processes personal data on behalf of the customer ("Controller").

1. Breaches
The Processor shall notify the Controller of any personal data breach without undue delay after becoming aware of it.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text(CONTRACT, "utf-8")
    (tmp_path / "labels.tsv").write_text(
        "file\trequirement\tlabel\tground\n"
        "a.txt\tbreach_notification\tyes\tThe Processor shall notify\n"
        "a.txt\tunlawful_instruction_notice\tyes\tsomewhere\n",
        "utf-8",
    )
    return tmp_path


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(evaluate_texts, [str(argument) for argument in arguments])


def test_each_label_makes_one_cell_per_method_and_differences_keep_both_passages(folder):
    found = evaluate(labelled_texts(folder, folder / "labels.tsv"), load_rulebook())
    assert set(found.cells) == {ENGINE, KEYWORDS, TWO_SENTENCES}
    assert all(len(cells) == 2 for cells in found.cells.values())
    [difference] = found.differences
    assert (difference.cell.requirement, difference.cell.wanted, difference.cell.got) == (
        "unlawful_instruction_notice",
        Label.YES,
        Label.NO,
    )
    assert (difference.span, difference.ground) == (None, "somewhere")


@pytest.mark.parametrize("counted", Label)
def test_what_is_half_said_counts_as_asked(folder, counted):
    labels = folder / "labels.tsv"
    labels.write_text("file\trequirement\tlabel\na.txt\tbreach_notification\tpartial\n", "utf-8")
    [cell] = evaluate(labelled_texts(folder, labels), load_rulebook(), partial=counted).cells[ENGINE]
    assert (cell.wanted, cell.got) == (counted, Label.YES)


def test_sentences_with_labels_by_document_make_texts(tmp_path):
    (tmp_path / "sentences.tsv").write_text(
        "dpa\tn\tsentence\tour_reqs\n"
        "One\t1\tThe processor shall notify the controller of any breach.\tbreach_notification,security_measures\n"
        'One\t2\t"Unbalanced quotes are kept.\t\n',
        "utf-8",
    )
    (tmp_path / "doc_labels.tsv").write_text("dpa\tbreach_notification\tduration\nOne\t1\t0\n", "utf-8")
    [one] = academic_texts(tmp_path)
    assert one.wanted == {"breach_notification": Label.YES, "duration": Label.NO}
    assert one.ground["breach_notification"].startswith("The processor shall notify")
    assert [paragraph.text[:5] for paragraph in one.document.paragraphs] == ["The p", '"Unba']


def test_other_readers_of_the_academic_texts_replace_their_labels(run, tmp_path):
    (tmp_path / "sentences.tsv").write_text("dpa\tsentence\nA\tThe processor assists the controller.\n", "utf-8")
    labels = tmp_path / "readers.tsv"
    labels.write_text("file\trequirement\tlabel\nA\tduration\tno\nA\tbreach_notification\tpartial\n", "utf-8")
    [one] = academic_texts(tmp_path, labels)
    assert one.wanted == {"duration": Label.NO, "breach_notification": Label.PARTIAL}
    told = run(str(tmp_path), "--academic", "--labels", str(labels), "--draws", "0").output
    assert "not_satisfied" in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("file\trequirement\tlabel\na.txt\tduration\tmaybe\n", r"labels\.tsv, ligne 2.*maybe"),
        ("file\trequirement\na.txt\tduration\n", "il manque la colonne.*label"),
        ("file\trequirement\tlabel\nb.txt\tduration\tyes\n", "b.txt"),
        ("file\trequirement\tlabel\na.txt\tnowhere\tyes\n", "l’exigence.*nowhere.*inconnue"),
    ],
)
def test_a_wrong_label_file_is_refused_with_what_and_where(folder, text, why):
    labels = folder / "labels.tsv"
    labels.write_text(text, "utf-8")
    with pytest.raises(Refused, match=why):
        evaluate(labelled_texts(folder, labels), load_rulebook())


def test_the_command_prints_a_readable_table_with_the_naive_checks_beside(run, folder):
    result = run(folder, "--labels", folder / "labels.tsv", "--errors", "--draws", "10")
    assert result.exit_code == 0, result.output
    assert "== all: 1 documents, 2 cells ==" in result.output
    assert "naive: two_sentences, pooled" in result.output
    assert "a.txt\tunlawful_instruction_notice\twanted yes\tgot no" in result.output


def test_the_command_as_json_gives_every_figure(run, folder):
    result = run(folder, "--labels", folder / "labels.tsv", "--errors", "--draws", "10", "--json")
    found = json.loads(result.output)
    [everything] = found["engine"]
    assert (everything["group"], everything["documents"], everything["confusion"]) == (
        "all",
        1,
        [[1, 0, 1], [0, 0, 0], [0, 0, 0]],
    )
    assert everything["classes"]["missing"]["pooled"]["precision"] == 0
    assert found["errors"][0]["requirement"] == "unlawful_instruction_notice"


def test_a_refusal_is_a_sentence_and_exit_status_1(run, folder):
    (folder / "labels.tsv").write_text("nothing\n", "utf-8")
    result = run(folder, "--labels", folder / "labels.tsv")
    assert (result.exit_code, "il manque la colonne" in result.output) == (1, True)


@pytest.mark.real
def test_the_labelled_texts_are_measured_by_language_and_the_engine_beats_both_naive_checks():
    labels = REAL / "dpa" / "labels.tsv"
    if not labels.exists():
        pytest.skip("les textes réels ne sont pas posés à côté du dépôt")
    found = evaluate(labelled_texts(REAL / "dpa", labels), load_rulebook())
    assert {method: len(cells) for method, cells in found.cells.items()} == dict.fromkeys(found.cells, 280)

    def agreed(method):
        return sum(cell.wanted is cell.got for cell in found.cells[method])

    assert agreed(ENGINE) > max(agreed(KEYWORDS), agreed(TWO_SENTENCES)) + 20
