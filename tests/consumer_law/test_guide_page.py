"""The guide cannot disagree with the engine: what changes in the data changes in it."""

import re
import shutil
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest

from portal.authz.policy import Role
from portal.consumer_law import guide_pdf, legislation
from portal.consumer_law.guide_page import guide
from portal.core.documents.tree import Document, Items, Paragraph
from portal.core.language import Language

DAY = date(2026, 11, 24)
TEMPLATES = Path(legislation.__file__).parent / "templates"
BOOKS = ("periods", "clocks", "exceptions", "function", "telephone", "ceilings")
DELAY = re.compile(
    r"\d|\b(?:un|deux|trois|sept|dix|douze|quatorze|quinze|vingt|trente|soixante|one|two|three|seven|ten|twelve|fourteen"
    r"|thirty|sixty|twenty)\b[ -](?:jour|mois|heure|semaine|an|day|month|hour|week|year)",
    re.IGNORECASE,
)


@pytest.fixture
def law(tmp_path, monkeypatch):
    """`law("clocks", "refund.due", "days", 21)` changes a figure of the data until the test ends."""
    folder = tmp_path / "law"
    shutil.copytree(legislation.FOLDER, folder)
    monkeypatch.setattr(legislation, "FOLDER", folder)

    def forget():
        for name in BOOKS:
            getattr(legislation, name).cache_clear()
        legislation.guide_text.cache_clear()
        guide_pdf.printed_guide.cache_clear()

    def change(book, rule, figure, value):
        path = folder / f"{book}.toml"
        text = path.read_text(encoding="utf-8")
        start = text.index(f'id = "{rule}"')
        end = text.find("[[rule]]", start) if "[[rule]]" in text[start:] else len(text)
        part, count = re.subn(rf"^{figure} = .*$", lambda _: f"{figure} = {value}", text[start:end], flags=re.MULTILINE)
        assert count == 1, f"{rule} has no {figure}"
        path.write_text(text[:start] + part + text[end:], encoding="utf-8")
        forget()

    yield change
    monkeypatch.undo()
    forget()


def words(language=Language.FR):
    found = guide(DAY, language)
    lines = [point.text for section in found.sections for point in section.points]
    return "\n".join([*lines, *(line for section in found.sections for line in section.examples)]).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("book", "rule", "figure", "value", "french", "english"),
    [
        ("periods", "length.usual", "days", 21, "21 jours après la réception", "21 days after the goods"),
        ("periods", "information.missing", "months", 6, "6 mois de plus", "6 months more"),
        ("clocks", "refund.due", "days", 21, "au plus tard 21 jours après", "at the latest 21 days after"),
        ("clocks", "return.consumer", "days", 9, "au plus tard 9 jours après", "at the latest 9 days after"),
        ("clocks", "acknowledge.prompt", "days", 0, "garder, le jour même", "keep, the same day|keep, on the day"),
        ("clocks", "log.same-day", "days", 3, "Enregistrez-le au plus tard 3 jours après", "at most 3 days later"),
        ("telephone", "calls.suppression", "days", 2, "au plus tard 2 jours après", "at most 2 days later"),
        ("telephone", "calls.frequency", "most", 3, "Pas plus de 3 appels", "more than 3 calls"),
        ("telephone", "calls.hours", "hours", '[["09:00", "12:00"]]', "de 09:00 à 12:00", "from 09:00 to 12:00"),
        (
            "function",
            "function.confirm",
            "label",
            '{ fr = "je renonce", en = "I withdraw" }',
            "je renonce",
            "I withdraw",
        ),
        ("function", "function.scope", "valid_from", "2025-01-02", "2 janvier 2025", "2 January 2025"),
    ],
)
def test_a_figure_changed_in_the_data_changes_the_guide(law, book, rule, figure, value, french, english):
    before = words(), words(Language.EN)
    assert french not in before[0]
    law(book, rule, figure, value)
    assert french in words()
    assert any(text in words(Language.EN) for text in english.split("|"))


def test_its_examples_are_computed_when_it_is_shown(law):
    assert "Reçu le samedi 31 octobre 2026\u202f: jusqu’au lundi 16 novembre 2026." in words()
    assert "Conclu le vendredi 11 décembre 2026\u202f: jusqu’au lundi 28 décembre 2026." in words()
    assert "jusqu’au mardi 15 juin 2027." in words()
    assert "25 jours trop tard\u202f: 12,99 € de plus." in words()
    law("periods", "length.usual", "days", 20)
    assert "Reçu le samedi 31 octobre 2026\u202f: jusqu’au vendredi 20 novembre 2026." in words()
    law("clocks", "refund.due", "days", 20)
    assert "à rembourser le dimanche 22 novembre 2026 au plus tard." in words()
    assert "19 jours trop tard\u202f: 6,50 € de plus." in words()


