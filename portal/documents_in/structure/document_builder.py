"""From blocks to a document: numbers read off, titles told from sentences, lists, levels, languages, annexes.

Standard library only; the same blocks always give the same document, whatever file they came from.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence
from portal.documents_in import languages
from portal.documents_in.annex_titles import annex_label
from portal.documents_in.document import ParagraphKind, SourceDocument, assemble_paragraphs
from portal.documents_in.errors import check_length
from portal.documents_in.structure import annexes, numbering, table_of_contents
from portal.documents_in.structure.blocks import Block
from portal.documents_in.structure.characters import normalise
from portal.documents_in.structure.numbering import NumberForm, NumberMark

LONGEST_TITLE = 110
MOST_WORDS = 14
_ALWAYS_CHAPTER = expression(
    r"(?:pr[ée]ambule|preamble|recitals|background|d[ée]finitions?|signatures?|introduction|contacts?)\W*",
    re.IGNORECASE,
)
_VERB = expression(
    r"\b(?:shall|will|must|may|is|are|was|has|have|agrees?|means|does|can|applies|apply|doit|doivent|peut|peuvent|est|"
    r"sont|s['’]engage|s['’]engagent|garantit|informe|notifie|assiste|désigne|fournit|traite|demeure|reste|veille|"
    r"répond|sera|seront|a|ont|remains?|ensures|maintains|implements|assists|notifies)\b",
    re.IGNORECASE,
)
_DOES = expression(
    r"(?!(?:Nature|Registre|Cadre|Titre|Ordre|Centre|Autre|Lettre|Chapitre|Dernier|Premier|Dossier|Calendrier)\b)"
    r"(?:Ne (?:pas )?[a-zà-ÿ]|[A-ZÀ-Ý])[a-zà-ÿ]+(?:er|ir|re)\b(?: \S+){3}"
    r"|(?:(?:Immediately|Promptly|Not|Only) )?(?:[Aa]ssist|[Ii]nform|[Nn]otify|[Pp]rocess|[Ee]nsure|[Ii]mplement"
    r"|[Mm]aintain|[Dd]elete|[Rr]eturn|[Mm]ake|[Pp]rovide|[Ee]ngage|[Ii]mpose|[Kk]eep|[Cc]ooperate|[Aa]llow"
    r"|[Ss]ubmit)(?! (?:of|or|and|for|by)\b)(?: \S+){3}"
)
"""A line that begins with what is to be done (« Traiter les données sur instruction du responsable »)."""
_DATED = expression(r"\b(?:19|20)\d\d$|^(?:version|date|last updated)\b", re.IGNORECASE)
_LISTED = frozenset((NumberForm.BULLET, NumberForm.LETTER, NumberForm.ORDINAL, NumberForm.CAPITAL))
_ROMAN = expression(r"[ivx]+", re.IGNORECASE)
_UNTITLED_END = (";", ",", ":", "?", "!", "…", "_", "…/")
_FILLED = expression(r"\s\|\s\S|@|https?://|\[ ?\]|_{2,}|\.{4,}|^\S*[{<]")
"""What stands in an answer, or waits for one, and in no title."""
_LABELLED = expression(rf"\s?:\s\S|{_FILLED.pattern}")


@dataclass(slots=True)
class _Piece:
    """A block on its way to becoming a paragraph."""

    block: Block
    mark: NumberMark | None
    kind: ParagraphKind | None
    text: str
    number: str
    level: int = 0


def build_document(
    blocks: Sequence[Block], remarks: Sequence[Sentence] = (), pages: int | None = None
) -> SourceDocument:
    """The document that blocks make; those without text are left out.

    Raises UnreadableDocument for more text than a contract may have.
    """
    check_length(sum(len(block.text) for block in blocks), len(blocks))
    blocks = table_of_contents.mark_contents(_lift_nested_titles([block for block in blocks if block.text.strip()]))
    pieces = [_piece(block) for block in blocks]
    pieces = _join_titles_to_articles(pieces)
    _mark_titles(pieces)
    _mark_list_items(pieces)
    _set_levels(pieces)
    text, paragraphs = assemble_paragraphs(
        [
            (piece.text, piece.kind or ParagraphKind.TEXT, piece.level, piece.number, piece.block.page)
            for piece in pieces
        ]
    )
    bare = SourceDocument(text, paragraphs, languages.main_language(text))
    spoken = languages.paragraph_languages(paragraphs, [path[:1] for path in bare.headings])
    paragraphs = tuple(replace(paragraph, language=each) for paragraph, each in zip(paragraphs, spoken, strict=True))
    return SourceDocument(text, paragraphs, bare.language, annexes.find_annexes(paragraphs), tuple(remarks), pages)


def _lift_nested_titles(blocks: list[Block]) -> list[Block]:
    """The blocks, chapters at depth 1 where a format counts the title of the whole as the only one there."""
    levels = [block.level for block in blocks if block.kind is ParagraphKind.HEADING]
    if not levels or levels.count(levels[0]) > 1 or min(levels[1:], default=0) <= levels[0]:
        return blocks
    lift = min(levels[1:]) - 1
    first = next(block for block in blocks if block.kind is ParagraphKind.HEADING)
    return [
        replace(block, level=max(block.level - lift, 1))
        if block.kind is ParagraphKind.HEADING and block is not first
        else block
        for block in blocks
    ]


def _piece(block: Block) -> _Piece:
    kind = ParagraphKind.TEXT if block.kind is ParagraphKind.HEADING and _is_sentence(block.text) else block.kind
    if block.kind in (ParagraphKind.ROW, ParagraphKind.NOTE):
        return _Piece(block, None, kind, block.text, block.label or "", 0)
    level = block.level if kind is ParagraphKind.HEADING else 0
    if block.label:
        if annex_label(whole := normalise(f"{block.label} {block.text}")):
            return _Piece(replace(block, text=whole), None, kind, whole, "", level)
        mark: NumberMark | None = numbering.mark_from_label(block.label, block.text)
        typed = numbering.parse_mark(block.text)
        if (
            mark
            and mark.form is NumberForm.BULLET
            and typed
            and typed.form in (NumberForm.BULLET, NumberForm.LETTER, NumberForm.ORDINAL)
        ):
            mark = typed  # an item numbered by hand in a list of bullets
    else:
        mark = numbering.parse_mark(block.text)
    if mark is None or not mark.rest or (mark.form is NumberForm.ARTICLE and annex_label(block.text)):
        return _Piece(block, mark, kind, block.text, "", level)
    return _Piece(block, mark, kind, mark.rest, mark.number, level)


def _is_sentence(text: str) -> bool:
    """Whether what a format calls a title is a whole clause set in a title's style."""
    words = text.split()
    return len(text) > 2 * LONGEST_TITLE or (len(words) > MOST_WORDS and text.endswith((".", ";", ":", ",")))


