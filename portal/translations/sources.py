"""The French sentences of the portal, gathered from its code and its templates."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file

from portal.core.dataclass import dataclass

PORTAL = Path(__file__).resolve().parents[1]
KEYWORDS = {
    "_": None, "gettext": None, "lazy": None, "lazy_gettext": None, "N_": None, "say": None, "ngettext": (1, 2),
    "say_count": (2, 3),
}  # fmt: skip
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
    method, options = ("python", {}) if path.suffix == ".py" else ("jinja2.ext:babel_extract", JINJA)
    for line, message, _comments, _context in extract_from_file(method, path, KEYWORDS, options=options):
        texts = (message, "") if isinstance(message, str) else (message[0], message[1])
        if texts[0]:
            yield line, texts
