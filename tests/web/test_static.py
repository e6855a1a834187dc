import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import flask_bootstrap
import pytest
import tinycss2

from portal.app import NAVIGATION

WEB = Path(__file__).resolve().parents[2] / "portal" / "web"
STATIC = WEB / "static"
RESET = STATIC / "css" / "reset.css"
STYLES = sorted(path for path in (STATIC / "css").glob("*.css") if path != RESET)
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
TOKENS = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "sheet", "sunk")
TEXTS = ("ink", "ink-soft", "ink-faint", "link", "neutral", "info", "ok", "warning", "danger", "accent")
PHYSICAL = re.compile(r"\b(?:margin|padding|border)-(?:left|right|top|bottom)\b|\btext-align: (?:left|right)")
EDGES = ("rule-firm", "focus")


def templates() -> dict[str, str]:
    found = sorted(WEB.parent.glob("*/templates/**/*.html"))
    return {str(path.relative_to(WEB.parent)): path.read_text(encoding="utf-8") for path in found}


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def colours(theme: int) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
    return {name: pair[theme] for name, *pair in pairs}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_is_readable_on_every_ground(theme):
    tokens = colours(theme)
    faint = {
        f"{text} on {ground}": round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in product(TEXTS, GROUNDS)
        if contrast(tokens[text], tokens[ground]) < 4.5
    }
    assert not faint


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_edges_of_controls_and_the_focus_are_visible(theme):
    tokens = colours(theme)
    faint = {(edge, ground) for edge, ground in product(EDGES, GROUNDS) if contrast(tokens[edge], tokens[ground]) < 3.0}
    assert not faint


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_numbers_of_the_heat_map_and_the_next_action_are_readable(theme):
    tokens = colours(theme)
    assert min(contrast(tokens["ink"], tokens[f"heat-{step}"]) for step in range(1, 6)) >= 4.5
    lamp_ink = re.search(r"--lamp-ink: (#\w{6})", TOKENS)
    assert lamp_ink
    assert min(contrast(lamp_ink[1], tokens[name]) for name in ("lamp", "lamp-hover")) >= 4.5


def test_colours_are_named_once_in_the_tokens():
    raw = {
        f"{path.name}: {found}"
        for path in STYLES
        if path.name not in {"tokens.css", "print.css"}
        for found in re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl", without_comments(path.read_text("utf-8")))
    }
    assert not raw


def test_every_variable_that_is_used_exists():
    every = "\n".join(path.read_text(encoding="utf-8") for path in STYLES)
    known = set(re.findall(r"(--[\w-]+)\s*:", every))
    used = set(re.findall(r"var\((--[\w-]+)", every))
    assert not used - known


def test_styles_use_neither_ids_nor_important_nor_physical_sides():
    faults = []
    for path in STYLES:
        text = without_comments(path.read_text(encoding="utf-8"))
        faults += [f"{path.name}: !important"] if "!important" in text else []
        faults += [f"{path.name}: {found}" for found in re.findall(r"(?:^|[\s,}])#[a-zA-Z][\w-]*\s*[{,.:]", text)]
        faults += [f"{path.name}: {found}" for found in PHYSICAL.findall(text)]
    assert not faults


def test_every_rule_belongs_to_a_layer():
    for path in STYLES:
        rest = without_comments(path.read_text(encoding="utf-8"))
        while (reduced := re.sub(r"\{[^{}]*\}", ";", rest)) != rest:
            rest = reduced
        statements = [part.strip() for part in rest.split(";") if part.strip()]
        assert all(s.startswith(("@layer", "@import", "@page")) for s in statements), f"{path.name}: {statements}"


def classes_of(text: str) -> set[str]:
    return set(re.findall(r"\.(-?[a-zA-Z][\w-]*)", without_comments(text)))


def test_every_class_of_a_style_sheet_is_written_by_a_page():
    """A style that no page meets goes with the page that met it; Chromium was asked, this keeps it so."""
    sources = [path for ending in ("*.html", "*.py") for path in WEB.parent.rglob(ending)]
    written = set(re.findall(r"[a-zA-Z][\w-]*", "".join(path.read_text("utf-8") for path in (*sources, *SCRIPTS))))
    # « badge--{{ tone }} »: the end is put together when the page is made, and so are three in a row of numbers.
    begun = {name for name in written if name.endswith(("--", "__"))}
    unmet = {
        f"{path.name}: {name}"
        for path in (*STYLES, RESET)
        for name in classes_of(path.read_text(encoding="utf-8"))
        if name not in written and not any(name.startswith(each) for each in begun)
    }
    assert not unmet


def rules_of(text: str) -> set[tuple[str, str, str, str]]:
    """Every declaration: around it, its selector, its name, its value."""
    return set(_declarations(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), ""))


def _declarations(rules: list[Any], around: str) -> Iterator[tuple[str, str, str, str]]:
    for rule in rules:
        if rule.type == "at-rule" and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            within = "" if rule.at_keyword == "layer" else f"@{rule.at_keyword} {plain(rule.prelude)}"
            yield from _declarations(inner, within)
        elif rule.type == "qualified-rule":
            for selector in plain(rule.prelude).split(","):
                for one in tinycss2.parse_declaration_list(rule.content, skip_comments=True, skip_whitespace=True):
                    yield around, selector, one.name, plain(one.value) + "!" * one.important


def plain(tokens: list[Any]) -> str:
    return re.sub(r"\s*([,:>+~()])\s*", r"\1", " ".join(tinycss2.serialize(tokens).split()))


def test_the_reset_is_of_bootstrap_alone_and_small():
    theirs = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    assert rules_of(RESET.read_text(encoding="utf-8")) <= rules_of(theirs.read_text(encoding="utf-8"))
    assert RESET.stat().st_size < theirs.stat().st_size / 20


def test_scripts_are_short_and_load_nothing_from_elsewhere():
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, path.name
        assert not re.search(r"https?://|\beval\(|new Function|\.style\b|setAttribute\(.style", text), path.name


def test_every_hook_in_a_template_has_its_script_and_every_script_is_hooked():
    starting = re.compile(r"^export (?:async )?function start\(", re.M)
    modules = {path.stem for path in SCRIPTS if starting.search(path.read_text(encoding="utf-8"))}
    portal = (STATIC / "js" / "portal.js").read_text(encoding="utf-8")
    assert modules == set(re.findall(r"\w+", re.search(r"offer\(\{(.*?)\}\)", portal)[1]))
    assert modules <= set(re.findall(r"\bdata-portal-([a-z]+)", "".join(templates().values())))
    places = {"page", "js", "question", "remaining", "save-state", "conflict", "files", "open", "shown"}
    for name, text in templates().items():
        hooks = set(re.findall(r"\bdata-portal-([a-z-]+?)(?=[\s=>\"'])", text))
        assert hooks <= modules | places, f"{name}: {hooks - modules - places}"


def drawn_icons() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")))


def test_every_icon_of_the_navigation_is_drawn():
    assert {entry.icon for entry in NAVIGATION} <= drawn_icons()


def test_every_icon_asked_for_is_drawn():
    drawn = drawn_icons()
    missing = {
        f"{name}: {icon}"
        for name, text in templates().items()
        for icon in re.findall(r"""\b(?:icon|draw)\(\s*["']([\w-]+)["']\s*[),]""", text)
        if icon not in drawn
    }
    assert not missing
