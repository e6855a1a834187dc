"""Asking for the portfolio on paper; deciding of a vendor."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import freeze
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.dashboard import queries
from portal.dashboard.models import PortfolioReport, VendorDecision
from portal.dashboard.portfolio_report import SHOWN_VENDORS, document
from portal.dashboard.rules import DecisionChoice, Urgency
from portal.identity.models import User
from portal.jobs.ledger import enqueue
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff
from portal.vendors.models import Vendor

LONGEST_DECISION = timedelta(days=366)
"""How long a decision stands at most: what is decided of a vendor at risk is looked at again every year."""
FEWEST_LETTERS = 10
"""Of the words that give the reason of a decision."""


def ask_report(ctx: Context, language: Language) -> PortfolioReport:
    """Freeze the portfolio as it stands and promise its page."""
    authorize(ctx, Permission.PORTFOLIO_VIEW)
    found = queries.portfolio(ctx)
    worst = queries.risk_rows(ctx, found.heat, size=SHOWN_VENDORS).rows
    page = document(ctx, found, worst, language, process.settings().organisation)
    report = PortfolioReport(asked_at=ctx.now, asked_by_id=ctx.actor.id, language=language, tree=freeze(page))
    ctx.session.add(report)
    ctx.session.flush()
    journal.record(ctx, "portfolio.report_asked", report)
    enqueue(ctx, "dashboard.print", {"report_id": report.id}, dedup=f"portfolio-report:{report.id}")
    return report


@dataclass(frozen=True)
class Decided:
    """What is decided, why, who sees to it, and the last day on which it stands."""

    choice: DecisionChoice
    motive: str
    owner: User
    due_on: date


class DecidedMeanwhile(Refused):
    """Somebody else decided of the vendor since the page was shown."""

    SENTENCE = N_("Une décision vient d'être prise : lisez-la plus bas, puis enregistrez la vôtre s'il le faut.")

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)


def decide(
    ctx: Context, vendor: Vendor, decided: Decided, reasons: Iterable[Urgency], *, seen: str = ""
) -> VendorDecision:
    """Record what management decides of a vendor that waits for a decision, and tell whoever sees to it.

    The figures of the portfolio do not move: a decision is no contract and no audit. `seen` is the number of the newest
    decision that was read, if there was one. Raises DecidedMeanwhile when another followed; Refused when nothing waits,
    without words, for a day that is past or more than a year away, or for somebody who may not see to it.
    """
    authorize(ctx, Permission.PORTFOLIO_DECIDE, vendor)
    ctx.session.execute(select(Vendor.id).where(Vendor.id == vendor.id).with_for_update())
    newest = ctx.session.scalar(select(func.max(VendorDecision.id)).where(VendorDecision.vendor_id == vendor.id))
    if seen != str(newest or ""):
        raise DecidedMeanwhile
    waiting = sorted(reason.name.lower() for reason in reasons)
    if not waiting:
        raise Refused(N_("Rien n'attend de décision pour ce sous-traitant."))
    if sum(letter.isalpha() for letter in decided.motive) < FEWEST_LETTERS:
        raise Refused(N_("Dites en quelques mots pourquoi : c'est ce que l'on relira dans un an."))
    if not ctx.today < decided.due_on <= ctx.today + LONGEST_DECISION:
        raise Refused(N_("Une décision vaut jusqu'à un jour à venir, dans un an au plus tard."))
    if decided.owner not in queries.deciders_and_owners(ctx):
        raise Refused(N_("Ce compte ne peut pas être chargé d'une décision."))
    row = VendorDecision(
        vendor=vendor, vendor_id=vendor.id, choice=decided.choice, reasons=waiting, motive=decided.motive,
        owner=decided.owner, due_on=decided.due_on, decided_at=ctx.now, decided_by_id=ctx.actor.id,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    after = {
        "choice": row.choice.value, "motive": row.motive, "in_charge": row.owner.name, "due_on": row.due_on,
        "reasons": waiting,
    }  # fmt: skip
    journal.record(ctx, "decision.taken", row, after=after)
    if row.owner_id != ctx.actor.id:
        values = {"vendor": vendor.name, "choice": row.choice.value, "motive": row.motive, "by": ctx.actor.name}
        news = News("dashboard/emails/decided", f"decision:{row.id}", f"decision:{row.id}", values, due_on=row.due_on)
        note_for_staff(ctx, vendor.id, news, [row.owner])
    return row