def _join_titles_to_articles(pieces: list[_Piece]) -> list[_Piece]:
    """« Article 5 » alone on its line takes the title of the next line."""
    kept: list[_Piece] = []
    for piece in pieces:
        before = kept[-1] if kept else None
        if (
            before is not None
            and before.mark is not None
            and before.mark.form is NumberForm.ARTICLE
            and not before.mark.rest
            and piece.mark is None
            and piece.kind in (None, ParagraphKind.HEADING)
            and _title_like(piece.text, numbered=True)
        ):
            before.text, before.number, before.kind = piece.text, before.mark.number, ParagraphKind.HEADING
            before.mark = replace(before.mark, rest=piece.text)
        else:
            kept.append(piece)
    return kept


def _title_like(text: str, *, numbered: bool, over_plain: bool = False) -> bool:
    """Whether words may be a title: short, capitalised, no sentence; a colon inside only where it alone stands out.

    >>> _title_like("Durée du traitement", numbered=False), _title_like("Le client informe l'autre.", numbered=True)
    (True, False)
    """
    words = text.split()
    labelled = _FILLED if numbered and over_plain else _LABELLED
    if len(text) > LONGEST_TITLE or len(words) > (MOST_WORDS if numbered else 11) or labelled.search(text):
        return False
    if text.endswith(_UNTITLED_END) and not (text.endswith(":") and numbered and (text.isupper() or len(words) <= 3)):
        return False
    letters = [char for char in text if char.isalpha()]
    if not letters or not letters[0].isupper() or len(letters) < 3:
        return False
    if not numbered and len(words) <= 8 and _DATED.search(text):
        return False
    if text.endswith(".") and (not numbered or len(words) > 8 or _VERB.search(text)):
        return False
    return text.isupper() or not _VERB.search(text) or (numbered and len(words) <= 4)


