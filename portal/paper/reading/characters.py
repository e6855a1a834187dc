"""The same characters whatever the file: ligatures opened, spaces plain, nothing invisible; quotes kept as printed.

Standard library only.
"""

import re
import unicodedata

SOFT_HYPHEN = "\u00ad"
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))), " ")
_INVISIBLE = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F)]
    + [*range(0x2060, 0x2070), 0xFEFF, *range(0xFFF0, 0xFFFC), *range(0xD800, 0xE000), 0xFE0E, 0xFE0F]
)
_HYPHENS = {0x2010: "-", 0x2011: "-", 0x2043: "•", 0xF0B7: "•", 0xF0A7: "•", 0xF02D: "-", 0xF0D8: "•", 0xF0FC: "•"}
"""Hyphens printed like the plain one, and the bullets of the symbol fonts of word processors."""
_SHOWN = _INVISIBLE | _HYPHENS | _LIGATURES | _SPACES
_RUNS = re.compile(r" {2,}")


def plain(text: str, *, soft_hyphens: bool = False) -> str:
    """One line as the rules read it; `soft_hyphens` keeps those marks for who joins lines.

    >>> plain("la\\u00a0con\\u00adfi\\u00adden\\u00adtia\\u00adlité  des\\tﬁchiers")
    'la confidentialité des fichiers'
    """
    if not soft_hyphens:
        text = text.replace(SOFT_HYPHEN, "")
    return _RUNS.sub(" ", unicodedata.normalize("NFC", text.translate(_SHOWN))).strip()
