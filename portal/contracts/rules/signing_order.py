"""Who signs a contract in the portal, in which order, and until when; pure.

What is made here is a simple electronic signature (regulation (EU) 910/2014, art. 3(10) and 25(1)): a person reads the
text, receives a code at their own address, and types it under their name. It is neither advanced (art. 26) nor
qualified. RGPD art. 28(9) asks for no more than writing, electronic form included.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from portal.core.dataclass import dataclass
from portal.core.language import N_, Language, Sentence, say
from portal.identity.rules import is_address, is_person_name, normal_address
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import plain

SIGNING_DAYS = 30
"""How long a signature stays open, and then its links: the last day, which messages and pages name, whole."""
REMINDED_AFTER = timedelta(days=5)
"""From the first message, or from the last reminder."""
MOST_REMINDERS = 3
"""Reminders that leave by themselves."""
MOST_SIGNATORIES = 8
CODE_DIGITS = 6
CODE_LASTS = timedelta(minutes=10)
MOST_TRIES = 5
"""Times that one code is compared: five in a million, then another must be asked for."""
CODES_AN_HOUR = 5
LONGEST_CAPACITY = 120
"""Characters of what a signatory signs as."""


class SigningState(Labelled):
    """Where the signature of a version is."""

    OPEN = "open", N_("Signature en cours")
    COMPLETE = "complete", N_("Signé par tous, cachet en cours")
    SEALED = "sealed", N_("Signé, cachet apposé")
    REFUSED = "refused", N_("Refusé par un signataire")
    WITHDRAWN = "withdrawn", N_("Retiré")
    EXPIRED = "expired", N_("Délai passé")

    @property
    def is_live(self) -> bool:
        """Whether the text is still being signed, or about to be sealed: it may not change."""
        return self in LIVE


LIVE = (SigningState.OPEN, SigningState.COMPLETE)


class SigningSide(Labelled):
    """Whom a signatory engages."""

    OURS = "ours", N_("Notre organisation")
    VENDOR = "vendor", N_("Le sous-traitant")


class SignatoryState(Labelled):
    """Where a signatory is."""

    WAITING = "waiting", N_("Son tour viendra")
    ASKED = "asked", N_("Invité à signer")
    SIGNED = "signed", N_("A signé")
    REFUSED = "refused", N_("A refusé")


class SigningActKind(Labelled):
    """What a signatory did, of which the proof is kept."""

    OPENED = "opened", N_("A ouvert le contrat")
    CODE_SENT = "code_sent", N_("A demandé un code")
    WRONG_CODE = "wrong_code", N_("A donné un mauvais code")
    SIGNED = "signed", N_("A signé")
    REFUSED = "refused", N_("A refusé de signer")


class SigningMeans(Labelled):
    """By which page it was done."""

    LINK = "link", N_("lien personnel reçu par e-mail")
    SPACE = "space", N_("espace du sous-traitant, connecté")
    STAFF = "staff", N_("compte de l'organisation, connecté")


@dataclass(frozen=True)
class SignatoryEntry:
    """A signatory as whoever opens the signature names them."""

    side: SigningSide
    name: str
    capacity: str
    email: str
    language: Language = Language.FR
    rank: int = 1
    """When they sign; two with the same rank sign in the order they were named."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not (self.name.strip() or self.capacity.strip() or self.email.strip())


def in_order(entries: Iterable[SignatoryEntry]) -> tuple[SignatoryEntry, ...]:
    """The signatories in the order they sign, ranked from 1 without a gap, their texts cleaned.

    >>> us = SignatoryEntry(SigningSide.OURS, " Claire Aubanel ", "DG", "Claire@Verdier.example", rank=3)
    >>> [(one.rank, one.name, one.email) for one in in_order([us, replace(us, name="Paul", rank=1)])]
    [(1, 'Paul', 'claire@verdier.example'), (2, 'Claire Aubanel', 'claire@verdier.example')]
    """
    return tuple(
        replace(
            one, rank=rank, name=" ".join(one.name.split()), capacity=" ".join(one.capacity.split()),
            email=normal_address(one.email),
        )
        for rank, one in enumerate(sorted(entries, key=lambda one: one.rank), start=1)
    )  # fmt: skip


