"""What the documents say of the code is held against the code."""

import re
from pathlib import Path

import pytest

from bench import code_map

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\bVIGIE_[A-Z_]+\b")


def reading_code() -> str:
    """What reads the environment."""
    files = ("config.py", "provider_settings.py", "secret_keys.py", "variables.py")
    return "\n".join((ROOT / "portal" / "core" / name).read_text(encoding="utf-8") for name in files)


def settings_table() -> dict[str, tuple[str, str]]:
    """Name of a variable → (default, role), as the operator's page gives them."""
    text = (ROOT / "docs" / "exploitation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(VIGIE_[A-Z_]+)` \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return {name: (default, role) for name, default, role in rows}


def test_every_setting_is_in_the_operators_table_and_no_other():
    assert set(settings_table()) == set(SETTING.findall(reading_code()))
    assert all(role for _default, role in settings_table().values())


@pytest.mark.parametrize("name", sorted(settings_table()))
def test_a_literal_default_is_the_one_of_the_code(name):
    code = reading_code()
    literal = re.search(rf'env\.get\("{name}", "([^"]+)"\)', code)
    if literal:
        assert f"`{literal[1]}`" in settings_table()[name][0]


def test_no_source_reads_a_setting_that_the_table_lacks():
    known = set(settings_table())
    for path in [*(ROOT / "portal").rglob("*.py"), *(ROOT / ".ci").iterdir(), ROOT / "Makefile"]:
        found = {
            name for name in SETTING.findall(path.read_text(encoding="utf-8")) if not name.startswith("VIGIE_TEST_")
        }
        assert found <= known, path


def test_the_glossary_names_what_exists():
    words = set(re.findall(r"\w+", " ".join(_code())))
    missing = []
    for line in (ROOT / "docs" / "glossaire.md").read_text(encoding="utf-8").splitlines()[6:]:
        cells = line.split("|")
        if len(cells) < 4:
            continue
        for span in re.findall(r"`([^`]+)`", cells[2]):
            missing += [
                f"{cells[1].strip()}: {word}" for word in re.findall(r"[A-Za-z_]\w+", span) if word not in words
            ]
    assert not missing


def _code() -> list[str]:
    folders = ("portal", "questionnaires", "clause_library")
    files = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".toml", ".md", ".html"}
    ]
    return [f"{path} {path.read_text(encoding='utf-8')}" for path in files]


def test_every_link_between_documents_leads_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http", "mailto:")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def test_the_architecture_page_is_written_from_the_code():
    """`make map` writes it again."""
    text = code_map.PAGE.read_text(encoding="utf-8")
    assert code_map.page(text) == text


def test_the_picture_is_drawn_from_the_import_graph():
    """`make map` draws it again."""
    drawn = code_map.picture(code_map.floors(), code_map.reduced(code_map.imports()), code_map.descriptions())
    assert drawn == code_map.PICTURE.read_text(encoding="utf-8")
