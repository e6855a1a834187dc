"""What both renderings print that the tree does not spell: words, numbers, typography, visible characters."""

import re
import unicodedata

from portal.core.dataclass import dataclass
from portal.core.documents.tree import Blank, Document, Inline, Reference, Section
from portal.core.expressions import expression
from portal.core.language import NO_BREAK, Language, colon, english, french, printed

ELLIPSIS = "…"
LEFT_TO_RIGHT = "\u200e"
RUNNING_LENGTH = 84
"""Characters of a title or reference that fit on one line of a running header or footer."""

LONGEST_UNBROKEN = 30
"""Characters of the longest words kept on one line."""

BULLET = "–"
HAND_LINE = "_" * 24
"""What is written by hand when the paper is signed; a line of text, found by whoever searches or reads aloud."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Words:
    """The words of one language; they follow the document's language, not the reader's."""

    article: str
    annex: str
    contents: str
    contents_pages: str
    """Whose page numbers a Word file shows, and what to do when one's own are others."""
    blank: str
    draft: str
    page: str
    initials: str
    name: str
    """Of the language, in that language."""
    locale: str
    """BCP 47 tag for the files' metadata."""

    def numbered(self, kind: str) -> str:
        """The word put before a first-level number, with its no-break space; empty for a plain section."""
        word = {"article": self.article, "annex": self.annex}.get(kind, "")
        return word + NO_BREAK if word else ""


WORDS = {
    Language.FR: Words(
        article="Article",
        annex="Annexe",
        contents="Sommaire",
        contents_pages="Ces numéros sont ceux du PDF de ce texte. Si vos pages tombent ailleurs, mettez le sommaire "
        "à jour par un clic droit.",
        blank="à compléter",
        draft="PROJET",
        page="Page",
        initials="Paraphes",
        name="Français",
        locale="fr-FR",
    ),
    Language.EN: Words(
        article="Article",
        annex="Annex",
        contents="Contents",
        contents_pages="These numbers are those of the PDF of this text. If your pages fall elsewhere, update the "
        "contents with a right click.",
        blank="to be completed",
        draft="DRAFT",
        page="Page",
        initials="Initials",
        name="English",
        locale="en-GB",
    ),
}

# Never printed: controls and non-characters (XML forbids most of them), soft hyphens and zero-width marks no reader
# can see, and bidirectional overrides, with which a supplied name could show a clause in another order than it reads.
_UNPRINTABLE = expression(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_TOGETHER = expression(
    rf"(?<=\bn°) (?=\S)|(?<=\bno\.) (?=\S)|(?<=\d) (?=\d)|(?<=\d) (?=(?:{_MONTHS})\b)|(?<=\b1er) (?=(?:{_MONTHS})\b)"
)
"""Spaces at which a line never ends: before a number, within one (a telephone's too), between a day and its month."""
_AFTER_RIGHT_TO_LEFT = expression("([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])(?= · )")
_LINE_ENDS = expression("\r\n|[\r\x85\u2028\u2029]")


_PICTURES = expression(
    "[\u231a\u231b\u23f0\u23f3\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728"
    "\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u2b50\u2b55\U0001f1e6-\U0001f1ff\U0001f300-\U0001f5ff\U0001f61c-\U0001faff]"
    "[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*"
)
"""Emoji that no font of the portal draws, with what only changes their look: on paper, each was an empty box."""
_FLAG_A = 0x1F1E6


def printable(text: str) -> str:
    """Keep only what paper can show: characters composed (NFC), one kind of line end, nothing invisible, no emoji.

    An emoji that no font of the portal draws is said by its Unicode name, which both files of a document then hold.

    >>> printable("Dupont\\x00 & \\u202eslif\\r\\nParis")
    'Dupont & slif\\nParis'
    >>> printable("D'accord \\U0001f44d\\U0001f3fd, en \\U0001f1eb\\U0001f1f7")
    "D'accord [thumbs up sign], en FR"
    """
    shown = unicodedata.normalize("NFC", _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))).replace("\t", " ")
    return shown if shown.isascii() else _PICTURES.sub(_named, shown)


def _named(picture: re.Match[str]) -> str:
    letter = ord(picture[0][0]) - _FLAG_A
    if 0 <= letter < 26:
        return chr(ord("A") + letter)
    name = unicodedata.name(picture[0][0], "")
    return f"[{name.lower()}]" if name else "[emoji]"


def typeset(text: str, language: Language) -> str:
    """The text as printed: visible characters, and the typography of its language.

    >>> typeset("L'avis : oui", Language.FR)
    'L’avis\\u202f: oui'
    >>> typeset("The processor's advice: yes", Language.EN)
    'The processor’s advice: yes'
    >>> typeset("n° 12, 180 000 personnes", Language.FR)  # a number is not cut at a line's end
    'n°\\xa012, 180\\xa0000 personnes'
    """
    text = printable(text)
    return _TOGETHER.sub(NO_BREAK, printed(text, language))


