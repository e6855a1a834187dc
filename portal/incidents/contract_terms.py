"""What the contracts in force with a vendor say of its delay to tell us of a breach, as each text says it.

A contract drafted here holds it among the figures of its positions; one received, among the terms that were read in
it. A contract whose text nobody has read says nothing: the delay is then unknown, never assumed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.consolidation import ChainedDocument, Weight, in_order
from portal.contracts.rules.life import ContractState
from portal.contracts.rules.model import FigureUnit
from portal.contracts.rules.position_figures import quantities_in
from portal.core.language import Language
from portal.paper.models import PaperReview, ReviewState
from portal.vendors.models import Vendor

BREACH_CLAUSE, BREACH_TERM = "CL18", "breach_notice"
MOST = 40
_IN_HOURS = frozenset({FigureUnit.HOURS, FigureUnit.DAYS})
"""Working days are left out: how many hours they are depends on when they start."""


@dataclass(frozen=True)
class BreachTerm:
    """The delay that one contract gives the vendor."""

    contract_id: int
    title: str
    hours: int
    quote: str
    """As its text says it."""

    def plain(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def breach_terms(ctx: Context, vendor: Vendor, services: Iterable[int] = ()) -> list[BreachTerm]:
    """The delays of the contracts in force, the shortest first; of those of some services, and of the general ones.

    An amendment in force that says another delay says it for its contract.
    """
    wanted = set(services)
    rows = ctx.session.scalars(
        select(Contract)
        .where(Contract.vendor_id == vendor.id, Contract.state == ContractState.IN_FORCE)
        .order_by(Contract.id)
        .limit(MOST)
    ).all()
    concerned = [row for row in rows if not wanted or row.service_id is None or row.service_id in wanted]
    said = {**_received(ctx, concerned), **_drafted(ctx, concerned)}
    by_contract: dict[int, BreachTerm] = {}
    titles = {row.id: row.title for row in concerned}
    parents = {row.id: row.parent_id or row.id for row in concerned}
    for one in in_order(
        ChainedDocument(row.id, row.parent_id is not None, row.state, row.copy_reading, row.effective_on)
        for row in concerned
    ):
        if one.weight is Weight.HOLDS and one.id in said:
            hours, quote = said[one.id]
            by_contract[parents[one.id]] = BreachTerm(one.id, titles[one.id], hours, quote)
    return sorted(by_contract.values(), key=lambda term: (term.hours, term.contract_id))


def _drafted(ctx: Context, rows: Sequence[Contract]) -> Mapping[int, tuple[int, str]]:
    wanted = [row.id for row in rows if row.counting_number is not None]
    if not wanted:
        return {}
    found = ctx.session.execute(
        select(ContractVersion.contract_id, ContractVersion.language, ContractVersion.positions)
        .join(Contract, Contract.id == ContractVersion.contract_id)
        .where(ContractVersion.contract_id.in_(wanted), ContractVersion.number == Contract.counting_number)
    )
    return {row.contract_id: delay for row in found if (delay := held_delay(row.positions, row.language)) is not None}


def held_delay(positions: Iterable[Mapping[str, Any]], language: Language) -> tuple[int, str] | None:
    """The delay that the positions of a version hold, in hours, with its words; none when the text cannot be told.

    >>> held_delay([{"clause": "CL18", "figures": [{"held": ["24 heures"]}]}], Language.FR)
    (24, '24 heures')
    >>> held_delay([{"clause": "CL18", "figures": [{"held": ["2 jours ouvrés"]}]}], Language.FR) is None
    True
    """
    figures = [one["figures"] for one in positions if one["clause"] == BREACH_CLAUSE and one["figures"]]
    held = figures[0][0]["held"] if figures else []
    if len(held) != 1:
        return None
    found = [one for one in quantities_in(held[0], language) if one.unit in _IN_HOURS]
    return (found[0].hours, held[0]) if len(found) == 1 else None


def _received(ctx: Context, rows: Sequence[Contract]) -> Mapping[int, tuple[int, str]]:
    wanted = [row.id for row in rows]
    if not wanted:
        return {}
    found = ctx.session.execute(
        select(PaperReview.contract_id, PaperReview.findings)
        .where(PaperReview.contract_id.in_(wanted), PaperReview.state == ReviewState.CHECKED)
        .order_by(PaperReview.id)
    )
    return {row.contract_id: term for row in found if (term := read_term(row.findings)) is not None}


def read_term(findings: Mapping[str, Any]) -> tuple[int, str] | None:
    """The delay that was read in a contract received, in whole hours, with the words read; none without one."""
    for term in findings.get("terms", ()):
        if term["id"] == BREACH_TERM and term["unit"] == "hours" and term["value"]:
            return max(1, int(term["value"])), str(term["span"][0])
    return None