def entry_problem(entry: SignatoryEntry) -> Sentence | None:
    """Why somebody cannot be asked to sign.

    >>> entry_problem(SignatoryEntry(SigningSide.OURS, "Claire Aubanel", "directrice", "claire@verdier.example"))
    >>> "adresse" in entry_problem(SignatoryEntry(SigningSide.OURS, "Claire", "DG", "claire")).text
    True
    """
    if not is_person_name(entry.name):
        return say("Écrivez le nom de chaque signataire : des lettres, sans adresse ni lien.")
    if not entry.capacity.strip() or len(entry.capacity) > LONGEST_CAPACITY:
        return say("Dites en quelle qualité signe %(name)s.", name=entry.name)
    if not is_address(normal_address(entry.email)):
        return say("L'adresse de %(name)s est incomplète, ou comporte un caractère inattendu.", name=entry.name)
    return None


def order_problem(entries: Sequence[SignatoryEntry]) -> Sentence | None:
    """Why these people cannot sign a contract together."""
    for entry in entries:
        if problem := entry_problem(entry):
            return problem
    for side, told in _LACKING.items():
        if not any(entry.side is side for entry in entries):
            return told
    if len(entries) > MOST_SIGNATORIES:
        return say("Huit signataires au plus.")
    addresses = [normal_address(entry.email) for entry in entries]
    twice = next((address for address in addresses if addresses.count(address) > 1), None)
    if twice is not None:
        return say(
            "Deux signataires ont l'adresse %(email)s : le code qui y part ne dirait pas lequel signe.", email=twice
        )
    return None


_LACKING: Mapping[SigningSide, Sentence] = {
    SigningSide.OURS: say("Il faut un signataire de notre organisation."),
    SigningSide.VENDOR: say("Il faut un signataire du sous-traitant."),
}


def named_in(line: str) -> tuple[str, str]:
    """Name and capacity in the line of a party's signatory, as the facts of a contract have it.

    >>> named_in("Mme Claire Aubanel, directrice générale"), named_in("Erwan Kerlo")
    (('Claire Aubanel', 'directrice générale'), ('Erwan Kerlo', ''))
    """
    name, _comma, capacity = line.strip().partition(",")
    first, _space, rest = name.strip().partition(" ")
    return (rest.strip() if first.rstrip(".") in _TITLES and rest else name.strip()), capacity.strip()


_TITLES = frozenset({"M", "Mme", "Mlle", "Me", "Dr", "Mr", "Mrs", "Ms"})


def is_same_name(typed: str, name: str) -> bool:
    """Whether somebody typed their own name; case and accents do not count.

    >>> is_same_name("anais  kerlo", "Anaïs Kerlo"), is_same_name("A. Kerlo", "Anaïs Kerlo"), is_same_name("", "")
    (True, False, False)
    """
    return bool(plain(typed).strip()) and plain(typed).split() == plain(name).split()


class _Turn(Protocol):
    state: SignatoryState
    rank: int


Signatory = TypeVar("Signatory", bound=_Turn)


def next_to_sign(signatories: Iterable[Signatory]) -> Signatory | None:
    """The first in the order who has not signed; None once all have."""
    waiting = [one for one in signatories if one.state is not SignatoryState.SIGNED]
    return min(waiting, key=lambda one: one.rank, default=None)


def is_reminder_due(asked_at: datetime, reminded_at: datetime | None, reminders: int, at: datetime) -> bool:
    """Whether somebody asked to sign is to be reminded by itself.

    >>> from datetime import UTC
    >>> asked = datetime(2026, 11, 2, 9, tzinfo=UTC)
    >>> [is_reminder_due(asked, None, n, asked + timedelta(days=days)) for n, days in ((0, 4), (0, 5), (3, 9))]
    [False, True, False]
    """
    return reminders < MOST_REMINDERS and at - (reminded_at or asked_at) >= REMINDED_AFTER


def obstacles(version: "SignedText", newest: int) -> Iterator[Sentence]:
    """Why a version cannot be signed as it is."""
    if version.number != newest:
        yield say("La version %(newest)s est plus récente : c'est elle qui se signe.", newest=newest)
    if version.is_signed:
        yield say("Cette version est déjà enregistrée comme signée.")
    if version.blanks:
        yield say("Il manque encore des informations dans ce texte (%(count)s) : complétez-les, puis rédigez une "
                  "nouvelle version.", count=version.blanks)  # fmt: skip
    if version.failed_checks and not version.despite.strip():
        yield say("Des faits de ce texte n'ont pas de sens, et personne n'a écrit pourquoi il est rédigé malgré tout.")
    if not version.is_printed:
        yield say("Les fichiers de cette version sont en cours d'impression : revenez dans un instant.")


@dataclass(frozen=True)
class SignedText:
    """What is known of a version when its signature is about to be opened."""

    number: int
    is_signed: bool
    is_printed: bool
    blanks: int
    failed_checks: int
    despite: str
