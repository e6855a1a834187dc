"""Where clauses serve: the contracts within reach whose counting version holds them, by edition, in few statements."""

from collections.abc import Mapping, Sequence
from dataclasses import field

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, load_only

from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.models import ClauseSet, Contract
from portal.contracts.rules.clause_editions import HeldClause, held_clauses
from portal.contracts.rules.life import LISTED, UNSIGNED, ContractState, CopyReading
from portal.core.dataclass import dataclass
from portal.core.pages import Page, page_of
from portal.vendors.models import Vendor

KNOWN = tuple(reading for reading in CopyReading if reading.is_known)


@dataclass
class EditionUse:
    """How many contracts hold one edition of a clause."""

    version: str
    sha256: str
    in_force: int = 0
    """In force, with a copy that was read; amendments included."""
    drafts: int = 0
    """Not signed yet."""
    others: int = 0
    """Signed and not in force yet, in force without a copy that was read, or over."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.in_force + self.drafts + self.others


@dataclass
class ClauseUse:
    """How many contracts hold a clause, edition by edition."""

    current: str
    """Digest of the clause as it is written today."""
    editions: dict[tuple[str, str], EditionUse] = field(default_factory=dict)

    @property
    def in_force(self) -> int:
        """Contracts in force that hold it, in any edition."""
        return sum(one.in_force for one in self.editions.values())

    @property
    def drafts(self) -> int:
        """Drafts that hold it, in any edition."""
        return sum(one.drafts for one in self.editions.values())

    @property
    def older(self) -> int:
        """Contracts in force or being drafted that hold another text of it than today's."""
        return sum(one.in_force + one.drafts for one in self.editions.values() if one.sha256 != self.current)

    @property
    def listed(self) -> Sequence[EditionUse]:
        """Editions that some contract holds, today's first, then by version, the latest first."""
        rows = sorted(self.editions.values(), key=lambda one: one.version, reverse=True)
        return sorted(rows, key=lambda one: one.sha256 != self.current)


@dataclass(frozen=True)
class HoldingContract:
    """A contract that holds a clause, and in which edition."""

    contract: Contract
    held: HeldClause


def clause_uses(ctx: Context, current: Mapping[str, str]) -> Mapping[str, ClauseUse]:
    """By clause, how many contracts within reach hold it; `current`: the digest of each clause of today.

    Two statements, however many contracts there are: they are counted by set of clauses, and there are few sets.
    What is grouped by is an index, as it stands; which states are listed is then asked of the groups.
    """
    by = Contract.clause_set_id, Contract.state, Contract.copy_reading
    wanted = Contract.clause_set_id.is_not(None), visible(ctx, Permission.CONTRACT_VIEW, Contract)
    found = ctx.session.execute(select(*by, func.count()).where(*wanted).group_by(*by))
    counted = [(set_id, state, reading in KNOWN, number) for set_id, state, reading, number in found if state in LISTED]
    sets = _sets(ctx, {set_id for set_id, *_rest in counted if set_id is not None})
    uses = {key: ClauseUse(sha256) for key, sha256 in current.items()}
    for set_id, state, is_known, number in counted:
        for held in sets.get(set_id or 0, ()):
            use = uses.setdefault(held.key, ClauseUse(""))
            edition = use.editions.setdefault((held.version, held.sha256), EditionUse(held.version, held.sha256))
            if state is ContractState.IN_FORCE and is_known:
                edition.in_force += number
            elif state in UNSIGNED:
                edition.drafts += number
            else:
                edition.others += number
    return uses


def _sets(ctx: Context, ids: set[int]) -> Mapping[int, Sequence[HeldClause]]:
    rows = ctx.session.execute(select(ClauseSet.id, ClauseSet.clauses).where(ClauseSet.id.in_(ids)))
    return {row.id: held_clauses(row.clauses) for row in rows}


def contracts_holding(ctx: Context, key: str, *, page: int = 1) -> Page[HoldingContract]:
    """A page of the contracts within reach whose counting version holds a clause, newest first."""
    in_reach = (Contract.state.in_(LISTED), visible(ctx, Permission.CONTRACT_VIEW, Contract))
    used = select(Contract.clause_set_id).where(Contract.clause_set_id.is_not(None), *in_reach).distinct()
    held = {
        set_id: clause
        for set_id, clauses in _sets(ctx, {one for one in ctx.session.scalars(used) if one is not None}).items()
        for clause in clauses
        if clause.key == key
    }
    ids = select(Contract.id).where(Contract.clause_set_id.in_(held), *in_reach).order_by(Contract.id.desc())
    found = page_of(ctx.session, ids, page)
    rows = ctx.session.scalars(
        select(Contract)
        .options(
            joinedload(Contract.vendor).load_only(Vendor.name),
            load_only(Contract.title, Contract.state, Contract.copy_reading, Contract.clause_set_id),
        )
        .where(Contract.id.in_(found.rows))
        .order_by(Contract.id.desc())
    )
    return found.showing([HoldingContract(row, held[row.clause_set_id or 0]) for row in rows])