def test_a_refund_in_time_has_nothing_more_in_its_example(law):
    law("clocks", "refund.due", "days", 90)
    assert "à rembourser le dimanche 31 janvier 2027 au plus tard." in words()
    assert "de plus." not in words().splitlines()[-1]


def test_the_page_changes_with_the_data(as_, law):
    page = as_(Role.DPO)
    assert "21\xa0jours après que vous" not in page.get("/retractation/guide").text
    law("clocks", "refund.due", "days", 21)
    assert "21\xa0jours après que vous" in page.get("/retractation/guide").text


@pytest.mark.parametrize(
    "path",
    [
        TEMPLATES / "guide.html",
        TEMPLATES / "_guide.html",
        TEMPLATES.parents[1] / "vendor_space" / "templates" / "withdrawal_guide.html",
    ],
    ids=lambda path: path.name,
)
def test_no_digit_in_its_templates_states_a_delay(path):
    text = path.read_text(encoding="utf-8")
    shown = re.sub(r"\{#.*?#\}|</?h[1-6]\b|\[0\]", "", text, flags=re.DOTALL)
    assert not DELAY.search(shown), DELAY.search(shown)


def test_no_word_of_its_file_states_a_delay():
    raw = legislation.read("guide")
    for section in raw["section"]:
        for row in (section["title"], *section["point"]):
            for language in Language:
                shown = re.sub(r"\{[^}]*\}", "", row[language.value])
                assert not DELAY.search(shown), shown


def test_every_rule_it_names_exists_and_gives_its_article_and_its_day():
    for language in Language:
        for section in guide(DAY, language).sections:
            assert section.points
            for point in section.points:
                assert point.article
                assert point.rules[0].valid_from
                assert "{" not in point.text


def test_it_lists_every_exception_by_its_number():
    (listed,) = [section.exceptions for section in guide(DAY, Language.FR).sections if section.exceptions]
    assert [number for number, _ in listed] == [*range(1, 14)]
    assert "Il y a 13 exceptions" in words()


def test_a_rule_it_does_not_find_is_an_error(law):
    path = legislation.FOLDER / "guide.toml"
    legislation.guide_text.cache_clear()
    path.write_text(path.read_text(encoding="utf-8").replace('"refund.means"', '"refund.gone"'), encoding="utf-8")
    with pytest.raises(KeyError, match=r"refund\.gone"):
        guide(DAY, Language.FR)


def test_in_english_its_references_hold_no_french_word_of_ours():
    cited = " ".join(point.article for section in guide(DAY, Language.EN).sections for point in section.points)
    assert "Contract, CL30; proof of L221-21" in cited
    assert "GDPR art. 5(1)(c)" in cited.replace("\u00a0", " ")
    for word in ("Contrat", "preuve", "RGPD", " ;"):
        assert word not in cited


@pytest.mark.parametrize("language", [*Language])
def test_on_paper_it_says_what_the_page_says(language):
    found = guide(DAY, language)
    tree = guide_pdf.document(DAY, language)
    said = "\n".join(text.text for text in _texts(tree))
    for section in found.sections:
        for point in section.points:
            assert point.text in said
            assert point.article in said
        assert all(example in said for example in section.examples)


def _texts(tree: Document):
    for section in tree.blocks[:-1]:
        for block in section.blocks:
            lines = block.items if isinstance(block, Items) else [block.inlines] if isinstance(block, Paragraph) else []
            for line in lines:
                yield from line


def test_it_is_a_pdf_in_the_language_of_its_reader(as_, tmp_path):
    page = as_(Role.LEGAL)
    found = page.client.get("/retractation/guide.pdf")
    assert found.status_code == 200
    assert found.mimetype == "application/pdf"
    assert "guide-retractation-fr.pdf" in found.headers["Content-Disposition"]
    path = tmp_path / "guide.pdf"
    path.write_bytes(found.data)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "renoncer au contrat ici" in text
    assert guide_pdf.printed_guide.cache_info().currsize


def test_its_file_is_sound_toml_with_both_languages():
    raw = tomllib.loads((legislation.FOLDER / "guide.toml").read_text(encoding="utf-8"))
    for section in raw["section"]:
        assert section["title"].keys() == {"fr", "en"}
        assert all(point["fr"] and point["en"] and point["rules"] for point in section["point"])
    assert {example["section"] for example in raw["example"]} <= {section["id"] for section in raw["section"]}
