"""What a text leaves to be written: brackets that ask, dotted lines, « XXX », « à compléter », annexes with nothing in.

A blank is never an answer: what it stands for is still to be agreed, so no requirement rests on it (RGPD art. 28(3)).
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.documents_in.annex_titles import annex_label, annex_word
from portal.documents_in.document import ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.check_result import Span
from portal.paper.rules.sentences import ABOUT

_TO_FILL = (
    r"(?:(?:à|a) (?:compl[ée]ter|renseigner|remplir|d[ée]finir|pr[ée]ciser|ins[ée]rer|indiquer|d[ée]terminer|convenir)"
    r"|to be (?:completed|filled|defined|specified|determined|inserted|confirmed|provided|agreed|advised|decided))"
)
_LEFT = r"(?:(?:à|a) (?:compl[ée]ter|renseigner|remplir)|to be (?:completed|filled))"
_HERE = (
    r"(?:(?:ins[ée]re[rz]|insert|indique[rz]|pr[ée]cise[rz]|specify|d[ée]cri(?:re|vez)|describe|enter|saisir|saisissez)"
    r"[^.|\n]{0,40}\b(?:ici|here)\b|click or tap[^.|\n]{0,40}|cliquez ou appuyez[^.|\n]{0,40}|choose an item"
    r"|choisissez un [ée]l[ée]ment|lorem ipsum)"
)
_NO_ANSWER = r"n[ée]ant|none|nil|n ?[./] ?a\.?|sans objet|(?:not|non) applicable|[–—-]"
"""Answers that say there is none: of some things, there is never none."""
_UNSAID = (
    r"\(?non renseign[ée]e?s?\)?|non (?:pr[ée]cis|communiqu|d[ée]fini)[ée]e?s?|not (?:stated|specified|provided|given)"
    r"|unspecified|inconnue?s?|unknown|(?:à|a) (?:voir|discuter|venir|confirmer)|to (?:follow|be advised)|idem"
)
"""Answers that say nothing, whatever was asked."""
_SIGN = expression(
    r"(?P<bracket>\[[^\[\]\n]{0,400}\])"
    r"|(?P<double>\{\{[^{}\n]{1,80}\}\}|<<[^<>\n]{1,60}>>|«(?=[^\W_]{0,60}_)\w{1,120}»)"
    r"|(?P<single>(?<![\w/=:])\$?\{[A-Za-z_À-ÿ][^{}\n]{1,60}\})"
    r"|(?P<figure>(?<![\w{])\{ ?\d{1,4} ?\}(?!\}))"
    r"|(?P<angle><[A-Za-zÀ-ÿ][^<>\n@=/]{1,60}>)"
    r"|(?P<line>_{3,}|(?:\.[ ]?){4,}(?![ ]?\d{1,3}$)|…[ ]?(?:…[ ]?)+|…(?=/)|\?{2,})"
    r"|(?P<crosses>\b(?:\d{2,3})?X{2,}\b|\bx{3,}\b)"
    r"|(?P<date>\b(?:JJ|DD|jj|dd)[/-](?:MM|mm)[/-](?:AAAA|YYYY|aaaa|yyyy|AA|YY)\b)"
    r"|(?P<short>\b(?:TBD|TBC|TBA)\b|(?:^|[|:(] ?)(?i:tbd|tbc|tba|xx)\b(?=[).; ]*(?:$|\|)))"
    r"|(?P<dots>(?<=[|:])[ ]?(?:…|\.{2,}|\?)(?=[ ]?(?:$|\|))|^(?:…|\.{3,})$)"
    r"|(?P<choice>(?i:\((?:à |a )?(?:cocher|rayer)[^()\n]{0,40}\)|\((?:please )?(?:tick|delete|strike out|check)"
    r"(?: as| where| the|,|\))[^()\n]{0,40}\)?|\b(?:rayer|biffer) (?:la|les) mentions? inutiles?))"
    rf"|(?P<none>[|:(«“\"][\s\u200b-\u200d\u2060\ufeff]{{0,3}}(?i:{_NO_ANSWER})(?=[\s]?[)»”\"]|[\s.;]{{0,9}}(?:$|\|)|\.\s))"
    rf"|(?P<unsaid>[|:(«“\"][\s\u200b-\u200d\u2060\ufeff]{{0,3}}(?i:{_UNSAID})(?=[\s]?[)»”\"]|[\s.;]{{0,9}}(?:$|\|)|\.\s))"
    r"|(?P<hollow>(?<=[«“(])[\s\u200b-\u200d\u2060\ufeff]{1,9}(?=[»”)])|:[\s\u200b-\u200d\u2060\ufeff]{1,9}\.(?=\s|$)"
    r"|[«“(]…(?=[»”)])|:[ \xa0]?…(?=\.(?:\s|$)))"
    rf"|(?P<here>(?:^|[|:(] ?)(?i:{_HERE}))"
    rf"|(?P<shouted>\b(?:À|A) (?:COMPL[ÉE]TER|RENSEIGNER|REMPLIR|D[ÉE]FINIR|PR[ÉE]CISER)\b|\bTO BE (?:COMPLETED|FILLED"
    r"|DEFINED|DETERMINED|CONFIRMED|INSERTED)\b)"
    rf"|(?P<left>\b(?:reste(?:nt)?|demeure(?:nt)?|est|sont|remains?|is|are) (?:encore |still |yet )?{_LEFT}\b"
    r"(?! (?:as|with|by|in|comme|avec|par|dans|selon)\b))"
    rf"|(?P<answer>(?:^|[|:(–]|[-=] )[ ]?[\"“« ]*{_TO_FILL}\b(?=[^.;|\n]{{0,60}}[.;)»”\"]*[ ]?(?:$|\||;)))",
    re.MULTILINE,
)
_INSIDE = expression(r"\b(?:TBD|TBC|TBA|(?:\d{2,3})?X{2,})\b|\[ ?\]|_{3,}|…|\[●\]")
"""What leaves a figure or a name open within brackets that say something."""
_ONLY_SIGNS = expression(r"[\W_xX]*")
_NO_PROMPT = expression(
    r"\A(?:\d{1,3}(?:[,–-] ?\d{1,3})*|sic|an?|the|l[ea]s?|une?|s|"
    r"(?:\(|(?:as|or|and|in|under|where|if|by|with|of|ou|et|si|dans|selon|par|en)\s).*|[xX✓✔]|.*(?:@|://).*|(?:art(?:icle|\.)|section|clause|paragraph|recital|consid[ée]rant)\W.*)",
    re.IGNORECASE,
)
"""What brackets may hold without asking for anything: a footnote, a tick, an address, a reference, an aside."""
_PROMPTS = expression(
    rf"{_TO_FILL}|\b(?:insert|ins[ée]rer|complete|compl[ée]ter|confirm\w{{0,20}}|choose|choisir|select|delete as"
    rf"|rayer|review"
    r"|draft\w{0,20}|note|e\.g|ex\.|list of|liste d|describe|d[ée]cri\w{1,20}|specify|pr[ée]ciser|indiquer"
    r"|indicate|names?|noms?"
    r"|tbd|tbc|x{1,20})\b",
    re.IGNORECASE,
)
_ASIDE_WORDS = 12
"""Words beyond which brackets that ask for nothing hold an aside."""
_SAYS = expression(r"\b(?:shall|will|must|doit|doivent|s['’]engage)\b", re.IGNORECASE)
"""Brackets that hold a whole provision hold an option, which was written."""
_MENTION = expression(r"(?:\bobjet|\bsubject|\bsujet|mention|intitul|\btag)\w{0,20}\W[^.|\n]{0,25}$", re.IGNORECASE)
"""What stands before words in brackets that are to be copied as they are, in the subject of a message."""
_RANKED = expression(
    r"\b(?:annex|annexe|title|titre|chapter|chapitre|part|partie|section|tome|article|schedule|appendix|livre)\s{1,9}$",
    re.IGNORECASE,
)
"""What stands before a Roman number."""
_MARKUP = expression(
    r"</?(?:a|b|i|p|u|br|em|li|ol|td|th|tr|ul|div|img|pre|sub|sup|code|span|body|html|strong|table|h\d)\b", re.I
)
_UNIT = expression(
    r"[ -]?(?:(?:business|working|calendar|clear) )?(?:hours?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois"
    r"|ans?|ann[ée]es?|percent|%|€|euros?|h|j)(?![^\W\d_])",
    re.IGNORECASE,
)
"""What a figure counts; in brackets that leave it open (« [30] days »), it is a proposal that nobody has confirmed."""
_IN_WORDS = expression(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|sixty|ninety"
    r"|seventy|hundred|une?|deux|trois|quatre|cinq|sept|huit|neuf|dix|douze|quatorze|quinze|vingts?|trente|quarante"
    r"|soixante|cents?)(?:-\w{1,12}){0,2} ?$",
    re.IGNORECASE,
)
"""A figure written out just before: the brackets only repeat it."""
_TICK = expression(r"\[ ?\]|[☐☑☒]")
"""A box beside another one: both are choices."""
_BOX = expression("[☐□❏☑☒✓✔]")
_TICKED = expression(r"[☑☒✓✔]|\[[xX]\]")
_SPACES = " \t\n\r\xa0\u202f\u200b\u200c\u200d\u2060\ufeff\xad"
"""What leaves nothing on the page."""
_AGREED = r"(?:tel que|comme|ainsi que) convenue?s?|as agreed"
_ELSEWHERE = rf"(?:voir (?:l['’] ?)?annexe|see (?:the )?(?:annex|appendix|schedule)|{_AGREED})"
"""What sends the reader elsewhere without saying where."""
SENDS_ELSEWHERE = expression(rf"[:,] ?{_ELSEWHERE}\W*$", re.IGNORECASE)
"""A sentence that ends with it, in the place of what it announced."""
_NOTHING = expression(
    rf"\W*(?:{_NO_ANSWER}|{_UNSAID}|{_TO_FILL}|xx|tb[acd]|(?:r[ée]serv[ée]e?|reserved)"
    r"|(?:page |annexe |section )?(?:intentionally|volontairement) (?:left blank|laiss[ée]e? (?:en blanc|vide))"
    rf"|{_ELSEWHERE}|[\W_]*)"
    r"(?: à ce jour| pour l'instant| to date| at present| for now)?\W*",
    re.IGNORECASE,
)
"""What stands in the place of an answer and gives none."""
_SEE_ANNEX = expression(
    rf"(?:voir|cf\.?) (?:l['’] ?)?annexe\W*|see (?:the )?(?:annex|appendix|schedule)\W*|(?:{_AGREED})\W*", re.IGNORECASE
)
"""What an annex says when it refers to itself."""
_MAY_BE_NONE = expression(
    r"sous-trait|sub-?(?:process|contract)|transf|sensib|special|particuli|exception|option|destinat|recipient"
    r"|dur[ée]e de conserv|retention|\bautres?\b|\bother|suppl[ée]ment|addition|compl[ée]ment|r[ée]serves?\b",
    re.IGNORECASE,
)
"""What may well be « none »."""
_SLOT = expression(
    rf"{ABOUT.pattern}|mesures|measures|personnes|data subjects|\bobjet\b|\bsubject|\bdonn[ée]es\b|\bdata\b|prestation"
    r"|\bservices?\b|contact|joignable|\breach",
    re.IGNORECASE,
)
"""What a label asks when there is always something to say."""
_JOINED = expression(r"[\s\d./+-]*")
"""What stands between the parts of one blank (« +33 1 XX XX », « …/…/20… »)."""
_SIGNED = expression(
    r"\b(?:signatures?|signed|sign[ée]e?s?|bon pour accord|fait (?:à|en)|cachet|stamp|initials|paraphes?)\b", re.I
)
_BY_HAND = expression(
    r"(?:^|[|:,;] ?)\W{0,9}(?:\w{1,30} ){0,3}(?:signatures?|sign[ée]e?|signed|date|dat[ée]|fait à|le|à|nom"
    r"|name|pr[ée]nom"
    r"|title|titre|fonction|function|qualit[ée]|position|by|par|place|lieu|pour|for|cachet|stamp|bon pour accord)"
    r"\b[^|:\n]{0,40}[:.]?[\W_\d]{0,300}$",
    re.IGNORECASE,
)
"""What stands before a line that is filled in by hand when the text is signed."""
_SIGNING_REACH = 8
"""Paragraphs around a word of signature in which lines are filled in by hand."""
_QUOTED = 60
"""Characters before a blank that are cited with it."""
_MOST_SENTENCES = 2
"""Sentences of introduction that an annex left blank may have."""
_LEAST = 3
"""Letters below which a paragraph says nothing beside its blank."""
_LABEL = expression(
    rf"{ABOUT.pattern}|mesures|measures|sous-traitants|sub-?processors|personnes|data subjects", re.IGNORECASE
)
_LABEL_WORDS = 10
_LISTED = 2
"""Commas from which the title of an annex is a list, and says what it holds."""
_PAIR = 2
"""Cells of a row that is a label and its answer."""
_OWN_WORDS = expression(
    rf"{_TO_FILL}|\b(?:{_UNSAID}|{_NO_ANSWER})(?!\w)"
    r"|\b(?:insert|ins[ée]rer|tbd|tbc|indiquer|pr[ée]ciser|specify|the|le|la|les|x{1,20})\b|[\W\d_]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Blank:
    """A place of the text, `[start, end[` in characters, that is still to be written."""

    start: int
    end: int
    paragraph: int
    """Rank of its paragraph."""
    words: str
    """What it says it stands for (« catégories de données »); empty for a dotted line."""
    label: str
    """What stands before it in its sentence or its cells."""
    alone: bool
    """Whether its paragraph says nothing else."""
    loose: bool = False
    """Whether it is a line drawn under a text that it does not answer."""


def find_blanks(document: SourceDocument) -> tuple[Blank, ...]:
    """Every blank in the order of the text; lines to be filled in by hand when the text is signed are none.

    >>> from portal.documents_in.reader import read_document
    >>> read = read_document("Durée : [à compléter]\\nDélai : XX heures.\\nVoir [1] et l'annexe XX.".encode(), "a.txt")
    >>> [read.text[one.start : one.end] for one in find_blanks(read)]
    ['[à compléter]', 'XX']
    """
    signing = _signing_paragraphs(document.paragraphs)
    found = []
    for rank, paragraph in enumerate(document.paragraphs):
        if paragraph.kind is ParagraphKind.CONTENTS:
            continue
        places = _places(paragraph.text, by_hand=rank in signing)
        if not places:
            continue
        said = _letters(paragraph.text) - sum(_letters(paragraph.text[start:end]) for start, end in places)
        before = document.paragraphs[rank - 1] if rank else None
        answers = before is None or before.kind is ParagraphKind.HEADING or before.text.endswith(":")
        for start, end in places:
            words = _OWN_WORDS.sub(" ", paragraph.text[start:end]).strip()
            label = paragraph.text[max(0, start - _QUOTED) : start]
            found.append(
                Blank(
                    paragraph.start + start,
                    paragraph.start + end,
                    rank,
                    paragraph.text[start:end] if _letters(words) >= _LEAST else "",
                    label,
                    said < _LEAST,
                    said < _LEAST and not answers and not paragraph.text.strip("_. …"),
                )
            )
    unanswered = [
        *_empty_annexes(document.paragraphs),
        *_empty_labels(document.paragraphs),
        *_unticked(document.paragraphs),
    ]
    bearing = {blank.paragraph for blank in found}
    empty = [
        Blank(one.start, one.end, rank, one.text, "", alone=True) for rank, one in unanswered if rank not in bearing
    ]
    return tuple(sorted([*found, *empty], key=lambda blank: blank.start))


def cite_blank(blank: Blank, paragraph: SourceParagraph) -> Span:
    """A blank with the words before it, as a passage."""
    begin = max(0, blank.start - paragraph.start - _QUOTED)
    if begin:
        begin += paragraph.text[begin:].find(" ") + 1
    begin = min(begin, blank.start - paragraph.start)
    return Span(paragraph.text[begin : blank.end - paragraph.start], paragraph.start + begin, blank.end, paragraph.page)


def unfilled_annexes(document: SourceDocument, blanks: Sequence[Blank]) -> dict[str, list[Blank]]:
    """The annexes that hold blanks and nothing else but an introduction: folded label → their blanks."""
    titles = [
        (rank, label)
        for rank, one in enumerate(document.paragraphs)
        if one.kind is ParagraphKind.HEADING and (label := annex_label(one.text))
    ]
    ends = [*(rank for rank, _ in titles), len(document.paragraphs)][1:]
    found: dict[str, list[Blank]] = {}
    for (first, label), end in zip(titles, ends, strict=True):
        inside = [one for one in blanks if first <= one.paragraph < end]
        bearing = {one.paragraph for one in inside}
        others = [
            one
            for rank, one in enumerate(document.paragraphs[first + 1 : end], start=first + 1)
            if rank not in bearing and one.kind is not ParagraphKind.HEADING
        ]
        introduced = len(others) <= _MOST_SENTENCES and all(one.kind is ParagraphKind.TEXT for one in others)
        if inside and introduced and all(one.alone for one in inside):
            found[label.casefold()] = inside
    return found


@lru_cache(maxsize=4096)
def _places(text: str, *, by_hand: bool) -> tuple[tuple[int, int], ...]:
    """Bounds of the blanks of a paragraph; most paragraphs come back with the next version of their text."""
    found = []
    begin = end = last = 0
    asked = False
    for match in _SIGN.finditer(text):
        joined = bool(last) and bool(_JOINED.fullmatch(text, last, match.start()))
        asked = asked if joined else _asks(match, text[last : match.start()], text[match.end() :], by_hand=by_hand)
        last = match.end()
        if joined and end:
            end = last
        elif asked:
            if end:
                found.append((begin, end))
            begin, end = match.span()
    if end:
        found.append((begin, end))
    return tuple(found)


def _asks(match: re.Match[str], before: str, after: str, *, by_hand: bool) -> bool:
    """Whether a sign leaves something to be written; `before` begins where the sign before it ends."""
    match match.lastgroup:
        case "bracket":
            asks = _bracket_asks(match, before, after, by_hand=by_hand)
        case "figure":
            asks = _is_open_figure(before, after)
        case "angle":
            asks = not _MARKUP.match(match[0])
        case "none":
            asks = _must_be_said(match.string[: match.start()])
        case "crosses":
            asks = not _RANKED.search(before)
        case "line":
            asks = not _is_signed_there(before, by_hand=by_hand) and not _leads_to_page(match[0], after)
        case _:
            asks = True
    return asks


def _must_be_said(asked: str) -> bool:
    """Whether the words before an answer ask for something that there always is."""
    return "|" not in asked and bool(_SLOT.search(asked)) and not _MAY_BE_NONE.search(asked[-2 * _QUOTED :])


def _bracket_asks(match: re.Match[str], before: str, after: str, *, by_hand: bool) -> bool:
    inside = match[0][1:-1].strip()
    linked = after.startswith(("(", "[", "://")) or before[-1:].isalpha()
    if linked or (after[:1].isalpha() and not inside.isdecimal()):
        return False  # a link, or letters changed in a quotation
    if not inside:
        ticked = not before.strip(" -*•|") and after.strip()
        return not ticked and not _is_signed_there(before, by_hand=by_hand)
    if _ONLY_SIGNS.fullmatch(inside) and not inside.isdecimal():
        beside = match.string[: match.start()] + match.string[match.end() :]
        return inside not in ("x", "X") or not (_TICK.search(beside) or not before.strip(" -*•|"))
    if (opened := _INSIDE.search(inside)) and not _RANKED.search(inside[: opened.start()]):
        return True
    return _is_open_figure(before, after) if inside.isdecimal() else _prompts(inside, before)


def _prompts(inside: str, before: str) -> bool:
    """Whether the words in brackets ask for others, and are not an aside, a reference or a whole provision."""
    if len(inside.split()) > _ASIDE_WORDS and not _PROMPTS.search(inside):
        return False
    return not _NO_PROMPT.fullmatch(inside) and not _SAYS.search(inside) and not _MENTION.search(before)


def _is_open_figure(before: str, after: str) -> bool:
    """Whether a figure in brackets is one that the parties have still to agree."""
    return bool(_UNIT.match(after)) and not _IN_WORDS.search(before)


def _is_signed_there(before: str, *, by_hand: bool) -> bool:
    """Whether a line is where somebody signs, by what stands before it."""
    return bool(_SIGNED.search(before)) or (by_hand and (not before.strip() or bool(_BY_HAND.search(before))))


def _leads_to_page(line: str, after: str) -> bool:
    """Whether dots lead to the number of a page, as in a table of contents."""
    return line.startswith((".", "…")) and bool(re.fullmatch(r"\s{0,9}\d{1,3}\s{0,9}", after))


def _signing_paragraphs(paragraphs: Sequence[SourceParagraph]) -> frozenset[int]:
    """Ranks of the paragraphs near a word of signature."""
    words = [rank for rank, one in enumerate(paragraphs) if len(one.text) < 2 * _QUOTED and _SIGNED.search(one.text)]
    return frozenset(near for rank in words for near in range(rank - _SIGNING_REACH, rank + _SIGNING_REACH + 1))


def _empty_annexes(paragraphs: Sequence[SourceParagraph]) -> Iterator[tuple[int, SourceParagraph]]:
    """The titles of annexes with nothing under them before the title of the next one, or the end."""
    titles = [
        rank for rank, one in enumerate(paragraphs) if one.kind is ParagraphKind.HEADING and annex_label(one.text)
    ]
    for first, end in pairwise([*titles, len(paragraphs)]):
        following = annex_label(paragraphs[end].text) if end < len(paragraphs) else ""
        inside = following and annex_word(following) != annex_word(annex_label(paragraphs[first].text))
        under = [one for one in paragraphs[first + 1 : end] if one.kind is not ParagraphKind.HEADING]
        may_be_none = _MAY_BE_NONE.search(paragraphs[first].text)
        said = [one for one in under if _letters(one.text) and (may_be_none or not _NOTHING.fullmatch(one.text))]
        if not inside and not said and paragraphs[first].text.count(",") < _LISTED:
            yield first, paragraphs[first]


def _empty_labels(paragraphs: Sequence[SourceParagraph]) -> Iterator[tuple[int, SourceParagraph]]:
    """Labels that ask what the processing is or what an annex holds, and have no answer: beside them or under them."""
    title = ""
    for rank, one in enumerate(paragraphs):
        title = one.text if one.kind is ParagraphKind.HEADING else title
        cells = [cell.strip(_SPACES) for cell in one.text.split("|")]
        bare = one.kind is ParagraphKind.ROW and not any(cell and not _NOTHING.fullmatch(cell) for cell in cells)
        if bare and not _MAY_BE_NONE.search(title):
            yield rank, one
        elif len(one.text.split()) > _LABEL_WORDS or not _LABEL.search(one.text):
            continue
        elif one.kind is ParagraphKind.ROW:
            circular = bool(annex_label(title)) and len(cells) == _PAIR and _SEE_ANNEX.fullmatch(cells[1])
            if len(cells) == _PAIR and cells[0] and (circular or not cells[1]):
                yield rank, one
        elif one.text.endswith(":") and one.kind is not ParagraphKind.HEADING:
            following = paragraphs[rank + 1] if rank + 1 < len(paragraphs) else None
            if following is None or following.kind is ParagraphKind.HEADING or _is_empty_label(following):
                yield rank, one


def _unticked(paragraphs: Sequence[SourceParagraph]) -> Iterator[tuple[int, SourceParagraph]]:
    """The first of several boxes side by side of which none is ticked: a choice that nobody made."""
    for boxed, run in groupby(enumerate(paragraphs), key=lambda one: bool(_BOX.search(one[1].text))):
        beside = list(run) if boxed else []
        said = " ".join(one.text for _, one in beside)
        if len(_BOX.findall(said)) > 1 and not _TICKED.search(said):
            yield beside[0]


def _is_empty_label(paragraph: SourceParagraph) -> bool:
    return (
        paragraph.text.endswith(":")
        and len(paragraph.text.split()) <= _LABEL_WORDS
        and bool(_LABEL.search(paragraph.text))
    )


def is_nothing(words: str) -> bool:
    """Whether words, or each cell of a row, say nothing.

    >>> is_nothing(" – | néant |"), is_nothing("Durée :")
    (True, False)
    """
    return all(not cell.strip(_SPACES) or bool(_NOTHING.fullmatch(cell)) for cell in words.split("|"))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
