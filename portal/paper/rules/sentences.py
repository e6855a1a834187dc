"""A document cut into the sentences the rules read, each with the words that introduce it and the titles above it."""

import re
from collections.abc import Iterator

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.annex_titles import annex_label
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.folding import fold

_BREAK = expression(
    r"(?<=[.!?;])[\"»”)]?\s+(?=[\"«“(]?[A-ZÀ-Ý0-9(•✅❌-])|(?<=[.!?]) ?\| ?(?=[A-ZÀ-Ý])|(?<=;)\s+"
    r"|(?<!\s)\s+(?=\([a-z]{1,3}\)\s)|\n"
)
_ABBREVIATED = expression(
    r"(?:\b(?:art|arts|no|n°|inc|ltd|corp|co|e\.g|i\.e|cf|mr|mme|m|st|etc|al|sec|para|reg|ref|resp|vs|p|pp|b\.v|s\.a|[A-Za-z])\.|^\W*\w{1,4}[.)])$",
    re.IGNORECASE,
)
_MARKED = expression(r"^\s*(?:[-*•◦▪–—✅❌☑✔➢►o]|\(?[a-z0-9ivx]{1,4}[.)])\s", re.IGNORECASE)
_LEAD_REACH = 45
"""Paragraphs a list may have under one introduction; beyond, the introduction is held not to govern."""
_LEAD_LENGTH = 300
"""Characters of introduction beyond which a nested one stands alone."""
_PROMISES = expression(
    r"\b(?:shall|will|must|agrees?|undertakes?|doit|doivent|s['’]engage|may|can|peut)\b", re.IGNORECASE
)
_SAYS = expression(
    r"^\W*\w+(?:er|ir|re)\b|\b(?:shall|will|must|only|doit|s['’]engage|ne peut|uniquement)\b", re.IGNORECASE
)
_PUNCTUATED = expression(r"[.;:|!?=]|^\W")
_DUTIES = expression(r"engag|oblig|undertak|commit|duties|responsabilit", re.IGNORECASE)
"""Titles under which a few words are a duty (« Engagements du sous-traitant » : « Confidentialité du personnel »)."""
_SLACK = 6
"""Characters by which a title and its repetition may differ: its full stop, a ligature undone."""
_RUN = 3
"""Bare lines in a row that are a list."""
_TITLE_WORDS = 9
"""Words a line without punctuation may have and still be but a title."""
_CELLS = " | "
"""What stands between the cells of a row: a line of cells answers what it names (« Transferts | Aucun »)."""
_LANGUAGE = expression(
    r"(?:version |texte )?(?:en )?(?:english|fran[çc]ais|french|anglais)e?(?: (?:version|text))?", re.IGNORECASE
)
"""Headers of columns that say the same in two languages: they say nothing of what stands under them."""
_COLUMNS = 3
"""Columns from which the first row of a table is held to be its header."""
_QUESTION = expression(
    r"(?:the |les? |la |l['’])?"
    r"(?:categor|types?\b|nature|purposes?|subject[- ]matter|duration|obligations|objet|finalit|dur[ée]e)",
    re.IGNORECASE,
)
ABOUT = expression(
    r"categor|cat[ée]gor|types? (?:of|de)\b|\bnature\b|purposes?\b|finalit|subject[- ]matter|\bduration|\bdur[ée]e|"
    r"obligations and rights|droits et obligations|processing (?:activities|operations)|op[ée]rations de traitement",
    re.IGNORECASE,
)
"""What a label asks when it describes the processing (RGPD art. 28(3))."""
_KIND_OF_TEXT = expression(
    r"(?:\w{1,30} ){0,3}(?:fiche|cahier|protocole?|lettre|letter|accord|contrat|convention|avenant|agreement|addendum"
    r"|contract|dpa|terms|conditions)\b",
    re.IGNORECASE,
)
_ASKED_WORDS = 16
_QUESTIONS = ("?", "?”", "? »", "?»", '?"')
"""How a question ends."""
_SENTENCE_WORDS = 5
"""A title of fewer words names a subject; it promises nothing."""


@dataclass(frozen=True, slots=True)
class ContractSentence:
    """One sentence: `[start, end[` in the document; `lead` introduces it (« Le sous-traitant s'engage à : »)."""

    text: str
    start: int
    end: int
    lead: str
    heading: str
    """Titles above it, outermost first, joined by « / »."""
    paragraph: int
    kind: ParagraphKind
    page: int | None
    announces: bool = False
    """Whether it is a title that says too little to bind, or has nothing under it, or only repeats it."""
    asked: str = ""
    """The question it answers: the last one of its paragraph, or the one that ends just above it."""


