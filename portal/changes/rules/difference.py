"""What an announced change does to the chain of its vendor: what is new, what goes, what changes country; pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.chain.rules.transfer_tools import TransferGround, TransferStanding, TransferTool, standing_of
from portal.changes.rules.life import MoveKind
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.countries import Atlas
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import fold


@dataclass(frozen=True)
class HeldCompany:
    """A company that the vendor engages today, under all the names that are judged its own."""

    knot: int
    names: tuple[str, ...]
    countries: tuple[str, ...]
    """Where it works for the vendor, as far as anybody said."""
    grounds: tuple[TransferGround, ...] = ()


@dataclass(frozen=True)
class AnnouncedMove:
    """One line of an announcement."""

    kind: MoveKind
    name: str
    replaces: str = ""
    """The company that goes, of a replacement."""
    country: str = ""
    """ISO 3166; empty while nobody said."""
    tool: TransferTool = TransferTool.UNKNOWN
    starts_on: date | None = None


class MoveOutcome(Labelled):
    """What a company becomes in the chain."""

    NEW = "nouvelle", N_("Nouvelle dans la chaîne")
    KNOWN = "connue", N_("Déjà dans la chaîne")
    MOVED = "pays", N_("Change de pays")
    GOES = "sort", N_("Sort de la chaîne")
    NOT_THERE = "absente", N_("N'est pas dans la chaîne connue")


@dataclass(frozen=True)
class MoveEffect:
    """What becomes of one company."""

    name: str
    outcome: MoveOutcome
    country: str = ""
    before: tuple[str, ...] = ()
    """Where it worked until now."""
    standing: TransferStanding | None = None
    """What its transfers would come to; none for one that goes, or while its country is unknown."""

    @property
    def is_red(self) -> bool:
        """Whether data would leave the EEA without a tool."""
        return self.standing is TransferStanding.BARE

    @property
    def lacks_country(self) -> bool:
        """Whether nobody said where it would work: nothing is known of its transfers."""
        comes = self.outcome in (MoveOutcome.NEW, MoveOutcome.KNOWN, MoveOutcome.MOVED)
        return comes and not self.country and not self.before


def effects_of(moves: Iterable[AnnouncedMove], held: Sequence[HeldCompany], atlas: Atlas, on: date) -> list[MoveEffect]:
    """What each line does, in order; a replacement gives two: the one that comes, then the one that goes."""
    found: list[MoveEffect] = []
    for move in moves:
        if move.kind is not MoveKind.REMOVE:
            found.append(_comes(move, held, atlas, on))
        gone = move.name if move.kind is MoveKind.REMOVE else move.replaces
        if gone:
            there = find_company(gone, held)
            found.append(MoveEffect(gone, MoveOutcome.GOES if there else MoveOutcome.NOT_THERE,
                                    before=there.countries if there else ()))  # fmt: skip
    return found


def _comes(move: AnnouncedMove, held: Sequence[HeldCompany], atlas: Atlas, on: date) -> MoveEffect:
    there = find_company(move.name, held)
    before = there.countries if there else ()
    country = move.country or (before[0] if len(before) == 1 else "")
    ground = TransferGround(country, move.tool)
    if move.tool is TransferTool.UNKNOWN and there is not None:
        ground = next((one for one in there.grounds if one.country == country), ground)
    standing = standing_of(country, ground, atlas, on) if country else None
    if there is None:
        return MoveEffect(move.name, MoveOutcome.NEW, country, (), standing)
    moved = bool(move.country and before and move.country not in before)
    outcome = MoveOutcome.MOVED if moved else MoveOutcome.KNOWN
    return MoveEffect(move.name, outcome, country, before, standing)


def find_company(name: str, held: Sequence[HeldCompany]) -> HeldCompany | None:
    """The company of this name: letter for letter, else the only one of this name legal forms aside.

    >>> held = [HeldCompany(1, ("Acme Cloud Ltd",), ("IE",)), HeldCompany(2, ("Beta", "Beta Mail"), ())]
    >>> find_company("ACME Cloud", held).knot, find_company("Beta Mail", held).knot, find_company("Gamma", held)
    (1, 2, None)
    """
    exact = [one for one in held if name in one.names]
    if exact:
        return exact[0]
    folded = fold(name)
    near = [one for one in held if folded and any(fold(other) == folded for other in one.names)]
    return near[0] if len(near) == 1 else None
