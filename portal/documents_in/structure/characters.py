"""The same characters whatever the file: ligatures opened, spaces plain, nothing invisible; quotes kept as printed.

Standard library only.
"""

import re
import unicodedata

from portal.core.expressions import expression

SOFT_HYPHEN = "\u00ad"
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))), " ")
_INVISIBLE = dict.fromkeys(
    code
    for first, last in (
        *((0x00, 0x1F), (0x7F, 0x9F), (0x61C, 0x61C), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),
        *((0xD800, 0xDFFF), (0xFE0E, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF0, 0xFFFB)),
    )
    for code in range(first, last + 1)
)
_HYPHENS = {0x2010: "-", 0x2011: "-", 0x2043: "•", 0xF0B7: "•", 0xF0A7: "•", 0xF02D: "-", 0xF0D8: "•", 0xF0FC: "•"}
"""Hyphens printed like the plain one, and the bullets of the symbol fonts of word processors."""
_SHOWN = _INVISIBLE | _HYPHENS | _LIGATURES | _SPACES
_RUNS = expression(r" {2,}")
_STRESS = expression(
    r"(?<![\w*`])(\*\*\*|\*\*|__|`)(?=\S)([^*`\n]+?)(?<=\S)\1(?![\w*`])"
    r"|(?<![\w_*])([*_])(?=[^\s_*])([^_*\n]+?)(?<=[^\s_*])\3(?![\w_*])"
)


def normalise(text: str, *, soft_hyphens: bool = False) -> str:
    """One line as the rules read it; `soft_hyphens` keeps those marks for who joins lines.

    >>> normalise("la\\u00a0con\\u00adfi\\u00adden\\u00adtia\\u00adlité  des\\tﬁchiers")
    'la confidentialité des fichiers'
    """
    if not soft_hyphens:
        text = text.replace(SOFT_HYPHEN, "")
    return _RUNS.sub(" ", unicodedata.normalize("NFC", text.translate(_SHOWN))).strip()


def strip_emphasis(text: str) -> str:
    """A text without the marks of emphasis of Markdown, which pasted texts keep.

    >>> strip_emphasis("the **Processor** and `each` _Subprocessor_ of snake_case_name")
    'the Processor and each Subprocessor of snake_case_name'
    >>> strip_emphasis("Durée : ______, le __/__/____")
    'Durée : ______, le __/__/____'
    """
    if not ("*" in text or "_" in text or "`" in text):
        return text
    return _STRESS.sub(_stressed, text)


def _stressed(found: re.Match[str]) -> str:
    """What marks of emphasis hold; a line to be filled in holds no letter, and stays."""
    inside = str(found[2] or found[4])
    return inside if any(map(str.isalnum, inside)) else found[0]
