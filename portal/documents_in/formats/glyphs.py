"""Texts whose font gave the rank of its glyphs for characters: « 7KLV » printed as « This ». Standard library only.

Fonts cut by some PDF printers number their glyphs in the order of the first TrueType fonts, 29 below ASCII, and say
nothing better; what is copied from such a file is unreadable, and can be turned back.
"""

from portal.core.expressions import expression
from portal.core.language import say
from portal.documents_in import languages

SHIFT = 29
_TURNED = {code: code + SHIFT for code in range(3, 0x5E)} | dict(
    zip(range(0xB1, 0xB7), map(ord, "–—“”‘’"), strict=True)
)
_CONTROLS = "".join(map(chr, range(0x20)))
_TURNED_CONTROLS = {code: turned for code, turned in _TURNED.items() if code < 0x20}
_LINE = expression("[^\r\n\f]+")
LEAST_WORDS = 20
DECODED_REMARK = say(
    "Une partie du texte était codée par les numéros des glyphes de sa police : elle a été rétablie, vérifiez-la."
)


def decode_ranks(text: str) -> str | None:
    r"""The text with such words turned back; None when it was readable.

    >>> decode_ranks("7KH\x03SURFHVVRU\x03VKDOO\x03QRW\x03" * 20)[:23]
    'The processor shall not'
    >>> decode_ranks("The processor shall notify the controller.") is None
    True
    """
    if sum(languages.count_language_words(text)) * 4 > len(text) // 12 and "\x03" not in text:
        return None
    shown = _LINE.sub(lambda found: decode_line(found[0]), text)
    before, after = sum(languages.count_language_words(text)), sum(languages.count_language_words(shown))
    return shown if after >= LEAST_WORDS and after > 2 * before else None


def decode_line(text: str) -> str:
    """One line: lower case only exists where the font told its characters, and figures go with the word before."""
    told = False
    words = []
    for word in text.replace("\x03 ", "\x03").replace(" \x03", "\x03").replace("\x03", " ").split(" "):
        told = any("a" <= char <= "z" for char in word) or (told and word.strip(_CONTROLS).isdigit())
        words.append(word.translate(_TURNED_CONTROLS if told else _TURNED))
    return " ".join(words)