def _mark_titles(pieces: list[_Piece]) -> None:
    candidates = [
        piece.kind is None and _may_be_title(piece, over_plain=piece.block.strong and not below.block.strong)
        for piece, below in zip(pieces, [*pieces[1:], *pieces[-1:]], strict=True)
    ]
    for rank, piece in enumerate(pieces):
        if not candidates[rank]:
            continue
        following = pieces[rank + 1] if rank + 1 < len(pieces) else None
        if piece.mark is None:
            title = _unnumbered_title(pieces, candidates, rank)
        else:
            title = not _in_list(pieces, candidates, rank)
        if title and (following is not None or annex_label(piece.text)):
            piece.kind = ParagraphKind.HEADING
    for piece, listed in zip(pieces, annexes.in_list_of_annexes([piece.text for piece in pieces]), strict=True):
        if listed and piece.kind is ParagraphKind.HEADING:
            piece.kind = ParagraphKind.ITEM


def _may_be_title(piece: _Piece, *, over_plain: bool) -> bool:
    """Whether one block may be a title; `over_plain` when it alone is set to stand out from what follows it."""
    if annex_label(piece.block.text) and (piece.mark is None or piece.mark.form is not NumberForm.BULLET):
        return True
    if piece.mark is None:
        return _title_like(piece.text, numbered=False)
    if piece.mark.form in (NumberForm.BULLET, NumberForm.LETTER, NumberForm.ORDINAL):
        return False
    return _title_like(piece.text, numbered=True, over_plain=over_plain)


def _unnumbered_title(pieces: list[_Piece], candidates: list[bool], rank: int) -> bool:
    piece = pieces[rank]
    if rank == 0 or annex_label(piece.text) or piece.block.strong:
        return True
    before, after = pieces[rank - 1], pieces[rank + 1] if rank + 1 < len(pieces) else None
    if after is None or before.text.endswith(":") or not piece.block.apart:
        return bool(after) and piece.text.isupper() and len(piece.text) > 3
    if piece.text.isupper() and len(piece.text) > 3:
        return True
    if _DOES.match(piece.text) or (candidates[rank + 1] and after.mark is not None and not _opens(after.mark)):
        return False
    alone = after.block.apart or len(after.text) > LONGEST_TITLE or after.mark is not None
    neighbours = _short_run(pieces, candidates, rank)
    return alone and (neighbours < 3 or not (candidates[rank + 1] and after.mark is None))


def _opens(mark: NumberMark) -> bool:
    """Whether a number is the first of its kind: what stands just above may then be the title of its chapter."""
    return mark.form is NumberForm.ARTICLE or mark.number.rpartition(".")[2] in ("1", "a", "A", "i", "I")


def _short_run(pieces: list[_Piece], candidates: list[bool], rank: int) -> int:
    """How many unnumbered candidates stand together here."""
    first, last = rank, rank
    while first > 0 and candidates[first - 1] and pieces[first - 1].mark is None:
        first -= 1
    while last + 1 < len(pieces) and candidates[last + 1] and pieces[last + 1].mark is None:
        last += 1
    return last - first + 1