@dataclass(slots=True)
class _Chapter:
    """A chapter whose introduction (« L'éditeur s'engage à : ») stands just above the titles of its sections."""

    path: tuple[str, ...] = ()
    lead: str = ""

    def lead_of(self, titles: tuple[str, ...], section: tuple[str, ...], lead: str) -> str:
        """What governs the section that begins; `lead` is the introduction that ended the one before, if any."""
        if lead and section:
            self.path, self.lead = section, lead
        elif titles[: len(self.path)] != self.path or titles == self.path:
            self.lead = ""
        return self.lead


def split_sentences(document: SourceDocument) -> tuple[ContractSentence, ...]:
    """Every sentence of the document in order; tables of contents are left out, for they only announce."""
    found: list[ContractSentence] = []
    lead, reach, header = "", 0, ""
    section: tuple[str, ...] = ()
    chapter = _Chapter()
    named = _document_title(document)
    last: tuple[str, ...] = ()
    for place, (paragraph, above) in enumerate(zip(document.paragraphs, document.headings, strict=True)):
        if paragraph.kind is ParagraphKind.CONTENTS or not paragraph.text.strip():
            continue
        path = above[1:] if above and above[0] == named else above
        titles = (*path, paragraph.text) if paragraph.kind is ParagraphKind.HEADING else path
        if titles != section:
            lead = chapter.lead_of(titles, section, lead if not reach else "")
            section, reach = titles, 0
        reach += 1
        governed = bool(lead) and reach <= _LEAD_REACH and (_listed(paragraph) or _answers(lead, paragraph, reach))
        if not governed and paragraph.kind is not ParagraphKind.HEADING:
            lead = ""
        within = f"{lead} {header}".strip() if paragraph.kind is ParagraphKind.ROW else lead
        header = (header or _header(paragraph.text)) if paragraph.kind is ParagraphKind.ROW else ""
        pieces = list(_sentences(paragraph.text))
        question = _question(last) or _question(path[-1:])
        last = tuple(paragraph.text[begin:end] for begin, end in pieces[-1:])
        for begin, end in pieces:
            text = paragraph.text[begin:end]
            found.append(
                ContractSentence(
                    text,
                    paragraph.start + begin,
                    paragraph.start + end,
                    within,
                    " / ".join(titles),
                    place,
                    paragraph.kind,
                    paragraph.page,
                    _announces(document, place, path, within),
                    "" if paragraph.kind is ParagraphKind.ROW else question,
                )
            )
            opening = text.rstrip()
            question = _question((text,)) or question
            if opening.endswith(":") or (":" in text and begin == 0 and len(pieces) > 1 and ";" in paragraph.text):
                within = text if opening.endswith(":") else text[: text.index(":") + 1]
        if paragraph.kind is ParagraphKind.TEXT and _asks(paragraph.text):
            lead, reach = paragraph.text.strip(), 0
        if pieces and paragraph.text.rstrip().endswith((":", ": -")):
            begin, end = pieces[-1]
            introduction = paragraph.text[begin:end].strip()
            nested = governed and _nests(lead, introduction, paragraph, reach)
            lead = f"{lead} {introduction}" if nested else introduction
            reach = 0
    return tuple(found)


def _question(said: tuple[str, ...]) -> str:
    """What is asked by the last words said, if they ask.

    >>> _question(("A leak?",)), _question(("A leak.",)), _question(())
    ('A leak?', '', '')
    """
    return said[-1].strip() if said and said[-1].rstrip().endswith(_QUESTIONS) else ""


def _document_title(document: SourceDocument) -> str:
    """The title of the whole, when it only says what kind of text it is: « Accord de sous-traitance » is no subject."""
    first = document.paragraphs[0] if document.paragraphs else None
    is_title = first is not None and first.kind is ParagraphKind.HEADING and _KIND_OF_TEXT.match(first.text)
    return first.text if first is not None and is_title else ""


def _nests(lead: str, introduction: str, paragraph: SourceParagraph, reach: int) -> bool:
    """Whether an introduction stands inside another one, not beside it.

    A label that asks something else, or that follows one left unanswered, begins anew.
    """
    beside = paragraph.kind is ParagraphKind.TEXT and introduction[:1].isupper()
    anew = beside and (ABOUT.search(introduction) or (reach == 1 and not _PROMISES.search(lead)))
    return len(lead) < _LEAD_LENGTH and not _PROMISES.search(introduction) and not anew


def _header(row: str) -> str:
    """What the first row of a table says of the next ones; its cells stay apart from theirs.

    >>> _header("Personnes | Finalité | Données traitées"), _header("Durée | Celle du contrat")
    ('Personnes ; Finalité ; Données traitées', 'Durée | Celle du contrat')
    """
    cells = [cell.strip() for cell in row.split("|")]
    if all(map(_LANGUAGE.fullmatch, cells)):
        return " "
    named = len(cells) >= _COLUMNS and all(len(cell.split()) <= _SENTENCE_WORDS for cell in cells)
    return " ; ".join(cells) if named else row


