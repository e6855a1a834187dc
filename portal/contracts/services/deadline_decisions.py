"""What is decided of a contract whose period ends: left to run, renewed in writing, renegotiated, ended by notice.

A decision stops the reminders of its period. Its words, its proof and who took it stay on the contract (decision 42).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract
from portal.contracts.rules.contract_terms import deadlines_of, terms_of
from portal.contracts.rules.deadline_choices import DeadlineChoice, choices_for, last_day_after
from portal.contracts.rules.deadlines import LONGEST
from portal.contracts.rules.life import ContractOrigin, ContractState
from portal.contracts.services.amending import amend_contract
from portal.contracts.services.dates import ContractDates, keep_awaited, keep_expiry
from portal.contracts.services.life import keep_standing_of
from portal.contracts.services.registering import register_signed
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.landing import Landing
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.core.stored import StoredFile
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff, tell_otherwise
from portal.vendors.models import Vendor
from portal.vendors.services import SignedCopy, record_signed_contract

LONGEST_MOTIVE = 2_000
"""Characters of why it was decided."""
FEWEST_LETTERS = 10
"""Of the words that give the reason of a decision: they are read again a year later."""


@dataclass(frozen=True)
class NoticeGiven:
    """The letter that ends a contract, and the proof that it was sent."""

    letter_on: date
    proof: StoredFile
    last_day: date | None = None
    """Where the contract counts otherwise than the portal does."""


@dataclass(frozen=True)
class RenewalSigned:
    """The paper by which both sides renewed, and for how long after the end of the period under way."""

    title: str
    signed_on: date
    file: StoredFile
    months: int


class DecidedFirst(Refused):
    """Somebody else decided of the contract since the page was shown."""

    def __init__(self) -> None:
        super().__init__(N_("Quelqu'un vient d'en décider : lisez sa décision, puis changez-la s'il le faut."))


def check_newest(ctx: Context, contract: Contract, seen: str) -> None:
    """Keep a contract to this transaction; raises DecidedFirst unless `seen` is the number of its newest decision."""
    hold_row(ctx.session, contract)
    newest = ctx.session.scalar(
        select(func.max(DeadlineDecision.id)).where(DeadlineDecision.contract_id == contract.id)
    )
    if seen != str(newest or ""):
        raise DecidedFirst


def decide_to_let_run(ctx: Context, contract: Contract, motive: str) -> DeadlineDecision:
    """Let the tacit renewal run, by somebody's decision. Raises Refused on a contract that is not renewed."""
    found = _begin(ctx, contract, DeadlineChoice.LET_RUN, motive)
    return _keep(ctx, found, applied=True)


def decide_to_renegotiate(ctx: Context, contract: Contract, motive: str) -> DeadlineDecision:
    """Say that the contract is to be renegotiated; the draft is opened by whoever may draft (`open_amendment`)."""
    found = _begin(ctx, contract, DeadlineChoice.RENEGOTIATE, motive)
    return _keep(ctx, found, applied=True)


def decide_to_renew(ctx: Context, contract: Contract, motive: str, renewal: RenewalSigned) -> DeadlineDecision:
    """Record a renewal that both sides signed, as an amendment of the register.

    The end is put off once its copy was read, like any signed copy: until then reminders go on. Raises Refused on a
    day that cannot be, or on months that are none.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    found = _begin(ctx, contract, DeadlineChoice.RENEW, motive)
    if not 1 <= renewal.months <= LONGEST:
        raise Refused(say("Le renouvellement doit durer de 1 à %(most)s mois (99 ans).", most=LONGEST))
    found.months = renewal.months
    vendor = ctx.session.get_one(Vendor, contract.vendor_id)
    record = record_signed_contract(ctx, vendor, renewal.title, SignedCopy(renewal.signed_on, renewal.file))
    amendment = register_signed(
        ctx, vendor, renewal.title, ContractOrigin.ELSEWHERE, record, ContractDates(), parent=contract
    )
    found.amendment_id = amendment.id
    return _keep(ctx, found, applied=False)


def decide_end(ctx: Context, contract: Contract, motive: str, notice: NoticeGiven | None = None) -> DeadlineDecision:
    """End a contract: by the notice given, or by letting one that is not renewed come to its term.

    The contract stays in force until its last day; the calendar then ends it. Raises Refused without proof of notice
    where a tacit renewal would run, or on days that cannot be.
    """
    found = _begin(ctx, contract, DeadlineChoice.END, motive)
    if notice is None:
        if contract.expires_on is None:
            raise Refused(N_("Ce contrat ne finit pas de lui-même : donnez la date de la lettre et sa preuve d'envoi."))
        found.last_day = contract.expires_on
    else:
        _check_notice(ctx, contract, notice)
        found.letter_on, found.stored_file_id = notice.letter_on, notice.proof.id
        found.last_day = notice.last_day or _computed(contract, notice.letter_on)
    if contract.expires_on is not None and found.last_day > contract.expires_on:
        raise Refused(say("Ce contrat finit de lui-même le %(day)s, avant le dernier jour donné.",
                          day=contract.expires_on))  # fmt: skip
    contract.terminates_on = contract.expires_on = found.last_day
    contract.end_reason = motive.strip()[:LONGEST_MOTIVE]
    return _keep(ctx, found, applied=True)


def open_amendment(ctx: Context, contract: Contract, decision: DeadlineDecision, template_key: str = "") -> Contract:
    """Open the draft that a decision to renegotiate asks for; the one it has already otherwise. Raises Refused."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    ctx.session.refresh(decision, ["amendment_id"])
    if decision.amendment_id is not None:
        return ctx.session.get_one(Contract, decision.amendment_id)
    draft = amend_contract(ctx, contract, template_key)
    decision.amendment_id = draft.id
    ctx.session.flush()
    return draft