def blank_text(blank: Blank, language: Language) -> str:
    """A missing fact, in brackets so that it survives black-and-white printing.

    >>> blank_text(Blank("vendor.registration", "numéro SIREN"), Language.FR)
    '[à compléter\\u202f: numéro SIREN]'
    """
    return typeset(f"[{WORDS[language].blank}{colon(language)}{blank.label}]", language)


def set_inlines(inlines: tuple[Inline, ...], language: Language) -> list[tuple[Inline, str]]:
    """Each inline with its printed text; typography sees across their joints.

    >>> from portal.core.documents.tree import Text
    >>> pair = Text("selon l'"), Reference("annA", "annexe A")
    >>> [text for _, text in set_inlines(pair, Language.FR)]
    ['selon l’', 'annexe\\xa0A']
    """
    texts = [inline_text(inline, language) for inline in inlines]
    if language is not Language.FR:
        return list(zip(inlines, (_TOGETHER.sub(NO_BREAK, english(text)) for text in texts), strict=True))
    joined = []
    for rank, (inline, text) in enumerate(zip(inlines, texts, strict=True)):
        before = "x" if rank and texts[rank - 1] and not texts[rank - 1][-1].isspace() else ""
        after = "x" if rank + 1 < len(texts) and texts[rank + 1] and not texts[rank + 1][0].isspace() else ""
        printed = _TOGETHER.sub(NO_BREAK, french(before + text + after))
        joined.append((inline, printed[len(before) : len(printed) - len(after)]))
    return joined


def title_parts(section: Section, language: Language) -> tuple[str, str]:
    """A printed title, and what ends it in another language: empty when all of it is in the document's.

    >>> from portal.core.documents.tree import TitleEnd
    >>> title_parts(Section("Durée / Term", (), title_end=TitleEnd("Term", Language.EN)), Language.FR)
    ('Durée / ', 'Term')
    """
    whole = typeset(section.title, language)
    end = typeset(section.title_end.text, language) if section.title_end else ""
    return (whole.removesuffix(end), end) if end and whole.endswith(end) else (whole, "")


def inline_text(inline: Inline, language: Language) -> str:
    """The words of one inline on its own; a short reference (« article 12 ») is not cut at a line's end."""
    if isinstance(inline, Blank):
        return blank_text(inline, language)
    text = printable(inline.text)
    unbroken = isinstance(inline, Reference) and len(text) <= LONGEST_UNBROKEN
    return text.replace(" ", NO_BREAK) if unbroken else text


def section_label(section: Section, language: Language) -> str:
    """The printed number of a section, with its word at the first level only.

    >>> section_label(Section("Durée", (), number="3", kind="article"), Language.FR)
    'Article\\xa03'
    >>> section_label(Section("Préavis", (), number="3.2", kind="article"), Language.FR)
    '3.2'
    >>> section_label(Section("Measures", (), number="B", kind="annex"), Language.EN)
    'Annex\\xa0B'
    >>> section_label(Section("Contexte", (), number="1"), Language.FR)
    '1.'
    """
    number = printable(section.number).strip()
    if not number or "." in number:
        return number
    word = WORDS[language].numbered(section.kind)
    return f"{word}{number}" if word else f"{number}."


def item_mark(position: int, *, ordered: bool) -> str:
    """The mark of a list item, counted from 1; after (z) comes (aa), then (bb), as Word counts.

    >>> item_mark(2, ordered=True), item_mark(28, ordered=True), item_mark(1, ordered=False)
    ('(b)', '(bb)', '–')
    """
    if not ordered:
        return BULLET
    rounds, letter = divmod(position - 1, len(LETTERS))
    return f"({LETTERS[letter] * (rounds + 1)})"


def edition_line(document: Document) -> str:
    """Which text this is, at the head of every page; empty for a document that has no digest.

    >>> edition_line(Document("Accord", Language.FR, (), edition="Version 3", sha256="9f86d0"))
    'Version 3 · SHA-256 9f86d0'
    """
    return " · ".join(part for part in (document.edition, document.sha256 and f"SHA-256 {document.sha256}") if part)


def initials_line(document: Document) -> str:
    """Where each party puts its initials, at the foot of every page; empty when nobody does.

    >>> initials_line(Document("Accord", Language.FR, (), initials=True))
    'Paraphes\\u202f: ____________ ____________'
    """
    if not document.initials:
        return ""
    half = HAND_LINE[: len(HAND_LINE) // 2]
    return typeset(f"{WORDS[document.language].initials}{colon(document.language)}{half} {half}", document.language)


def running(text: str, language: Language) -> str:
    """A title or reference short enough for one line of a running header.

    >>> running("Accord " * 40, Language.FR)[-9:]
    'd Accord…'

    A name that is written from right to left is kept from taking the date after it along.

    >>> [ord(sign) for sign in running("\u05d0 · 24 novembre", Language.FR)[1:5]]
    [8206, 32, 183, 32]
    """
    line = " ".join(typeset(text, language).split())
    short = line if len(line) <= RUNNING_LENGTH else line[: RUNNING_LENGTH - 1].rstrip() + ELLIPSIS
    return _AFTER_RIGHT_TO_LEFT.sub(f"\\1{LEFT_TO_RIGHT}", short)
