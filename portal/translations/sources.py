"""The French sentences of the portal, gathered from its code and its templates."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file

from portal.core.dataclass import dataclass
from portal.core.expressions import expression

PORTAL = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "_": None, "gettext": None, "lazy": None, "lazy_gettext": None, "N_": None, "say": None, "ngettext": (1, 2),
    "say_count": (2, 3),
}  # fmt: skip
SAYING = expression(rf"(?:{'|'.join(KEYWORDS)})\s*\(")
"""Where one of them may be called: a file without it says nothing."""
JINJA = {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}


@dataclass(frozen=True)
class SourceSentence:
    """A sentence to translate, and where it is first said."""

    singular: str
    plural: str
    where: str


def source_sentences(root: Path = PORTAL) -> dict[str, SourceSentence]:
    """Every sentence marked for translation under a folder, by its French text (the singular of a plural)."""
    found: dict[str, SourceSentence] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html")]):
        for line, texts in _extracted(path):
            singular, plural = texts
            sentence = SourceSentence(singular, plural, f"{path.relative_to(root.parent)}:{line}")
            known = found.setdefault(singular, sentence)
            if plural and not known.plural:
                found[singular] = SourceSentence(singular, plural, known.where)
    return found


def _extracted(path: Path) -> Iterator[tuple[int, tuple[str, str]]]:
    content = path.read_text(encoding="utf-8")
    if not SAYING.search(content):
        return
    if path.suffix == ".py":
        yield from sorted(_said_in(ast.parse(content)))
        return
    for line, message, _comments, _context in extract_from_file(
        "jinja2.ext:babel_extract", path, KEYWORDS, options=JINJA
    ):
        texts = (message, "") if isinstance(message, str) else (message[0], message[1])
        if texts[0]:
            yield line, texts


def _said_in(tree: ast.Module) -> Iterator[tuple[int, tuple[str, str]]]:
    """The calls of code: read as Python reads it, a fifth of what Babel takes, which reads each word again."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (name := _name(call.func)) in KEYWORDS:
            said = [_text(call.args[place - 1 : place]) for place in KEYWORDS[name] or (1,)]
            if all(said):
                yield call.args[0].lineno, (said[0], said[1] if len(said) > 1 else "")


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def _text(argument: list[ast.expr]) -> str:
    """An argument written out; empty for what is worked out, or not there."""
    match argument:
        case [ast.Constant(str(text))]:
            return text
    return ""
