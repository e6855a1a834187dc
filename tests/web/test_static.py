import re
from itertools import product
from pathlib import Path

import pytest

from portal.app import NAVIGATION

WEB = Path(__file__).resolve().parents[2] / "portal" / "web"
STATIC = WEB / "static"
STYLES = sorted((STATIC / "css").glob("*.css"))
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


def test_every_style_sheet_is_linked_and_every_linked_one_exists():
    head = (WEB / "templates" / "macros" / "head.html").read_text(encoding="utf-8")
    listed = re.search(r"for sheet in \(([^)]*)\)", head)
    assert listed
    linked = {*re.findall(r'"([\w-]+)"', listed[1]), "print"}
    # A domain may link one more on its own pages.
    linked |= {name for text in templates().values() for name in re.findall(r"filename='css/([\w-]+)\.css'", text)}
    assert linked == {path.stem for path in STYLES}


def test_scripts_are_short_and_load_nothing_from_elsewhere():
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, path.name
        assert not re.search(r"https?://|\beval\(|new Function|\.style\b|setAttribute\(.style", text), path.name


def test_every_hook_in_a_template_has_its_script_and_every_script_is_hooked():
    shared = {name for path in SCRIPTS for name in re.findall(r'from "\./(\w+)\.js"', path.read_text(encoding="utf-8"))}
    modules = {path.stem for path in SCRIPTS} - {"theme-boot", "portal"} - shared
    listed = set(re.findall(r'"(\w+)"', re.search(r"HOOKS = \[(.*?)\]", (STATIC / "js" / "enhance.js").read_text())[1]))
    every = "".join(templates().values())
    assert {name for name in modules if f"filename='js/{name}.js'" not in every} == listed
    places = {"page", "js", "question", "remaining", "save-state", "conflict", "files", "open"}
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
