"""Companies that stand twice in a list, or in a list and in the register: certain, or only probable."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.identifiers import siren_of
from portal.vendors.rules.naming import fold
from portal.vendors.rules.similar_names import Pair, similar_pairs
from portal.vendors.rules.union_find import UnionFind


@dataclass(frozen=True)
class CompanyIdentity:
    """What is known of a company when looking for its double; identifiers are normalised and sound."""

    line: int = 0
    """Line of the file, or 0 for a vendor of the register."""
    key: str = ""
    """Key in the register, or empty for a line of a file."""
    name: str = ""
    legal_name: str = ""
    country: str = ""
    siren: str = ""
    siret: str = ""
    vat: str = ""
    lei: str = ""


class Certainty(Labelled):
    """Whether a machine may decide (when told to) or a person must look."""

    CERTAIN = "certain", N_("Double certain")
    PROBABLE = "probable", N_("Double probable")


@dataclass(frozen=True)
class DuplicateGroup:
    """Parties that are, or may be, one company: those of the register first, then in the order of the file."""

    certainty: Certainty
    members: tuple[CompanyIdentity, ...]
    reasons: tuple[Sentence, ...]

    @property
    def key(self) -> str:
        """Names the group by its members, so that a decision never applies to lines it was not taken on.

        >>> seen = DuplicateGroup(Certainty.CERTAIN, (CompanyIdentity(line=2), CompanyIdentity(line=9)), ())
        >>> seen.key == DuplicateGroup(Certainty.CERTAIN, (CompanyIdentity(line=2), CompanyIdentity(line=8)), ()).key
        False
        """
        told = "\n".join([self.certainty, *(f"{party.line} {party.key} {party.name}" for party in self.members)])
        return blake2b(told.encode(), digest_size=6).hexdigest()

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of the file it holds."""
        return tuple(party.line for party in self.members if party.line)

    @property
    def known(self) -> tuple[str, ...]:
        """The keys of the register it holds."""
        return tuple(party.key for party in self.members if party.key)


def find_duplicates(
    rows: Sequence[CompanyIdentity], existing: Sequence[CompanyIdentity] = ()
) -> tuple[DuplicateGroup, ...]:
    """Every group of doubles that holds at least one row, certain ones first.

    Certain: an identifier in common, or the same name, or the same legal name, once legal forms are removed and unless
    SIREN or LEI contradict it. Probable: see `similar_names`. A party is in at most one certain and one probable group.

    >>> names = ("Stripe, Inc.", "STRIPE", "")
    >>> [group] = find_duplicates([CompanyIdentity(line=n, name=name) for n, name in enumerate(names, start=2)])
    >>> group.certainty.value, group.lines
    ('certain', (2, 3))
    >>> known = CompanyIdentity(key="linkmobility", name="LinkMobility")
    >>> [group] = find_duplicates([CompanyIdentity(line=2, name="Link Mobility")], [known])
    >>> group.certainty.value, group.known
    ('probable', ('linkmobility',))
    """
    parties = [*existing, *rows]
    companies = _Companies(parties)
    companies.join_by_identifier()
    doubts = [*companies.join_by_name(), *similar_pairs([p.name for p in parties], [p.legal_name for p in parties])]
    return (*_certain(parties, companies), *_probable(parties, companies, doubts))