def _begin(ctx: Context, contract: Contract, choice: DeadlineChoice, motive: str) -> DeadlineDecision:
    """The decision, not yet kept; the contract kept to this transaction. Raises Refused where it cannot be taken."""
    authorize(ctx, Permission.CONTRACT_DECIDE, contract)
    hold_row(ctx.session, contract)
    if contract.parent_id is not None:
        raise Refused(N_("Un avenant suit son contrat : décidez du contrat qu'il modifie."))
    if contract.state not in (ContractState.SIGNED, ContractState.IN_FORCE):
        raise Refused(
            say("Ce contrat est « %(state)s » : il n'y a rien à en décider.", state=say(contract.state.label))
        )
    if choice not in choices_for(terms_of(contract)):
        if choice is DeadlineChoice.LET_RUN:
            raise Refused(N_("Ce contrat ne se reconduit pas : il prend fin de lui-même à son terme."))
        raise Refused(N_("Donnez d'abord les dates de ce contrat : sans elles, il n'y a pas de terme à reporter."))
    if sum(letter.isalpha() for letter in motive) < FEWEST_LETTERS:
        raise Refused(N_("Dites en quelques mots pourquoi : c'est ce que l'on relira l'an prochain."))
    if contract.terminates_on is not None:
        _take_back_notice(contract)
    dates = deadlines_of(contract, ctx.today)
    return DeadlineDecision(
        contract_id=contract.id, contract=contract, vendor_id=contract.vendor_id, choice=choice,
        period_end=dates.ends_on if dates else None, motive=motive.strip()[:LONGEST_MOTIVE], decided_at=ctx.now,
        decided_by_id=ctx.actor.id,
    )  # fmt: skip


def _take_back_notice(contract: Contract) -> None:
    """A later decision takes the place of a notice given: the contract has again the end that its own dates say."""
    contract.terminates_on, contract.end_reason = None, ""
    keep_expiry(contract)


def _check_notice(ctx: Context, contract: Contract, notice: NoticeGiven) -> None:
    if notice.letter_on > ctx.today:
        raise Refused(N_("La date de la lettre est à venir : la dénonciation s'enregistre une fois envoyée."))
    if contract.signature is not None and notice.letter_on < contract.signature.signed_on:
        raise Refused(say("Ce contrat a été signé le %(day)s : il n'a pas pu être dénoncé avant.",
                          day=contract.signature.signed_on))  # fmt: skip
    if not notice.proof.size:
        raise Refused(N_("Ce fichier est vide : il ne prouve pas que la lettre est partie."))
    if notice.last_day is not None and notice.last_day < max(notice.letter_on, ctx.today):
        raise Refused(N_("Le dernier jour est passé ou précède la lettre : s'il est fini, notez sa résiliation."))


def _computed(contract: Contract, letter_on: date) -> date:
    terms = terms_of(contract)
    if terms is None:
        raise Refused(N_("Les dates de ce contrat ne sont pas connues : donnez son dernier jour, d'après ses termes."))
    day = last_day_after(terms, letter_on)
    if day is None:
        raise Refused(N_("Le dernier jour tombe après 2200 : vérifiez les dates du contrat."))
    return day


def _keep(ctx: Context, decision: DeadlineDecision, *, applied: bool) -> DeadlineDecision:
    """Keep a decision: journal, reminders of its period dropped, calendar, whoever drafts told."""
    contract = decision.contract
    ctx.session.add(decision)
    if applied:
        decision.applied_at = ctx.now
        if decision.period_end is not None:
            contract.decided_until = decision.period_end
        tell_otherwise(ctx, [deadline_topic(contract)])
    keep_awaited(contract, ctx.today)
    ctx.session.flush()
    after = {
        "deadline_choice": decision.choice, "why": decision.motive, "period_end": decision.period_end,
        "letter_on": decision.letter_on, "expires_on": decision.last_day, "months": decision.months,
    }  # fmt: skip
    told = {name: value for name, value in after.items() if value is not None}
    journal.record(ctx, "contract.deadline_decided", contract, after=told, vendor_id=contract.vendor_id)
    _tell(ctx, decision)
    keep_standing_of(ctx, contract.vendor_id)
    return decision


def deadline_topic(contract: Contract) -> str:
    """What the reminders of a contract's deadline are about."""
    return f"contract:{contract.id}:deadline"


def _tell(ctx: Context, decision: DeadlineDecision) -> None:
    contract = decision.contract
    vendor = ctx.session.get_one(Vendor, contract.vendor_id)
    news = News(
        template="contracts/emails/notice_decided",
        key=f"contract:{contract.id}:decided:{decision.id}",
        about=f"contract:{contract.id}:decided",
        values={
            "title": contract.title, "vendor": vendor.name, "choice": decision.choice.value, "by": ctx.actor.name,
            "last_day": decision.last_day.isoformat() if decision.last_day else "",
        },
        expects_action=decision.choice is DeadlineChoice.RENEGOTIATE,
        landing=Landing("contracts.deadline", contract_id=contract.id),
    )  # fmt: skip
    note_for_staff(ctx, vendor.id, news, (one for one in _concerned(ctx, contract, vendor) if one.id != ctx.actor.id))


def _concerned(ctx: Context, contract: Contract, vendor: Vendor) -> Iterable[User]:
    people = {user.id: user for user in holders_of(ctx, Permission.CONTRACT_DRAFT, vendor)}
    owner_id = contract.owner_id or vendor.owner_id
    owner = ctx.session.scalar(select(User).where(User.id == owner_id, User.disabled_at.is_(None)))
    return ({owner.id: owner} | people if owner is not None else people).values()
