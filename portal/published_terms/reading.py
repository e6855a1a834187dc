"""Reads texts and states how they differ, without the database: what the command, the jobs and the bench share."""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.core.dataclass import dataclass
from portal.core.late import late
from portal.documents_in.document import SourceDocument
from portal.paper.rulebook_files import load_rulebook
from portal.published_terms.readings_file import load_readings
from portal.published_terms.rules.comparing import PlaceLaw, TermChange, compare
from portal.published_terms.rules.contract_words import ContractSide, departures
from portal.published_terms.rules.readings import read_facts
from portal.published_terms.rules.stated_facts import StatedFact
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea

if TYPE_CHECKING:
    from portal.documents_in import reader
else:
    reader = late("portal.documents_in.reader")


def facts_of(document: SourceDocument) -> tuple[StatedFact, ...]:
    """What a document states of the points we watch."""
    return read_facts(document, load_readings(), load_rulebook().nouns, atlas())


@dataclass(frozen=True)
class ReadPage:
    """A page as it was read: its text, the digest of its words, and what it states."""

    document: SourceDocument
    text_digest: str
    facts: tuple[StatedFact, ...]


def read_page(data: bytes, name: str) -> ReadPage:
    """Read a page from its bytes; raises UnreadableDocument."""
    document = reader.read_document(data, name)
    return ReadPage(document, digest_of(document.text), facts_of(document))


def digest_of(text: str) -> str:
    r"""SHA-256 of the words of a text: its spaces and lines do not count.

    >>> digest_of("48 heures\n\nau  plus") == digest_of("48 heures au plus")
    True
    """
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


@lru_cache(maxsize=64)
def facts_of_text(text: str) -> tuple[StatedFact, ...]:
    """The same of a text, or of the source of a web page."""
    name = "page.html" if text.lstrip()[:15].lower().startswith(("<!doctype", "<html")) else "page.md"
    return facts_of(reader.read_document(text.encode(), name))


def place_law(on: date) -> PlaceLaw:
    """The countries of the EEA on a day."""
    known = atlas()
    return PlaceLaw(frozenset(code for code in known.codes | known.regions if in_eea(code, known, on)))


def changes_between(old: Sequence[StatedFact], new: Sequence[StatedFact], *, on: date) -> tuple[TermChange, ...]:
    """How what two texts state differs."""
    return compare(old, new, place_law(on), load_readings().good_marks)


def departures_of(page: Sequence[StatedFact], side: ContractSide, *, on: date) -> tuple[TermChange, ...]:
    """Where a page is harsher than the contracts in force."""
    return departures(page, side, place_law(on), load_readings().good_marks)


def compare_texts(old: str, new: str, *, on: date) -> tuple[TermChange, ...]:
    """How two texts differ; raises UnreadableDocument for one that says nothing."""
    return changes_between(facts_of_text(old), facts_of_text(new), on=on)
