"""The plan as its vendor reads it: what it must do first, what we are reading, what is over; nothing of ours."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.findings.plan_document import PlanOnPaper, PlanRow
from portal.findings.rules import FindingState
from portal.vendor_space import queries
from portal.vendor_space.queries import VendorFinding


class OwnGroup(StrEnum):
    """Where a finding stands for its vendor, the most pressing first."""

    LATE = N_("En retard")
    TO_DO = N_("À faire")
    READING = N_("Répondu, en cours de lecture")
    NOTHING_FOR_NOW = N_("Rien n'est attendu pour l'instant")
    CLOSED = N_("Clos")


def group_of(found: VendorFinding, today: date) -> OwnGroup:
    """Where a finding stands: a proposed date moves nothing until it is accepted."""
    match found.state:
        case FindingState.OPEN:
            return OwnGroup.LATE if found.due_on < today else OwnGroup.TO_DO
        case FindingState.ANSWERED:
            return OwnGroup.READING
        case FindingState.WAIVED:
            return OwnGroup.NOTHING_FOR_NOW
        case FindingState.CLOSED:
            return OwnGroup.CLOSED


@dataclass(frozen=True)
class OwnPlan:
    """The plan of the vendor that is answered for."""

    groups: Sequence[tuple[OwnGroup, Sequence[VendorFinding]]]
    """Those that hold something, in order."""

    def count(self, group: OwnGroup) -> int:
        """How many stand in a group."""
        return next((len(lines) for one, lines in self.groups if one is group), 0)

    @property
    def verdict(self) -> Sentence:
        """What is said of the whole: never that all is well while something is late, or nothing was ever asked."""
        if late := self.count(OwnGroup.LATE):
            return say("Corrections en retard : %(n)s.", n=late)
        if waiting := self.count(OwnGroup.TO_DO):
            return say("Corrections attendues : %(n)s, aucune en retard.", n=waiting)
        return say("Rien n'est attendu de vous pour l'instant.")


def own_plan(ctx: Context) -> OwnPlan:
    """The plan of the vendor, in one statement."""
    found = [(group_of(one, ctx.today), one) for one in queries.vendor_findings(ctx)]
    grouped = [(group, [one for of, one in found if of is group]) for group in OwnGroup]
    return OwnPlan([(group, lines) for group, lines in grouped if lines])


def own_plan_on_paper(ctx: Context, vendor: str) -> PlanOnPaper:
    """What the vendor takes away: its own lines, without how grave they are nor why they ended."""
    plan = own_plan(ctx)
    rows = [_row(group, one) for group, lines in plan.groups for one in lines]
    return PlanOnPaper(vendor, plan.verdict, rows, is_ours=False, at=ctx.now, today=ctx.today)


def _row(group: OwnGroup, one: VendorFinding) -> PlanRow:
    return PlanRow(
        group=group.value, title=one.title, action=one.action, due_on=one.due_on, first_due_on=one.first_due_on,
        postponements=one.postponements, proposed_due_on=one.proposed_due_on, in_charge=one.responsible,
        proof_expected=one.proof_expected, proofs=one.proofs,
    )  # fmt: skip
