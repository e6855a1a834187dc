"""Our answer to an announced change: acceptance, acceptance under conditions, or objection, in French or English."""

from collections.abc import Sequence
from datetime import datetime

from portal.changes.deadline_lines import DeadlineLine
from portal.changes.models import AnnouncedChange, ChangeMove
from portal.changes.rules.life import ChangeDecision, MoveKind
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.tree import Block, Document, Inline, Paragraph, Section, Table, Text
from portal.core.language import Language
from portal.vendors.place_names import place_name


@dataclass(frozen=True)
class LetterMatter:
    """What the letter is drafted from."""

    change: AnnouncedChange
    moves: Sequence[ChangeMove]
    """Those that are retained."""
    organisation: str
    signatory: str
    lines: Sequence[DeadlineLine]
    at: datetime
    """Its date."""


def both(language: Language, french: str, english: str) -> str:
    """One of two texts."""
    return english if language is Language.EN else french


def letter_tree(matter: LetterMatter, language: Language) -> Document:
    """The letter, from what was decided; the decision stands."""
    change, decision = matter.change, matter.change.decision or ChangeDecision.OBJECT
    day = written(legal_date(change.received_at), language)
    blocks: list[Block] = [
        _paragraph(both(
            language,
            f"Vous nous avez annoncé, et nous avons reçu le {day}, le changement de sous-traitants ultérieurs qui suit"
            " (RGPD, art. 28, § 2).",
            f"You announced to us, and we received on {day}, the following change of sub-processors (GDPR,"
            " Article 28(2)).",
        )),
        _table(matter, language),
        *_contract(matter, language),
        *_answer(matter, decision, language),
        _paragraph(both(
            language,
            "Vous restez tenu d'imposer à ces sociétés, par contrat, les mêmes obligations que celles qui vous lient à"
            " nous, et de répondre de leur exécution (RGPD, art. 28, § 4).",
            "You remain bound to impose on these companies, by contract, the same obligations as those that bind you to"
            " us, and you answer for their performance (GDPR, Article 28(4)).",
        )),
        _paragraph(matter.signatory),
        _paragraph(matter.organisation),
    ]  # fmt: skip
    return Document(
        title=_title(decision, language), language=language, blocks=tuple(blocks), subtitle=change.vendor.name,
        reference=change.reference, contents=False, created=matter.at.isoformat(),
        cover=(
            (both(language, "À", "To"), change.vendor.legal_name or change.vendor.name),
            (both(language, "De", "From"), matter.organisation),
            (both(language, "Date", "Date"), written(legal_date(matter.at), language)),
        ),
    )  # fmt: skip


_TITLES = {
    ChangeDecision.ACCEPT: (
        "Acceptation d'un changement de sous-traitants ultérieurs", "Acceptance of a change of sub-processors",
    ),
    ChangeDecision.CONDITIONS: (
        "Acceptation sous conditions d'un changement de sous-traitants ultérieurs",
        "Conditional acceptance of a change of sub-processors",
    ),
    ChangeDecision.OBJECT: (
        "Opposition à un changement de sous-traitants ultérieurs", "Objection to a change of sub-processors",
    ),
}  # fmt: skip


def _title(decision: ChangeDecision, language: Language) -> str:
    return both(language, *_TITLES[decision])


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


_KINDS = {
    MoveKind.ADD: ("Ajout", "Addition"), MoveKind.REPLACE: ("Remplacement", "Replacement"),
    MoveKind.REMOVE: ("Retrait", "Removal"), MoveKind.MOVE: ("Changement de lieu", "Change of place"),
}  # fmt: skip


def _table(matter: LetterMatter, language: Language) -> Table:
    header = (
        both(language, "Changement", "Change"), both(language, "Société", "Company"),
        both(language, "Pays", "Country"), both(language, "Ce qui est traité", "What is processed"),
        both(language, "À compter du", "From"),
    )  # fmt: skip
    rows = tuple(
        tuple(_cell(text) for text in (
            both(language, *_KINDS[move.kind]),
            both(language, f"{move.name}, à la place de {move.replaces}", f"{move.name}, instead of {move.replaces}")
            if move.replaces else move.name,
            place_name(move.country, language) if move.country else both(language, "non dit", "not stated"),
            move.processing or both(language, "non dit", "not stated"),
            written(move.starts_on, language) if move.starts_on else both(language, "non dit", "not stated"),
        ))
        for move in matter.moves
    )  # fmt: skip
    return Table(both(language, "Changement annoncé", "Announced change"), header, rows, (2, 3, 2, 3, 2))


def _cell(text: str) -> tuple[Inline, ...]:
    return (Text(text),)


def _contract(matter: LetterMatter, language: Language) -> list[Block]:
    """What the contract gives us, with its own words, when a contract says it."""
    found: list[Block] = []
    for line in matter.lines:
        if line.deadline is None:
            continue
        last = written(line.deadline.last, language)
        whole = both(language, "inclus", "included")
        until = (
            both(language, f"à {line.hour} (heure de Paris)", f"at {line.hour} (Paris time)") if line.hour else whole
        )
        found.append(_paragraph(both(
            language,
            f"Le contrat « {line.delay.title} » nous donne jusqu'au {last} {until} pour nous opposer :"
            f" « {line.delay.quote} »",
            f"The contract “{line.delay.title}” gives us until {last} {until} to object: “{line.delay.quote}”",
        )))  # fmt: skip
    return found


def _answer(matter: LetterMatter, decision: ChangeDecision, language: Language) -> list[Block]:
    change = matter.change
    reason = [_paragraph(change.letter_reason)] if change.letter_reason else []
    if decision is ChangeDecision.ACCEPT:
        return [_strong(both(language, "Nous acceptons ce changement.", "We accept this change.")), *reason]
    if decision is ChangeDecision.CONDITIONS:
        said = both(
            language, "Nous acceptons ce changement aux conditions qui suivent ; tant qu'elles ne sont pas remplies,"
            " il ne nous est pas opposable.",
            "We accept this change on the following conditions; until they are met, it does not bind us.",
        )  # fmt: skip
        title = both(language, "Conditions", "Conditions")
        return [_strong(said), *reason, Section(title=title, blocks=(_paragraph(change.conditions),))]
    said = both(
        language, "Nous nous opposons à ce changement. Il ne peut prendre effet pour nos données ; dites-nous, sans"
        " tarder, ce que vous proposez à la place.",
        "We object to this change. It may not take effect for our data; tell us without delay what you propose"
        " instead.",
    )  # fmt: skip
    return [_strong(said), *reason]


def _strong(text: str) -> Paragraph:
    return Paragraph((Text(text, strong=True),))