class _Companies:
    """Which parties are one company, by position; SIREN and LEI forbid some unions."""

    def __init__(self, parties: Sequence[CompanyIdentity]) -> None:
        self._parties = parties
        self._together = UnionFind(range(len(parties)))
        sirens = [siren_of(party.siren, party.siret, party.vat) for party in parties]
        self._proof = [{"SIREN": siren, "LEI": party.lei} for siren, party in zip(sirens, parties, strict=True)]
        self.reasons: dict[int, list[Sentence]] = defaultdict(list)

    def root(self, party: int) -> int:
        return self._together.root(party)

    def sets(self) -> list[list[int]]:
        return self._together.sets()

    def _unite(self, one: int, other: int) -> None:
        proofs = [self._proof[self.root(one)], self._proof[self.root(other)]]
        if self._together.unite(one, other):
            self._proof[self.root(one)] = {kind: proofs[0][kind] or proofs[1][kind] for kind in proofs[0]}

    def _contradiction(self, one: int, other: int) -> str:
        mine, theirs = self._proof[self.root(one)], self._proof[self.root(other)]
        return next((kind for kind in mine if mine[kind] and theirs[kind] and mine[kind] != theirs[kind]), "")

    def join_by_identifier(self) -> None:
        """Join parties that share a number, whatever else they say."""
        for kind in ("SIREN", "LEI"):
            for first, number in self._join_same([proof[kind] for proof in self._proof]):
                self.reasons[first].append(say("Même %(kind)s : %(number)s.", kind=kind, number=number))
        for first, number in self._join_same([party.vat for party in self._parties]):
            self.reasons[first].append(say("Même numéro de TVA : %(number)s.", number=number))

    def _join_same(self, numbers: Iterable[str]) -> list[tuple[int, str]]:
        shared = list(_alike_values(numbers))
        for _, (first, *others) in shared:
            for other in others:
                self._unite(first, other)
        return [(positions[0], number) for number, positions in shared]

    def join_by_name(self) -> list[Pair]:
        """Join parties of the same name; those whose numbers forbid it are returned as doubts."""
        doubts = []
        for folded, (first, *others) in _alike_values(fold(party.name) for party in self._parties):
            same = say("Même nom une fois la forme juridique mise à part : « %(name)s ».", name=folded)
            doubts += self._join_or_doubt(first, others, same)
        for folded, (first, *others) in _alike_values(fold(party.legal_name) for party in self._parties):
            same = say("Même raison sociale une fois la forme juridique mise à part : « %(name)s ».", name=folded)
            doubts += self._join_or_doubt(first, others, same)
        return doubts

    def _join_or_doubt(self, first: int, others: Iterable[int], same: Sentence) -> list[Pair]:
        doubts = []
        for other in others:
            if kind := self._contradiction(first, other):
                name = self._parties[other].name
                why = say("« %(name)s » : même nom, mais deux %(kind)s différents.", name=name, kind=kind)
                doubts.append((first, other, why))
            else:
                self._unite(first, other)
        self.reasons[first].append(same)
        return doubts


def _alike_values(values: Iterable[str]) -> Iterator[tuple[str, list[int]]]:
    """Positions that hold the same value, where at least two do; an empty value is no value."""
    found: dict[str, list[int]] = defaultdict(list)
    for position, value in enumerate(values):
        if value:
            found[value].append(position)
    return ((value, positions) for value, positions in found.items() if len(positions) > 1)


def _certain(parties: Sequence[CompanyIdentity], companies: _Companies) -> Iterator[DuplicateGroup]:
    for members in companies.sets():
        held = tuple(parties[member] for member in members)
        if len(held) > 1 and held[-1].line:
            reasons = [reason for member in members for reason in companies.reasons.get(member, ())]
            countries = sorted({party.country for party in held if party.country})
            if len(countries) > 1:
                told = ", ".join(countries)
                reasons.append(
                    say("Pays déclarés : %(countries)s ; vérifiez qu'il s'agit d'une seule société.", countries=told)
                )
            yield DuplicateGroup(Certainty.CERTAIN, held, tuple(reasons))


def _probable(
    parties: Sequence[CompanyIdentity], companies: _Companies, doubts: Iterable[Pair]
) -> Iterator[DuplicateGroup]:
    """Gather doubts as stars around the shortest names: « Google » draws « Google Ads », not what looks like that one.

    Chains would put half a list into one group. Two vendors of the register are not this review's business.
    """
    members = {held[0]: held for held in companies.sets()}
    near: dict[int, dict[int, Sentence]] = defaultdict(dict)
    for one, other, reason in doubts:
        first, second = companies.root(one), companies.root(other)
        if first != second and (parties[members[first][-1]].line or parties[members[second][-1]].line):
            near[first].setdefault(second, reason)
            near[second].setdefault(first, reason)
    taken: set[int] = set()
    for hub in sorted(near, key=lambda root: (len(fold(parties[root].name).split()), root)):
        spokes = [] if hub in taken else sorted(spoke for spoke in near[hub] if spoke not in taken)
        if spokes:
            taken.update((hub, *spokes))
            held = sorted(member for root in (hub, *spokes) for member in members[root])
            reasons = tuple(near[hub][spoke] for spoke in spokes)
            yield DuplicateGroup(Certainty.PROBABLE, tuple(parties[member] for member in held), reasons)
