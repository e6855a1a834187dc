"""The last page of a contract: what it is made of, where and in how many copies it is made, where each party signs.

It stands after the annexes, so that a signature covers them, and names them: a page of signatures alone could be
attached to any contract. A letter is signed at its foot, by whoever sends it, and names what it encloses; a document
that the signature of another one covers says so, and has no place to sign.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from portal.contracts.rules.document_writing import ANNEX, DocumentWriter
from portal.contracts.rules.model import ContractTemplate, words
from portal.contracts.rules.spelled_numbers import HIGHEST, in_words
from portal.core.documents.tree import (
    Block,
    Document,
    Inline,
    Items,
    Line,
    Paragraph,
    Reference,
    Section,
    Signatures,
    Text,
)
from portal.core.documents.wording import HAND_LINE
from portal.core.language import NO_BREAK, Language

ANCHOR = "signatures"
_ENCLOSED = words("Pièces jointes :", "Enclosures:")
_TITLE_ALONE = words("Signature", "Signature")
_TITLE, _PLACE = words("Signatures", "Signatures"), words("signatures", "signatures")
_ANNEXES = words(
    "Les annexes suivantes font partie intégrante du présent document :",
    "The following annexes form an integral part of this document:",
)
_ANNEX_ALONE = words(
    "L'annexe suivante fait partie intégrante du présent document :",
    "The following annex forms an integral part of this document:",
)
_MADE = words("Fait à ", "Signed at ")
_ON = words(", le ", ", on ")
_COPIES = words(
    ", en {} exemplaires originaux.",
    ", in {} originals.",
)
_COPY = words(", en {} exemplaire original.", ", in {} original.")
_ONE_EACH = words(
    ", en autant d'exemplaires originaux que de parties.",
    ", in as many originals as there are parties.",
)
_SIGNATORY, _DATE = words("Nom et qualité : ", "Name and capacity: "), words("Date : ", "Date: ")
_SIGNED = words("Signature : ", "Signature: ")
_BY_CODE = words(
    "Signature électronique : voir le certificat de signature, dernière page.",
    "Electronic signature: see the certificate of signature, last page.",
)


def closing_section(template: ContractTemplate, writer: DocumentWriter) -> Section:
    """The section that closes a document; facts of the signing that nobody gave are left to the pen, never missing."""
    language, kind = writer.language, template.kind
    signed: list[Block] = [Paragraph(_made(writer, alone=kind.hangs)), _signatories(template, writer)]
    listed: list[Block] = []
    if annexes := tuple(_annexes(template, writer)):
        named = _ENCLOSED if kind.is_letter else _ANNEXES if len(annexes) > 1 else _ANNEX_ALONE
        listed = [Paragraph((Text(named.said_in(language)),)), Items(annexes)]
    if kind.is_letter:
        greeting = (Paragraph((Text(template.closing.said_in(language)),)),) if template.closing else ()
        return Section("", (*greeting, *signed, *listed), anchor=ANCHOR)
    shared = template.shared_signature
    if shared is not None and writer.facts.verdict(shared.when):
        place = _PLACE.said_in(language)
        signed = [block for passage in shared.said[language] for block in writer.passage(passage, place, {})]
    title = _TITLE_ALONE if kind.hangs else _TITLE
    return Section(title.said_in(language), (*listed, *signed), anchor=ANCHOR)


def _annexes(template: ContractTemplate, writer: DocumentWriter) -> Iterator[tuple[Inline, ...]]:
    for annex in template.annexes:
        for target in writer.targets.get(f"annex.{annex.key}", ()):
            label = f"{ANNEX.said_in(writer.language)}{NO_BREAK}{target.number}"
            yield Reference(target.anchor, label), Text(f" – {annex.title.said_in(writer.language)}")


def _made(writer: DocumentWriter, *, alone: bool) -> tuple[Inline, ...]:
    """Where, when and in how many copies; what one party signs alone has no copies."""
    language, facts = writer.language, writer.facts
    place = facts.text("signature.place") or HAND_LINE
    day, copies = facts.text("signature.date"), facts.text("signature.copies")
    made = f"{_MADE.said_in(language)}{place}"
    if day:
        made += f"{_ON.said_in(language)}{day}"
    if alone:
        return (Text(f"{made}." if day else f"{made}{_ON.said_in(language)}{HAND_LINE}."),)
    return (Text(made + _in_copies(copies, language)),)


def _in_copies(copies: str, language: Language) -> str:
    """In how many originals, the number in words as everywhere in a contract.

    >>> _in_copies("2", Language.FR), _in_copies("1", Language.EN), _in_copies("trois", Language.FR)
    (', en deux (2) exemplaires originaux.', ', in one (1) original.', ', en trois exemplaires originaux.')
    """
    if not copies:
        return _ONE_EACH.said_in(language)
    number = int(copies) if copies.isdecimal() and copies.isascii() and len(copies) < 4 else HIGHEST + 1
    said = f"{in_words(number, language)} ({number})" if number <= HIGHEST else copies
    return (_COPY if number == 1 else _COPIES).said_in(language).format(said)


def signed_electronically(document: Document) -> Document:
    """The same text as its signed copy shows it: nothing left to initial or to sign by hand.

    Each party keeps its name and who signs for it; when and how each one signed is on the certificate that follows.
    """
    return replace(document, initials=False, blocks=tuple(_without_pen(document.blocks, document.language)))


def _without_pen(blocks: Iterable[Block], language: Language) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Section():
                yield replace(block, blocks=tuple(_without_pen(block.blocks, language)))
            case Signatures():
                parties = tuple(
                    (party, (*(line for line in lines if not _is_for_the_pen(line)), _BY_CODE.said_in(language)))
                    for party, lines in block.parties
                )
                yield replace(block, parties=parties, by_hand=False)
            case _:
                yield block


def _is_for_the_pen(line: Line) -> bool:
    """Whether a line waits for a date or a signature, in either language."""
    return isinstance(line, str) and line in {one.said_in(each) for one in (_DATE, _SIGNED) for each in Language}


def _signatories(template: ContractTemplate, writer: DocumentWriter) -> Signatures:
    language, place = writer.language, _PLACE.said_in(writer.language)
    parties = []
    for title, name, representative in template.signatures:
        party = " – ".join(part for part in (title.said_in(language), writer.facts.text(name)) if part)
        signatory = (Text(_SIGNATORY.said_in(language)), *writer.line(representative, place))
        parties.append((party, (signatory, _DATE.said_in(language), _SIGNED.said_in(language))))
    return Signatures(tuple(parties))
