import tomllib
from pathlib import Path

import portal
from portal.translations.sources import source_sentences

PORTAL = Path(portal.__file__).parent

CODE = """
from somewhere import N_, _, lazy, ngettext, say

NAME = N_("Prestataire")
REFUSAL = say("Ligne %(line)s : " "pays inconnu.", line=3)
LABEL = lazy("Nom")
COUNT = ngettext("%(num)s audit", "%(num)s audits", 2)
PLAIN = "jamais dit"
CALLED = other("jamais traduit")
"""
PAGE = """
{% macro x() %}{{ _("Bonjour %(name)s", name=name) }}{% do rows.append(1) %}{% endmacro %}
{{ ngettext("une page", "%(num)s pages", 3) }}
"""


def project(folder: Path) -> Path:
    (folder / "portal" / "templates").mkdir(parents=True)
    (folder / "portal" / "code.py").write_text(CODE, encoding="utf-8")
    (folder / "portal" / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    return folder / "portal"


def test_marked_sentences_of_code_and_templates_are_found_and_nothing_else(tmp_path):
    found = source_sentences(project(tmp_path))
    assert set(found) == {
        "Prestataire", "Ligne %(line)s : pays inconnu.", "Nom", "%(num)s audit", "Bonjour %(name)s", "une page",
    }  # fmt: skip


def test_a_plural_is_kept_with_its_singular_and_a_sentence_with_its_place(tmp_path):
    found = source_sentences(project(tmp_path))
    assert found["%(num)s audit"].plural == "%(num)s audits"
    assert found["Prestataire"].where == "portal/code.py:4"


def test_a_sentence_said_alone_first_and_counted_later_asks_for_its_plural(tmp_path):
    root = project(tmp_path)
    (root / "a.py").write_text('_("une page")\n', encoding="utf-8")
    assert source_sentences(root)["une page"].plural == "%(num)s pages"


def _english(said):
    """Every English sentence of a data file: what stands under a key « en », however deep."""
    for key, value in said.items() if isinstance(said, dict) else enumerate(said):
        if key == "en" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from _english(value)


def test_the_english_of_data_files_has_english_quotation_marks():
    files = sorted(PORTAL.rglob("*.toml"))
    said = {one for path in files for one in _english(tomllib.loads(path.read_text(encoding="utf-8")))}
    assert said
    assert [one for one in said if "«" in one] == []
