"""Who may decide of a change of the library: a second person, and among both the one whom the clause names."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from portal.contracts.rules.model import Approver, Clause, ClauseLibrary, LibraryDefect
from portal.contracts.rules.paragraphs import approver_of
from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence, say
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import plain


class ProposalKind(StrEnum):
    """What is proposed."""

    CHANGE = "change"
    RETIRE = "retire"


class ProposalState(Labelled):
    """Where a proposal is."""

    OPEN = "open", N_("À relire")
    APPROVED = "approved", N_("Approuvée")
    REFUSED = "refused", N_("Refusée")
    WITHDRAWN = "withdrawn", N_("Retirée par son auteur")


@dataclass(frozen=True)
class Writer:
    """Somebody who wrote something of a proposal, or who would decide of it."""

    id: int | None
    name: str
    email: str
    role: str

    def as_json(self) -> dict[str, Any]:
        """As a proposal keeps it."""
        return {"id": self.id, "name": self.name, "email": self.email, "role": self.role}

    def is_same_person(self, other: "Writer") -> bool:
        """Whether both are one person, be it under two accounts: one name, or one mailbox.

        >>> mine = Writer(1, "Léa Brun", "lea.brun@a.example", "juriste")
        >>> mine.is_same_person(Writer(2, "Brun, Léa", "x@a.example", "dpo"))
        True
        >>> mine.is_same_person(Writer(2, "Paul", "Lea.Brun+dpo@a.example", "dpo"))
        True
        >>> mine.is_same_person(Writer(2, "Paul", "paul@a.example", "dpo"))
        False
        """
        if self.id is not None and self.id == other.id:
            return True
        names = [sorted(plain(one.name).split()) for one in (self, other)]
        return (bool(names[0]) and names[0] == names[1]) or _mailbox(self.email) == _mailbox(other.email)


def _mailbox(address: str) -> str:
    """Where a message to an address ends up: without what follows a « + », nor capitals."""
    local, _, domain = address.strip().casefold().partition("@")
    return f"{re.sub(r'[+].*', '', local)}@{domain}"


def writers_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Writer, ...]:
    """The writers that a proposal keeps."""
    return tuple(Writer(one["id"], one["name"], one["email"], one["role"]) for one in kept)


def approvers_named(clause: Clause, paragraphs: Iterable[int], changed: Iterable[str] = ()) -> tuple[Approver, ...]:
    """Who the clause wants for these paragraphs: before the change, and after it when the change names another."""
    named = {approver_of(clause, number) for number in paragraphs} | {Approver(one) for one in changed if one}
    return tuple(one for one in Approver if one in named)


def next_version(current: str) -> str:
    """The version of an approved text: the third number is the house's own.

    >>> next_version("1.2"), next_version("1.2.1"), next_version("3")
    ('1.2.1', '1.2.2', '3.1')
    """
    head, dot, last = current.rpartition(".")
    if current.count(".") >= 2 and last.isdecimal():
        return f"{head}{dot}{int(last) + 1}"
    return f"{current}.1"


def left_without(library: ClauseLibrary, retired: Clause) -> tuple[Sentence, ...]:
    """The obligations that nothing would cover any more once a clause is retired."""
    others = {key for clause in library.clauses if clause.key != retired.key for key in clause.covers}
    named = {one.key: one.title for one in library.obligations}
    named |= {one.key: one.title for table in library.tables for one in table.requirements}
    return tuple(
        say(
            "%(key)s n'aurait plus aucune clause : %(title)s.",
            key=key,
            title=named[key].said_in(Language.FR) if key in named else key,
        )
        for key in retired.covers
        if key not in others
    )


def said_of(defects: Iterable[LibraryDefect], known: Iterable[LibraryDefect] = ()) -> tuple[Sentence, ...]:
    """What a change would break, each with its clause or template."""
    before = {(one.where, str(one.message)) for one in known}
    return tuple(
        say("%(where)s : %(message)s", where=one.where or one.path, message=one.message)
        for one in defects
        if (one.where, str(one.message)) not in before
    )
