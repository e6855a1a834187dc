"""What a vendor's services and accepted answers propose to the register: a line, or corrections of one that exists.

Nothing here writes, and nothing is proposed that a line already says. What is proposed and not known is a stand-in,
that keeps the line incomplete.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.processing.rules.sheets import (
    CATEGORIES,
    ActivityRole,
    ControllerSheet,
    HeldCategory,
    ProcessorSheet,
    Safeguard,
    Sheet,
    StatedTransfer,
)
from portal.processing.rules.words import is_time_limit, says_something
from portal.vendors.rules.facts import DataCategory, DataSubject, Labelled, SpecialCategory, Volume
from portal.vendors.rules.naming import plain

STAND_IN = N_("à définir")
"""What stands where nobody said; `rules.words` takes it for nothing in either language."""


class ProposalKind(Labelled):
    """What a proposal is about."""

    LINE = "fiche", N_("Nouvelle fiche")
    CATEGORY = "donnees", N_("Catégorie de données")
    SUBJECT = "personnes", N_("Personnes concernées")
    VOLUME = "nombre", N_("Nombre de personnes")
    RETENTION = "duree", N_("Durée de conservation")
    TRANSFER = "transfert", N_("Lieu ou transfert")
    SUB_PROCESSOR = "sous_traitant", N_("Sous-traitant ultérieur")


@dataclass(frozen=True)
class SaidSubProcessor:
    """A processor that a vendor calls on, as it was last accepted."""

    name: str
    country: str = ""
    """In letters."""
    service: str = ""

    @property
    def words(self) -> str:
        """As a line names it.

        >>> SaidSubProcessor("Nuage Rhénan", "Allemagne", "Sauvegardes").words
        'Nuage Rhénan (Allemagne) : Sauvegardes'
        """
        return f"{self._named} : {self.service}" if self.service else self._named

    @property
    def told(self) -> Sentence | str:
        """As it is read in each language; `words` is what a line keeps, in that of the register."""
        return say("%(whom)s : %(what)s", whom=self._named, what=self.service) if self.service else self._named

    @property
    def _named(self) -> str:
        return f"{self.name} ({self.country})" if self.country else self.name


@dataclass(frozen=True)
class SaidService:
    """What is said of a service, and of its vendor where the register asks for it."""

    number: int
    name: str
    vendor: str
    purpose: str = ""
    details: str = ""
    """The data, in the words of whoever described them."""
    retention: str = ""
    categories: tuple[DataCategory | SpecialCategory, ...] = ()
    subjects: tuple[DataSubject, ...] = ()
    volume: Volume = Volume.UNKNOWN
    transfers: tuple[StatedTransfer, ...] = ()
    """Where the data go outside the European Economic Area."""
    sub_processors: tuple[SaidSubProcessor, ...] = ()

    @property
    def label(self) -> str:
        """The vendor and the service."""
        return f"{self.vendor}, {self.name}"


@dataclass(frozen=True)
class ProposalWords:
    """What a proposal is written with, in the language of the register."""

    stand_in: str
    """`STAND_IN`, translated."""
    place: Callable[[str], object] = str
    """A country by its code, as a sentence takes it."""


@dataclass(frozen=True)
class Proposal:
    """One thing that a service says and that a line does not."""

    kind: ProposalKind
    service: int
    digest: str
    """Of the facts it rests on: dismissed, it comes back only when they move."""
    sentence: Sentence
    value: Any
    """What the line would take over, by kind."""


CORRECTED = {
    ActivityRole.CONTROLLER: frozenset({
        "name", "data", "subjects", "volume", "transfers", "internal_recipients", "processor_recipients",
        "partner_recipients", "public_recipients",
    }),
    ActivityRole.PROCESSOR: frozenset({"name", "transfers", "further_processors"}),
}  # fmt: skip
"""The fields of a sheet that its corrections are worked out of (and its name, which no sheet is without)."""


def corrections_of(sheet: Sheet, said: SaidService, words: ProposalWords) -> tuple[Proposal, ...]:
    """What a line lacks or says otherwise than a service that it rests on."""
    return tuple(each_correction(sheet, said, words))


def each_correction(sheet: Sheet, said: SaidService, words: ProposalWords) -> Iterator[Proposal]:
    """The same, one at a time: whoever asks only whether there is one stops at the first."""
    if isinstance(sheet, ControllerSheet):
        yield from _categories(sheet, said, words)
        yield from _people(sheet, said)
        yield from _retentions(sheet, said)
    yield from _transfers(sheet, said, words)
    yield from _sub_processors(sheet, said)


def line_for(said: SaidService, words: ProposalWords) -> ControllerSheet:
    """The line that a service without one would make; a stand-in holds the place of what nobody said.

    Legal basis, recipients, measures and criteria are left open: they are for the controller to say.
    """
    return ControllerSheet(
        name=said.name, purpose=said.purpose, subjects=said.subjects, volume=said.volume, transfers=said.transfers,
        data=tuple(_held(one, said, words) for one in CATEGORIES if one in said.categories),
        processor_recipients=tuple(one.words for one in said.sub_processors),
    )  # fmt: skip


def line_proposal(said: SaidService, sheet: ControllerSheet) -> Proposal:
    """The proposal of a line for a service that none rests on; `sheet` is what it would say."""
    basis = [said.name, said.purpose, said.details, said.retention, said.volume.value, *map(str, said.categories)]
    basis += [*map(str, said.subjects), *map(_basis_of, said.transfers), *(one.words for one in said.sub_processors)]
    return _proposal(ProposalKind.LINE, said, basis, say("%(who)s : aucune fiche.", who=said.label), sheet)


def applied(sheet: Sheet, proposals: Iterable[Proposal]) -> Sheet:
    """What a line would say with these corrections."""
    for one in proposals:
        sheet = _APPLY[one.kind](sheet, one.value)
    return sheet


def _proposal(
    kind: ProposalKind, said: SaidService, basis: Iterable[str], sentence: Sentence, value: Any
) -> Proposal:  # fmt: skip
    text = "\x1f".join([kind.value, str(said.number), *map(plain, basis)])
    return Proposal(kind, said.number, sha256(text.encode()).hexdigest(), sentence, value)


def _held(category: DataCategory | SpecialCategory, said: SaidService, words: ProposalWords) -> HeldCategory:
    details = said.details if says_something(said.details) else words.stand_in
    return HeldCategory(category, details, said.retention)


def _categories(sheet: ControllerSheet, said: SaidService, words: ProposalWords) -> Iterator[Proposal]:
    held = {one.category for one in sheet.data}
    for one in CATEGORIES:
        if one in said.categories and one not in held:
            told = say("%(who)s traite aussi : %(what)s.", who=said.label, what=Sentence(one.label))
            yield _proposal(ProposalKind.CATEGORY, said, [one.value], told, _held(one, said, words))


def _people(sheet: ControllerSheet, said: SaidService) -> Iterator[Proposal]:
    for one in DataSubject:
        if one in said.subjects and one not in sheet.subjects:
            told = say("%(who)s a les données de : %(what)s.", who=said.label, what=Sentence(one.label))
            yield _proposal(ProposalKind.SUBJECT, said, [one.value], told, one)
    order = list(Volume)
    if order.index(said.volume) > order.index(sheet.volume):
        told = say("%(who)s : %(what)s.", who=said.label, what=Sentence(said.volume.label))
        yield _proposal(ProposalKind.VOLUME, said, [said.volume.value], told, said.volume)


def _retentions(sheet: ControllerSheet, said: SaidService) -> Iterator[Proposal]:
    if not is_time_limit(said.retention):
        return
    for one in sheet.data:
        if one.category not in said.categories or plain(said.retention) in plain(one.retention):
            continue
        told = say(
            "%(who)s conserve « %(what)s » ainsi : %(how)s.",
            who=said.label, what=Sentence(one.category.label), how=said.retention.rstrip("."),
        )  # fmt: skip
        basis = [one.category.value, said.retention]
        yield _proposal(ProposalKind.RETENTION, said, basis, told, (one.category, said.retention, said.vendor))


def _transfers(sheet: Sheet, said: SaidService, words: ProposalWords) -> Iterator[Proposal]:
    for one in said.transfers:
        held = [each for each in sheet.transfers if _is_same_transfer(each, one)]
        if any(each.safeguard is one.safeguard or one.safeguard is None for each in held):
            continue
        framed = Sentence(one.safeguard.label) if one.safeguard else Sentence(N_("rien de dit"))
        told = say(
            "%(who)s : données hors de l'EEE chez « %(whom)s » (%(where)s), garantie : %(how)s.",
            who=said.label, whom=one.recipient, where=words.place(one.country), how=framed,
        )  # fmt: skip
        yield _proposal(ProposalKind.TRANSFER, said, [_basis_of(one)], told, one)


def _basis_of(one: StatedTransfer) -> str:
    return f"{one.recipient} {one.country} {one.safeguard.value if one.safeguard else ''}"


def _is_same_transfer(one: StatedTransfer, other: StatedTransfer) -> bool:
    return one.country == other.country and plain(one.recipient) == plain(other.recipient)


def _sub_processors(sheet: Sheet, said: SaidService) -> Iterator[Proposal]:
    held = sheet.recipients if isinstance(sheet, ControllerSheet) else sheet.further_processors
    named = [f" {plain(one)} " for one in held]
    for one in said.sub_processors:
        if any(f" {plain(one.name)} " in text for text in named):
            continue
        told = say("%(who)s fait appel à %(whom)s.", who=said.label, whom=one.told)
        yield _proposal(ProposalKind.SUB_PROCESSOR, said, [one.words], told, one.words)


def _with_category(sheet: Any, value: HeldCategory) -> Sheet:
    held = {one.category: one for one in (*sheet.data, value)}
    found: Sheet = replace(sheet, data=tuple(held[one] for one in CATEGORIES if one in held))
    return found


def _with_subject(sheet: Any, value: DataSubject) -> Sheet:
    found: Sheet = replace(sheet, subjects=tuple(one for one in DataSubject if one in (*sheet.subjects, value)))
    return found


def _with_volume(sheet: Any, value: Volume) -> Sheet:
    found: Sheet = replace(sheet, volume=value)
    return found


def _with_retention(sheet: Any, value: tuple[DataCategory | SpecialCategory, str, str]) -> Sheet:
    """What the controller decided stays: how long a processor keeps is said after it."""
    category, told, vendor = value
    data = tuple(
        replace(one, retention=f"{one.retention} ; {vendor} : {told}" if is_time_limit(one.retention) else told)
        if one.category is category
        else one
        for one in sheet.data
    )
    found: Sheet = replace(sheet, data=data)
    return found


def _with_transfer(sheet: Sheet, value: StatedTransfer) -> Sheet:
    if not any(_is_same_transfer(one, value) for one in sheet.transfers):
        return replace(sheet, transfers=(*sheet.transfers, value))
    framed = (
        replace(one, safeguard=value.safeguard) if _is_same_transfer(one, value) else one for one in sheet.transfers
    )
    return replace(sheet, transfers=tuple(framed))


def _with_sub_processor(sheet: Sheet, value: str) -> Sheet:
    if isinstance(sheet, ProcessorSheet):
        return replace(sheet, further_processors=(*sheet.further_processors, value))
    return replace(sheet, processor_recipients=(*sheet.processor_recipients, value))


_APPLY: Mapping[ProposalKind, Callable[[Any, Any], Sheet]] = {
    ProposalKind.CATEGORY: _with_category,
    ProposalKind.SUBJECT: _with_subject,
    ProposalKind.VOLUME: _with_volume,
    ProposalKind.RETENTION: _with_retention,
    ProposalKind.TRANSFER: _with_transfer,
    ProposalKind.SUB_PROCESSOR: _with_sub_processor,
}
MECHANISMS: Mapping[str, Safeguard] = {
    "adequation": Safeguard.ADEQUACY, "adequacy": Safeguard.ADEQUACY, "dpf": Safeguard.ADEQUACY,
    "cct": Safeguard.CLAUSES, "scc": Safeguard.CLAUSES, "bcr": Safeguard.RULES, "derogation": Safeguard.DEROGATION,
}  # fmt: skip
"""What a sheet of a service and an answer call the ground of a transfer; another word says nothing."""


def not_among(proposals: Iterable[Proposal], dismissed: Iterable[str]) -> tuple[Proposal, ...]:
    """Those that nobody dismissed, as their facts stand."""
    left_out = set(dismissed)
    return tuple(one for one in proposals if one.digest not in left_out)