def _answers(lead: str, paragraph: SourceParagraph, reach: int) -> bool:
    """Whether a paragraph, however long, is what a label alone on the line above asked (« Types de données : »)."""
    label = lead.endswith(":") and len(lead.split()) <= _TITLE_WORDS
    return label and reach == 1 and paragraph.kind is ParagraphKind.TEXT


def _asks(text: str) -> bool:
    """Whether a line without a full stop is answered by the next ones (« The types of data to be processed »)."""
    words = text.split()
    return bool(_QUESTION.match(text)) and 2 < len(words) <= _ASKED_WORDS and text.rstrip()[-1:].isalnum()


def _announces(document: SourceDocument, place: int, path: tuple[str, ...], lead: str) -> bool:
    """Whether a paragraph only names a subject: a bare title, a title repeated, a few words that end nowhere."""
    paragraph = document.paragraphs[place]
    text = paragraph.text.strip()
    if paragraph.kind is ParagraphKind.HEADING:
        return _CELLS not in text and not _binds(document, place)
    if (path and _repeats(text, path[-1])) or _names_annex(paragraph):
        return True
    listed = bool(path) and (bool(_DUTIES.search(path[-1])) or _in_run(document, place))
    introduced = lead.endswith((":", ": -"))
    return not introduced and not listed and _bare(paragraph) and not _SAYS.search(text)


def _names_annex(paragraph: SourceParagraph) -> bool:
    """Whether an item is the title of an annex in a list of them: it says that it exists, not what it holds."""
    return paragraph.kind is ParagraphKind.ITEM and bool(annex_label(paragraph.text)) and paragraph.text.count(":") <= 1


def _repeats(text: str, title: str) -> bool:
    """Whether a text is its title again; lengths are compared first, for nearly all differ."""
    alike = abs(len(text) - len(title)) <= _SLACK
    return alike and fold(text).strip(" .:") == fold(title).strip(" .:")


def _bare(paragraph: SourceParagraph) -> bool:
    """Whether a paragraph is a few words without punctuation: a title, or an item that lost its mark."""
    text = paragraph.text.strip()
    return paragraph.kind is ParagraphKind.TEXT and not _PUNCTUATED.search(text) and len(text.split()) <= _TITLE_WORDS


def _in_run(document: SourceDocument, place: int) -> bool:
    """Whether a few bare words stand among others under a numbered title: a list whose marks were lost, no titles."""
    paragraphs = document.paragraphs
    first = last = place
    while first and place - first < _LEAD_REACH and _bare(paragraphs[first - 1]):
        first -= 1
    while last + 1 < len(paragraphs) and last - first < _RUN and _bare(paragraphs[last + 1]):
        last += 1
    above = paragraphs[first - 1] if first else None
    return above is not None and above.kind is ParagraphKind.HEADING and bool(above.number) and last - first + 1 >= _RUN


def _binds(document: SourceDocument, place: int) -> bool:
    """Whether a title is a sentence of its own with something under it (« 5.1 Traiter sur instruction documentée »)."""
    following = document.paragraphs[place + 1 : place + 2]
    title = document.paragraphs[place].text
    return (
        len(title.split()) >= _SENTENCE_WORDS
        and bool(_SAYS.search(title))
        and any(paragraph.kind is not ParagraphKind.HEADING and paragraph.text.strip() for paragraph in following)
    )


def _listed(paragraph: SourceParagraph) -> bool:
    """Whether a paragraph continues a list: an item, a row, a marked or an unfinished line."""
    text = paragraph.text.strip()
    return (
        paragraph.kind in (ParagraphKind.ITEM, ParagraphKind.ROW)
        or bool(paragraph.number)
        or bool(_MARKED.match(text))
        or text[:1].islower()
        or text.endswith((";", ",", ":"))
        or len(text) < 160
    )


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences of a paragraph.

    >>> [text[a:b] for text in ["See art. 28 of it. Then: (a) one; (b) two."] for a, b in _sentences(text)]
    ['See art. 28 of it.', 'Then:', '(a) one;', '(b) two.']
    """
    begin = 0
    for match in _BREAK.finditer(text):
        before = text[begin : match.start()]
        if not before.strip() or _ABBREVIATED.search(before[-12:] if len(before) > 12 else before):
            continue
        yield begin, match.start()
        begin = match.end()
    if text[begin:].strip():
        yield begin, len(text.rstrip())