def _in_list(pieces: list[_Piece], candidates: list[bool], rank: int) -> bool:
    """Whether a short numbered line is one item among its like: « 1. Contrat / 2. Avenant »."""
    piece = pieces[rank]
    mark = piece.mark
    if mark is None or mark.form is NumberForm.ARTICLE or mark.depth > 1:
        return False
    sibling = False
    for other in (rank - 1, rank + 1):
        near = pieces[other].mark if 0 <= other < len(pieces) else None
        if near is not None and near.form is mark.form and _is_next_number(near.number, mark.number, other - rank):
            sibling = sibling or candidates[other] or not pieces[max(rank, other)].block.apart
    introduced = rank > 0 and pieces[rank - 1].text.endswith(":")
    return sibling or introduced


def _is_next_number(near: str, number: str, distance: int) -> bool:
    """Whether one number is another and so many more."""
    return near.isdigit() and number.isdigit() and int(near) == int(number) + distance


def _mark_list_items(pieces: list[_Piece]) -> None:
    listing = False
    clause = item = ""
    for piece in pieces:
        numbered = piece.mark is not None and piece.mark.form is NumberForm.DECIMAL and piece.mark.depth == 1
        if numbered and _is_next_number(piece.number, clause, 1) and not _is_next_number(piece.number, item, 1):
            listing = False  # the clause after the one that held a list
        if piece.kind is not None:
            listing = listing and piece.kind is ParagraphKind.ITEM
        elif piece.mark is None:
            listing = False
        elif piece.mark.form in _LISTED or (numbered and listing):
            piece.kind = ParagraphKind.ITEM
            listing = listing or piece.mark.form is NumberForm.BULLET
        if numbered:
            clause, item = (clause, piece.number) if piece.kind is ParagraphKind.ITEM else (piece.number, "")
        listing = listing or piece.text.endswith(":")


def _set_levels(pieces: list[_Piece]) -> None:
    """Depths by nesting: a form of number not yet open goes one deeper, one already open comes back to it."""
    titles: list[str] = []
    items: list[tuple[str, int]] = []
    letter = ""
    for rank, piece in enumerate(pieces):
        if piece.kind is ParagraphKind.HEADING:
            items = []
            if piece.level and rank == 0:
                continue  # the title of the whole is above no chapter
            if piece.level:
                titles[piece.level - 1 :] = [f"{piece.level}"]
            else:
                piece.level = _title_level(piece, titles)
        elif piece.kind is ParagraphKind.ITEM:
            form = _item_form(piece, letter, items)
            letter = piece.number if form[0].startswith("letter") else letter
            while form[0] == "bullet" and items and items[-1][0] == "bullet" and items[-1][1] > form[1]:
                items.pop()
            if form in items:
                del items[items.index(form) + 1 :]
            else:
                items.append(form)
            piece.level = len(items)
        elif piece.kind is not ParagraphKind.NOTE:
            items = []


def _title_level(piece: _Piece, titles: list[str]) -> int:
    if annex_label(piece.block.text):
        titles[:] = ["annex"]
        return 1
    if piece.mark is None:
        if piece.text.isupper() or _ALWAYS_CHAPTER.fullmatch(piece.text):
            titles.clear()
            return 1
        return len(titles) + 1
    form = f"{piece.mark.form}{piece.mark.depth if piece.mark.form is NumberForm.DECIMAL else ''}"
    if form in titles:
        del titles[titles.index(form) + 1 :]
    else:
        titles.append(form)
    return len(titles)


def _item_form(piece: _Piece, letter: str, open_lists: list[tuple[str, int]]) -> tuple[str, int]:
    """What tells one list from the list inside it: the kind of number, or how far bullets are set in.

    `i`, `v` and `x` are letters only straight after `h`, `u` and `w`.
    """
    mark = piece.mark
    if mark is None or not mark.number:
        return "bullet", piece.block.level
    number = mark.number
    follows = len(number) == 1 and len(letter) == 1 and ord(number) == ord(letter) + 1
    kind = "digit" if number[0].isdigit() else "letter"
    case = "upper" if number.isupper() else ""
    if _ROMAN.fullmatch(number) and not (follows and (f"letter{case}{mark.closed}", 0) in open_lists):
        kind = "roman"
    return f"{kind}{case}{mark.closed}", 0
