"""The life of a contract as a table of states and acts: who may do what, from where, what is noted, who is told; pure.

A contract governs processing once it is signed and in effect (RGPD art. 28(3) and (9)); everything that says
« contract » counts those alone, and those alone of which the signed copy was read (`counts`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from enum import Enum, auto

from portal.contracts.rules.document_kind import DocumentKind
from portal.core.calendar import months_later
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.standing import ContractStanding

RETENTION_MONTHS = 60
"""How long what was signed is kept after its end: the limitation of actions (C. civ. art. 2224, C. com. L. 110-4)."""
SHORTEST_STATEMENT = 20
"""Letters of what a person says that they read: less describes no copy."""


class ContractState(Labelled):
    """Where a contract is."""

    DRAFT = "draft", N_("En rédaction")
    REVIEW = "review", N_("En relecture")
    WITH_VENDOR = "with_vendor", N_("Chez le sous-traitant")
    AGREED = "agreed", N_("Texte convenu")
    SIGNED = "signed", N_("Signé")
    """Its day of effect is still to come."""
    IN_FORCE = "in_force", N_("En vigueur")
    EXPIRED = "expired", N_("Expiré")
    TERMINATED = "terminated", N_("Résilié")
    REPLACED = "replaced", N_("Remplacé")
    DISCARDED = "discarded", N_("Écarté")
    """A draft given up, or a signature that was never one: in no list."""
    REMOVED = "removed", N_("Retiré après conservation")
    """Over for longer than it must be kept: its text is gone, its copy is not served any more, it is in no list."""


S = ContractState
UNSIGNED = (S.DRAFT, S.REVIEW, S.WITH_VENDOR, S.AGREED)
OVER = (S.EXPIRED, S.TERMINATED, S.REPLACED)
GONE = (S.DISCARDED, S.REMOVED)
LISTED = tuple(state for state in ContractState if state not in GONE)


class ContractOrigin(Labelled):
    """Where the text of a contract comes from."""

    DRAFTED = "drafted", N_("Rédigé ici")
    RECEIVED = "received", N_("Reçu")
    ELSEWHERE = "elsewhere", N_("Signé ailleurs")


class CopyReading(Labelled):
    """What is known of the signed copy."""

    WAITING = "waiting", N_("Copie en cours de lecture")
    READ = "read", N_("Copie lue")
    """It has a text, which binds a processor and names this vendor."""
    UNREADABLE = "unreadable", N_("Copie non lue : aucun texte n'y est lisible")
    NOT_BINDING = "not_binding", N_("Copie non lue : son texte n'engage aucun sous-traitant")
    OTHER_NAME = "other_name", N_("Copie non lue : son texte ne nomme pas ce sous-traitant")
    VOUCHED = "vouched", N_("Copie lue par une personne")

    @property
    def is_known(self) -> bool:
        """Whether somebody, or the reading, has seen a contract with this vendor in it."""
        return self in (CopyReading.READ, CopyReading.VOUCHED)


@dataclass(frozen=True)
class ArticleCoverage:
    """How many of the obligations that a contract must write (RGPD art. 28(2) to (4) and (9)) a text writes."""

    covered: int
    required: int


class DoneBy(Enum):
    """Who may do an act."""

    DRAFTER = auto()
    """Whoever may draft contracts with this vendor (`contract:draft`)."""
    CALENDAR = auto()
    """Nobody: it follows from a date."""
    SIGNATORY = auto()
    """Somebody asked to sign, in the portal (`services.signing_acts`)."""


class Told(Enum):
    """Who is told of an act in their digest, but for whoever did it."""

    OWNER = auto()
    """Who answers for the contract; without one, for the vendor."""
    LEGAL = auto()
    """Those who may draft contracts with this vendor."""


class ContractAct(Labelled):
    """What is done with a contract, as a button says it."""

    SUBMIT = "submit", N_("Mettre en relecture")
    SEND = "send", N_("Noter l'envoi au sous-traitant")
    TAKE_BACK = "take_back", N_("Reprendre la rédaction")
    AGREE = "agree", N_("Noter l'accord sur le texte")
    REFUSE = "refuse", N_("Signature refusée")
    SIGN = "sign", N_("Enregistrer comme signé")
    UNSIGN = "unsign", N_("Annuler la signature")
    WITHDRAW = "withdraw", N_("Retirer du registre")
    VOUCH = "vouch", N_("Dire ce que porte la copie")
    DATE = "date", N_("Modifier les dates")
    START = "start", N_("Entrée en vigueur")
    DEFER = "defer", N_("Entrée en vigueur reportée")
    EXPIRE = "expire", N_("Expiration")
    FINISH = "finish", N_("Fin après préavis")
    TERMINATE = "terminate", N_("Noter la résiliation")
    REPLACE = "replace", N_("Noter son remplacement")
    DISCARD = "discard", N_("Écarter ce projet")
    REMOVE = "remove", N_("Retirer après conservation")


@dataclass(frozen=True)
class ActRule:
    """One line of the table: the states an act is done in, with the state each leads to; who; what; to whom."""

    leads: Mapping[ContractState, ContractState]
    noted: str
    """The action of the journal."""
    by: DoneBy = DoneBy.DRAFTER
    tells: frozenset[Told] = frozenset()
    asks_reason: bool = False
    asks_day: bool = False
    origins: frozenset[ContractOrigin] = field(default=frozenset(ContractOrigin))
    """Of which contracts it is done."""


def _to(target: ContractState, *sources: ContractState) -> Mapping[ContractState, ContractState]:
    return dict.fromkeys(sources, target)


def _stay(*states: ContractState) -> Mapping[ContractState, ContractState]:
    return {state: state for state in states}


_OWNER = frozenset({Told.OWNER})
_BOTH = frozenset(Told)
_HERE = frozenset({ContractOrigin.DRAFTED})
A = ContractAct
ACTS: Mapping[ContractAct, ActRule] = {
    A.SUBMIT: ActRule(_to(S.REVIEW, S.DRAFT), "contract.submitted", tells=frozenset({Told.LEGAL})),
    A.SEND: ActRule(_to(S.WITH_VENDOR, S.DRAFT, S.REVIEW), "contract.sent", tells=_OWNER),
    A.TAKE_BACK: ActRule(_to(S.DRAFT, S.REVIEW, S.WITH_VENDOR, S.AGREED), "contract.taken_back", tells=_OWNER),
    A.AGREE: ActRule(_to(S.AGREED, S.REVIEW, S.WITH_VENDOR), "contract.agreed", tells=_OWNER),
    A.REFUSE: ActRule(_to(S.WITH_VENDOR, S.AGREED), "contract.signature_refused", DoneBy.SIGNATORY, origins=_HERE),
    A.SIGN: ActRule(
        {**_to(S.SIGNED, *UNSIGNED), **_stay(S.SIGNED, S.IN_FORCE)}, "contract.signed", tells=_BOTH
    ),
    A.UNSIGN: ActRule(
        _to(S.DRAFT, S.SIGNED, S.IN_FORCE, *OVER), "contract.unsigned", tells=_BOTH, asks_reason=True, origins=_HERE
    ),
    A.WITHDRAW: ActRule(
        _to(S.DISCARDED, S.SIGNED, S.IN_FORCE, *OVER), "contract.withdrawn", tells=_BOTH, asks_reason=True,
        origins=frozenset(ContractOrigin) - _HERE,
    ),
    A.VOUCH: ActRule(_stay(S.SIGNED, S.IN_FORCE), "contract.vouched", asks_reason=True),
    A.DATE: ActRule({**_stay(*UNSIGNED, S.SIGNED, S.IN_FORCE), **_to(S.IN_FORCE, S.EXPIRED)}, "contract.dated"),
    A.START: ActRule(_to(S.IN_FORCE, S.SIGNED), "contract.in_force", DoneBy.CALENDAR, tells=_OWNER),
    A.DEFER: ActRule(_to(S.SIGNED, S.IN_FORCE), "contract.deferred", DoneBy.CALENDAR, tells=_OWNER),
    A.EXPIRE: ActRule(_to(S.EXPIRED, S.IN_FORCE), "contract.expired", DoneBy.CALENDAR, tells=_BOTH),
    A.FINISH: ActRule(_to(S.TERMINATED, S.IN_FORCE), "contract.finished", DoneBy.CALENDAR, tells=_BOTH),
    A.TERMINATE: ActRule(
        _to(S.TERMINATED, S.SIGNED, S.IN_FORCE), "contract.terminated", tells=_BOTH, asks_reason=True, asks_day=True
    ),
    A.REPLACE: ActRule(
        _to(S.REPLACED, S.SIGNED, S.IN_FORCE), "contract.replaced", tells=_OWNER, asks_reason=True, asks_day=True
    ),
    A.DISCARD: ActRule(_to(S.DISCARDED, *UNSIGNED), "contract.discarded", tells=_OWNER, asks_reason=True),
    A.REMOVE: ActRule(_to(S.REMOVED, *OVER), "contract.removed"),
}  # fmt: skip
"""The whole table. What is not in it is not done."""


def leads_to(act: ContractAct, state: ContractState, origin: ContractOrigin) -> ContractState | None:
    """The state that an act leads to from another; none when the table has no such act there.

    >>> leads_to(ContractAct.SEND, ContractState.DRAFT, ContractOrigin.DRAFTED)
    <ContractState.WITH_VENDOR: 'with_vendor'>
    >>> leads_to(ContractAct.SEND, ContractState.IN_FORCE, ContractOrigin.DRAFTED) is None
    True
    """
    rule = ACTS[act]
    return rule.leads.get(state) if origin in rule.origins else None


def refusal_of(act: ContractAct, state: ContractState) -> Sentence:
    """Why an act is not done from a state."""
    return say("« %(act)s » : ce contrat est « %(state)s », cela ne s'y fait pas.", act=say(act.label),
               state=say(state.label))  # fmt: skip


def offered_acts(state: ContractState, origin: ContractOrigin) -> tuple[ContractAct, ...]:
    """What a person may do with a contract, in the order of the table.

    >>> [act.value for act in offered_acts(ContractState.AGREED, ContractOrigin.DRAFTED)]
    ['take_back', 'sign', 'date', 'discard']
    """
    return tuple(
        act for act, rule in ACTS.items()
        if rule.by is DoneBy.DRAFTER and leads_to(act, state, origin) is not None
    )  # fmt: skip


def act_of_the_day(
    state: ContractState, effective_on: date | None, expires_on: date | None, today: date, *, by_notice: bool = False
) -> ContractAct | None:
    """What the calendar does to a contract on a day; nothing when the state says what the dates say.

    `by_notice`: whether its last day is the one that a notice given leads to.

    >>> act_of_the_day(ContractState.SIGNED, date(2027, 1, 1), None, date(2027, 1, 1))
    <ContractAct.START: 'start'>
    >>> act_of_the_day(ContractState.IN_FORCE, date(2027, 1, 1), date(2027, 12, 31), date(2027, 12, 31)) is None
    True
    """
    has_begun = effective_on is not None and effective_on <= today
    if state is S.SIGNED and has_begun:
        return A.START
    if state is S.IN_FORCE and not has_begun:
        return A.DEFER
    if state is S.IN_FORCE and expires_on is not None and expires_on < today:
        return A.FINISH if by_notice else A.EXPIRE
    return None


def kept_until(ended_on: date) -> date:
    """The last day on which what was signed is kept.

    >>> kept_until(date(2026, 2, 28))
    datetime.date(2031, 2, 28)
    """
    return months_later(ended_on, RETENTION_MONTHS)


@dataclass(frozen=True)
class HeldService:
    """Something that a vendor does for us today, for one of our entities."""

    id: int
    entity_id: int | None = None


@dataclass(frozen=True)
class ContractPosition:
    """What is known of one contract when those of a vendor are summed up."""

    state: ContractState
    copy: CopyReading | None = None
    expires_on: date | None = None
    """Last day, when it ends of itself; none when it is renewed or has no end."""
    is_amendment: bool = False
    kind: DocumentKind = DocumentKind.PROCESSING
    is_joint: bool = False
    """Whether it is the arrangement of two joint controllers (RGPD art. 26)."""
    service_id: int | None = None
    """The service that it is the contract of; none when it was signed for all."""
    entity_id: int | None = None
    """The entity of ours that signed it."""

    def covers(self, service: HeldService) -> bool:
        """Whether it binds the vendor for a service; joint controllers have their arrangement for it instead."""
        if not self.counts and not (self.is_joint and self.state is S.IN_FORCE and not self.is_amendment):
            return False
        if self.service_id is not None:
            return self.service_id == service.id
        return self.entity_id is None or service.entity_id is None or self.entity_id == service.entity_id

    @property
    def counts(self) -> bool:
        """Whether it is a contract for every figure: in force, with a copy that was read, under art. 28.

        An amendment is none, nor is a letter, an assessment or an arrangement between controllers, signed or not.
        """
        has_been_read = self.copy is not None and self.copy.is_known
        return self.state is S.IN_FORCE and has_been_read and self._may_count

    @property
    def _may_count(self) -> bool:
        return self.kind.counts and not self.is_amendment

    @property
    def standing(self) -> ContractStanding:
        """What it comes to alone."""
        if self.counts:
            return ContractStanding.IN_FORCE
        if self.is_joint and not self.is_amendment:
            return _JOINT_STANDINGS.get(self.state, ContractStanding.NONE)
        if not self._may_count:
            return ContractStanding.NONE
        if self.state is S.IN_FORCE:
            return ContractStanding.UNREAD
        return _STANDINGS.get(self.state, ContractStanding.NONE)


_JOINT_STANDINGS = {
    S.IN_FORCE: ContractStanding.JOINT_IN_FORCE,
    **dict.fromkeys((S.SIGNED, *UNSIGNED), ContractStanding.JOINT),
}
_STANDINGS = {
    S.SIGNED: ContractStanding.SIGNED,
    S.AGREED: ContractStanding.NEGOTIATING,
    S.WITH_VENDOR: ContractStanding.NEGOTIATING,
    S.REVIEW: ContractStanding.DRAFTING,
    S.DRAFT: ContractStanding.DRAFTING,
}


def standing_of(
    positions: Iterable[ContractPosition], services: Iterable[HeldService] = ()
) -> tuple[ContractStanding, date | None]:
    """What the contracts of a vendor come to, and the last day covered when something of it ends of itself.

    `services` are those it does today: with several, the contract of one is none for another.

    >>> draft, kept = ContractPosition(S.DRAFT), ContractPosition(S.IN_FORCE, CopyReading.READ, date(2027, 1, 31))
    >>> standing_of([draft, kept])
    (<ContractStanding.IN_FORCE: 'in_force'>, datetime.date(2027, 1, 31))
    >>> standing_of([]), standing_of([ContractPosition(S.IN_FORCE, CopyReading.UNREADABLE)])[0].value
    ((<ContractStanding.NONE: 'none'>, None), 'unread')
    >>> arrangement = ContractPosition(S.IN_FORCE, kind=DocumentKind.ARRANGEMENT, is_joint=True)
    >>> standing_of([arrangement])[0].value, standing_of([arrangement, draft])[0].value
    ('joint_in_force', 'drafting')
    >>> hosting = ContractPosition(S.IN_FORCE, CopyReading.READ, service_id=1)
    >>> [standing_of([hosting], [HeldService(n) for n in live])[0].value for live in ([1], [1, 2], [2])]
    ['in_force', 'partial', 'partial']
    """
    held = list(positions)
    standings = {one.standing for one in held}
    best = next((standing for standing in ContractStanding if standing in standings), ContractStanding.NONE)
    if best is not ContractStanding.IN_FORCE:
        return best, None
    groups = [[one for one in held if one.covers(service)] for service in services]
    if not all(groups):
        best = ContractStanding.PARTIAL
    ends = [_last_day(group) for group in groups if group] or [_last_day([one for one in held if one.counts])]
    return best, min((day for day in ends if day is not None), default=None)


def _last_day(positions: Iterable[ContractPosition]) -> date | None:
    """The last day on which one of them holds; none when one has no end of itself."""
    ends = [one.expires_on for one in positions]
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None
