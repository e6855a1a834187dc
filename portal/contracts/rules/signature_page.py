"""The last page of a contract: what it is made of, where and in how many copies it is made, where each party signs.

It stands after the annexes, so that a signature covers them, and names them: a page of signatures alone could be
attached to any contract. A letter is signed at its foot, by whoever sends it, and names what it encloses; a document
that the signature of another one covers says so, and has no place to sign.
"""

from collections.abc import Iterator

from portal.contracts.rules.document_writing import ANNEX, DocumentWriter
from portal.contracts.rules.model import ContractTemplate, words
from portal.core.documents.tree import Block, Inline, Items, Paragraph, Reference, Section, Signatures, Text
from portal.core.documents.wording import HAND_LINE
from portal.core.language import NO_BREAK

ANCHOR = "signatures"
_ENCLOSED = words("Pièces jointes :", "Enclosures:")
_TITLE_ALONE = words("Signature", "Signature")
_TITLE, _PLACE = words("Signatures", "Signatures"), words("signatures", "signatures")
_ANNEXES = words(
    "Les annexes suivantes font partie intégrante du contrat :",
    "The following annexes form an integral part of the agreement:",
)
_MADE = words("Fait à ", "Signed at ")
_ON = words(", le ", ", on ")
_COPIES = words(
    ", en {} exemplaires originaux.",
    ", in {} originals.",
)
_ONE_EACH = words(
    ", en autant d'exemplaires originaux que de parties.",
    ", in as many originals as there are parties.",
)
_SIGNATORY, _DATE = words("Nom et qualité : ", "Name and capacity: "), words("Date : ", "Date: ")
_SIGNED = words("Signature : ", "Signature: ")


def closing_section(template: ContractTemplate, writer: DocumentWriter) -> Section:
    """The section that closes a document; facts of the signing that nobody gave are left to the pen, never missing."""
    language, kind = writer.language, template.kind
    signed: list[Block] = [Paragraph(_made(writer, alone=kind.hangs)), _signatories(template, writer)]
    listed: list[Block] = []
    if annexes := tuple(_annexes(template, writer)):
        listed = [
            Paragraph((Text((_ENCLOSED if kind.is_letter else _ANNEXES).said_in(language)),)), Items(annexes)
        ]  # fmt: skip
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
    return (Text(made + (_COPIES.said_in(language).format(copies) if copies else _ONE_EACH.said_in(language))),)


def _signatories(template: ContractTemplate, writer: DocumentWriter) -> Signatures:
    language, place = writer.language, _PLACE.said_in(writer.language)
    parties = []
    for title, name, representative in template.signatures:
        party = " – ".join(part for part in (title.said_in(language), writer.facts.text(name)) if part)
        signatory = (Text(_SIGNATORY.said_in(language)), *writer.line(representative, place))
        parties.append((party, (signatory, _DATE.said_in(language), _SIGNED.said_in(language))))
    return Signatures(tuple(parties))
