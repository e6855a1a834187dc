"""The acts of a contract's life: each checked against the table of `rules.life`, noted in the journal, told."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import signing_queries
from portal.contracts.events import SignedCopyReceived
from portal.contracts.life_models import DeadlineDecision
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.contract_terms import terms_of
from portal.contracts.rules.deadline_choices import DeadlineChoice
from portal.contracts.rules.deadlines import ContractDeadlines, deadlines
from portal.contracts.rules.life import (
    ACTS,
    SHORTEST_STATEMENT,
    ArticleCoverage,
    ContractAct,
    ContractOrigin,
    ContractPosition,
    ContractState,
    CopyReading,
    DoneBy,
    HeldService,
    Told,
    act_of_the_day,
    leads_to,
    refusal_of,
    standing_of,
)
from portal.contracts.rules.roles import JOINT_TEMPLATE
from portal.contracts.services.dates import ContractDates, keep_awaited, set_dates
from portal.contracts.services.exit_opening import ENDED, follow_end
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.row_lock import hold_row
from portal.identity.models import User
from portal.identity.queries import holders_of
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.notices.services import News, note_for_staff
from portal.vendors.models import Service, Vendor
from portal.vendors.services import end_signed_contract, keep_standing

LONGEST_WHY = 2_000
"""Characters of why an act was done."""
DONE_APART = frozenset(
    {ContractAct.SIGN, ContractAct.UNSIGN, ContractAct.WITHDRAW, ContractAct.DATE, ContractAct.REMOVE}
)
"""Acts of a person that hold more than a change of state: `signature`, `registering`, `change_dates`, `retention`."""


def do_act(ctx: Context, contract: Contract, act: ContractAct, *, why: str = "", day: date | None = None) -> None:
    """Do what a person may do with a contract; raises Refused when the table has no such act there, or without a why.

    Those of `DONE_APART`, of the calendar and of signatories are refused here: a contract would be « signed » without a
    copy, or a draft that still rests on one.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    rule = ACTS[act]
    check_act(contract, act)
    if rule.by is not DoneBy.DRAFTER or act in DONE_APART:
        raise Refused(refusal_of(act, contract.state))
    if rule.asks_reason and not why.strip():
        raise Refused(N_("Dites pourquoi : la raison reste au journal."))
    if act is ContractAct.VOUCH:
        _vouch(ctx, contract, why)
    if act is ContractAct.REPLACE and not _is_replaced(ctx, contract):
        raise Refused(
            N_("Aucun autre contrat n'est signé et lu avec ce sous-traitant : s'il est fini, notez sa résiliation.")
        )
    if act in (ContractAct.TERMINATE, ContractAct.REPLACE):
        _end(ctx, contract, day or ctx.today, why)
    move(ctx, contract, act, after=_said(why, day if rule.asks_day else None))
    if act in (ContractAct.SEND, ContractAct.AGREE):
        contract.sent_number = _newest_number(ctx, contract)
    if act is ContractAct.VOUCH:
        apply_renewal(ctx, contract)


def _newest_number(ctx: Context, contract: Contract) -> int | None:
    """The version that the vendor has before its eyes from now on; none when nothing is drafted yet."""
    return ctx.session.scalar(
        select(func.max(ContractVersion.number)).where(ContractVersion.contract_id == contract.id)
    )  # fmt: skip


def _is_replaced(ctx: Context, contract: Contract) -> bool:
    """Whether another contract with the vendor is signed, and its copy read; an amendment follows its contract."""
    others = ctx.session.scalar(
        select(Contract.id)
        .where(
            Contract.vendor_id == contract.vendor_id, Contract.id != contract.id, Contract.parent_id.is_(None),
            Contract.state.in_([ContractState.SIGNED, ContractState.IN_FORCE]),
            Contract.copy_reading.in_([reading for reading in CopyReading if reading.is_known]),
        )
        .limit(1)
    )  # fmt: skip
    return others is not None or contract.parent_id is not None


def apply_renewal(ctx: Context, amendment: Contract) -> None:
    """Put off the end of a contract by the written renewal that this amendment is, once its signed copy was read.

    A blank page renews nothing; neither does a renewal of a contract that ended otherwise.
    """
    reading, held = amendment.copy_reading, (ContractState.SIGNED, ContractState.IN_FORCE)
    if amendment.parent_id is None or reading is None or not reading.is_known or amendment.state not in held:
        return
    decision = _renewal_by(ctx, amendment)
    if decision is None or decision.applied_at is not None:
        return
    contract = decision.contract
    hold_row(ctx.session, contract)
    months = _months_until(contract, decision.period_end)
    if months is None or leads_to(ContractAct.DATE, contract.state, contract.origin) is None:
        return
    decision.applied_at, contract.decided_until = ctx.now, decision.period_end
    _put_off(ctx, contract, months + (decision.months or 0))


def take_back_renewal(ctx: Context, amendment: Contract) -> None:
    """Give a contract back the end it had before a written renewal that is withdrawn from the register."""
    decision = _renewal_by(ctx, amendment)
    if decision is None or decision.applied_at is None or decision.months is None:
        return
    contract = decision.contract
    hold_row(ctx.session, contract)
    decision.applied_at = contract.decided_until = None
    if contract.term_months is not None and leads_to(ContractAct.DATE, contract.state, contract.origin) is not None:
        _put_off(ctx, contract, contract.term_months - decision.months)


def _renewal_by(ctx: Context, amendment: Contract) -> DeadlineDecision | None:
    return ctx.session.scalar(
        select(DeadlineDecision)
        .options(joinedload(DeadlineDecision.contract).joinedload(Contract.vendor))
        .where(DeadlineDecision.amendment_id == amendment.id, DeadlineDecision.choice == DeadlineChoice.RENEW)
    )


def _months_until(contract: Contract, period_end: date | None) -> int | None:
    """Months from the day of effect to the end of a period; none when the dates have changed since."""
    terms = terms_of(contract)
    found = deadlines(terms, period_end, period_end) if terms is not None and period_end is not None else None
    return found.period.months if isinstance(found, ContractDeadlines) and found.ends_on == period_end else None


def _put_off(ctx: Context, contract: Contract, months: int) -> None:
    dates = ContractDates(contract.effective_on, months, contract.renewal_months, contract.notice)
    before, after = set_dates(contract, dates)
    _redate(ctx, contract, before, after)


def _said(why: str, day: date | None) -> Mapping[str, Any]:
    found: dict[str, Any] = {"why": why.strip()[:LONGEST_WHY]} if why.strip() else {}
    return found | ({"ended_on": day} if day is not None else {})


def _vouch(ctx: Context, contract: Contract, why: str) -> None:
    if contract.copy_reading in (None, CopyReading.READ, CopyReading.VOUCHED):
        raise Refused(N_("La copie de ce contrat est déjà lue."))
    if len(why.strip()) < SHORTEST_STATEMENT:
        raise Refused(
            N_("Écrivez ce que vous avez lu sur la copie : les parties, l'objet, les signatures. Une phrase suffit.")
        )
    contract.copy_reading = CopyReading.VOUCHED
    contract.vouched_why, contract.vouched_by_id, contract.vouched_at = why.strip()[:LONGEST_WHY], ctx.actor.id, ctx.now


def _end(ctx: Context, contract: Contract, day: date, why: str) -> None:
    if day > ctx.today:
        raise Refused(
            N_("Cette date est à venir : d'ici là le contrat reste en vigueur. Pour qu'il ne soit pas reconduit, "
               "mettez sa reconduction à 0 dans ses dates.")
        )  # fmt: skip
    if contract.effective_on is not None and day < contract.effective_on and contract.state is ContractState.IN_FORCE:
        raise Refused(say("Ce contrat a pris effet le %(day)s : il ne peut pas avoir fini avant.",
                          day=contract.effective_on))  # fmt: skip
    over(ctx, contract, day, why)


def over(ctx: Context, contract: Contract, day: date, why: str) -> None:
    """Note the last day of a contract, on it and on the record of its signature."""
    contract.ended_on, contract.end_reason = day, why.strip()[:LONGEST_WHY]
    if contract.signature_id is not None:
        end_signed_contract(ctx, contract.signature_id, day)


def change_dates(ctx: Context, contract: Contract, dates: ContractDates) -> None:
    """Say when a contract takes effect and ends; its state follows at once. Raises Refused on dates that cannot be."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    check_act(contract, ContractAct.DATE)
    before, after = set_dates(contract, dates)
    if after:
        _redate(ctx, contract, before, after)


def _redate(ctx: Context, contract: Contract, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Follow dates that were just written; a contract that had expired may hold after all."""
    if contract.state is ContractState.EXPIRED:
        contract.ended_on, contract.end_reason = None, ""
        if contract.signature_id is not None:
            end_signed_contract(ctx, contract.signature_id, None)
    move(ctx, contract, ContractAct.DATE, before=before, after=after)


def assign_contract(ctx: Context, contract: Contract, owner_id: int | None, parent_id: int | None) -> None:
    """Say who answers for a contract and which one it amends; raises Refused when that cannot be.

    A contract that others amend amends none: an amendment hangs on a contract, never on another amendment.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    if contract.kind.hangs and parent_id is None:
        raise Refused(N_("Ce document suit un contrat : dites lequel."))
    if parent_id is not None and parent_id != contract.parent_id:
        parent = ctx.session.get(Contract, parent_id)
        if (
            parent is None
            or parent.vendor_id != contract.vendor_id
            or parent.kind.hangs
            or parent.parent_id is not None
        ):
            raise Refused(N_("Un avenant modifie un contrat du même sous-traitant, qui n'est pas lui-même un avenant."))
        amended = select(Contract.id).where(Contract.parent_id == contract.id).limit(1)
        if parent_id == contract.id or ctx.session.scalar(amended) is not None:
            raise Refused(N_("Des documents suivent ce contrat : il ne peut pas en suivre un autre."))
    before, after = journal.changes(contract, {"owner_id": owner_id, "parent_id": parent_id})
    if after:
        noted = [_named(ctx, one) for one in (before, after)]
        journal.record(ctx, "contract.assigned", contract, before=noted[0], after=noted[1])
        keep_awaited(contract, ctx.today)
        keep_standing_of(ctx, contract.vendor_id)


def say_service(ctx: Context, contract: Contract, service_id: int | None) -> None:
    """Say for which service of its vendor a contract that was not drafted here was signed; none: for all.

    Raises Refused on the service of somebody else, and on a contract whose text says which one it is for.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    if contract.origin is ContractOrigin.DRAFTED:
        raise Refused(N_("Le texte de ce contrat dit déjà pour quelle prestation il est."))
    service = None if service_id is None else ctx.session.get(Service, service_id)
    if service_id is not None and (service is None or service.vendor_id != contract.vendor_id):
        raise Refused(N_("Cette prestation n'est pas celle de ce sous-traitant."))
    before, after = journal.changes(contract, {"service_id": service_id})
    if not after:
        return
    was = None if before["service_id"] is None else ctx.session.get(Service, before["service_id"])
    journal.record(
        ctx, "contract.assigned", contract, before={"service": was and was.name},
        after={"service": service and service.name},
    )  # fmt: skip
    keep_standing_of(ctx, contract.vendor_id)


def _named(ctx: Context, changed: Mapping[str, Any]) -> dict[str, Any]:
    """Names in place of numbers, for the journal."""
    found: dict[str, Any] = {}
    if "owner_id" in changed:
        owner = ctx.session.get(User, changed["owner_id"]) if changed["owner_id"] is not None else None
        found["owner"] = owner and owner.name
    if "parent_id" in changed:
        parent = ctx.session.get(Contract, changed["parent_id"]) if changed["parent_id"] is not None else None
        found["amends"] = parent and parent.title
    return found


def check_act(contract: Contract, act: ContractAct) -> None:
    """Raise Refused when the table has no such act here."""
    if leads_to(act, contract.state, contract.origin) is None:
        raise Refused(refusal_of(act, contract.state))


def move(
    ctx: Context,
    contract: Contract,
    act: ContractAct,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Do one act of the table on a contract already kept to this transaction: state, journal, notices, calendar.

    Raises Refused when the table has no such act there, or when it would take away a text that is being signed.
    """
    check_act(contract, act)
    target, before_state = leads_to(act, contract.state, contract.origin), contract.state
    noted_before, noted_after = dict(before or {}), dict(after or {})
    if target is not None and target is not contract.state:
        if contract.state is ContractState.AGREED and signing_queries.is_being_signed(ctx, contract.id):
            raise Refused(N_("Ce texte est en cours de signature : retirez d'abord la signature, avec sa raison."))
        noted_before["contract_state"], noted_after["contract_state"] = contract.state, target
        contract.state = target
    rule = ACTS[act]
    if target is not None and (target in ENDED or before_state in ENDED):
        follow_end(ctx, contract)
    journal.record(
        ctx, rule.noted, contract, before=noted_before, after=noted_after, vendor_id=contract.vendor_id
    )  # fmt: skip
    _tell(ctx, contract, act)
    if do_act_of_the_day(ctx, contract):
        return
    keep_awaited(contract, ctx.today)
    keep_standing_of(ctx, contract.vendor_id)


def do_act_of_the_day(ctx: Context, contract: Contract) -> bool:
    """Do what the calendar says today of a contract that is locked; False when it says nothing.

    One that expires, or of which notice was given, ended on its last day.
    """
    act = act_of_the_day(
        contract.state, contract.effective_on, contract.expires_on, ctx.today,
        by_notice=contract.terminates_on is not None,
    )  # fmt: skip
    if act is None:
        return False
    if act in (ContractAct.EXPIRE, ContractAct.FINISH) and contract.expires_on is not None:
        over(ctx, contract, contract.expires_on, contract.end_reason if act is ContractAct.FINISH else "")
    move(ctx, contract, act)
    return True


def keep_standing_of(ctx: Context, vendor_id: int) -> None:
    """Count again what the contracts of a vendor come to; two colleagues at once wait for each other."""
    ctx.session.flush()
    vendor = ctx.session.get_one(Vendor, vendor_id)
    ctx.session.refresh(vendor, ["standing", "covered_until"], with_for_update=True)
    held = ctx.session.execute(
        select(
            Contract.state, Contract.copy_reading, Contract.expires_on, Contract.parent_id, Contract.kind,
            Contract.template_key, Contract.service_id, Contract.legal_entity_id,
        ).where(Contract.vendor_id == vendor_id)
    )  # fmt: skip
    positions = [
        ContractPosition(
            row[0], row[1], row[2], row[3] is not None, row[4], is_joint=row[5] == JOINT_TEMPLATE, service_id=row[6],
            entity_id=row[7],
        )
        for row in held
    ]  # fmt: skip
    live = Service.goes_on(ctx.today)
    services = ctx.session.execute(
        select(Service.id, Service.legal_entity_id).where(Service.vendor_id == vendor_id, live)
    )
    keep_standing(ctx, vendor, *standing_of(positions, [HeldService(*row) for row in services]))


def _tell(ctx: Context, contract: Contract, act: ContractAct) -> None:
    told = ACTS[act].tells
    if not told:
        return
    vendor = ctx.session.get_one(Vendor, contract.vendor_id)
    people = {person.id: person for person in people_told(ctx, contract, vendor, told) if person.id != ctx.actor.id}
    news = News(
        template="contracts/emails/notice_act",
        key=f"contract:{contract.id}:{act.value}:{ctx.now:%Y%m%dT%H%M%S}",
        about=f"contract:{contract.id}:{act.value}",
        values={"title": contract.title, "vendor": vendor.name, "state": contract.state.value},
        expects_action=act in (ContractAct.SUBMIT, ContractAct.EXPIRE),
    )
    note_for_staff(ctx, vendor.id, news, people.values())


def people_told(ctx: Context, contract: Contract, vendor: Vendor, told: Iterable[Told]) -> Iterator[User]:
    """Who of ours is told of something about a contract; somebody may be given twice."""
    owner_id = contract.owner_id or vendor.owner_id
    if Told.OWNER in told and owner_id is not None:
        owner = ctx.session.get_one(User, owner_id)
        if owner.disabled_at is None:
            yield owner
    if Told.LEGAL in told:
        yield from holders_of(ctx, Permission.CONTRACT_DRAFT, vendor)


def record_copy_reading(
    ctx: Context, contract_id: int, signature_id: int, reading: CopyReading, coverage: ArticleCoverage | None = None
) -> bool:
    """Keep what the reading of a signed copy shows, unless somebody was faster; returns whether it was kept.

    `coverage` is what the copy writes of art. 28; for a text drafted here, what its version proves is kept instead.
    """
    contract = ctx.session.get_one(Contract, contract_id, options=[joinedload(Contract.vendor)])
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    hold_row(ctx.session, contract)
    if contract.signature_id != signature_id or contract.copy_reading is not CopyReading.WAITING:
        return False
    contract.copy_reading = reading
    after: dict[str, Any] = {"copy_reading": reading}
    if contract.origin is not ContractOrigin.DRAFTED:
        contract.keep_coverage(coverage if reading.is_known else None)
        after |= {"covered": contract.covered, "required": contract.required}
    journal.record(ctx, "contract.copy_read", contract, after=after)
    keep_standing_of(ctx, contract.vendor_id)
    apply_renewal(ctx, contract)
    return True


def ask_copy_reading(ctx: Context, contract: Contract) -> None:
    """Have the signed copy of a contract read by whoever can; of two readings, the first is kept.

    Only a contract of art. 28 is: what else is signed binds no processor.
    """
    if contract.signature_id is not None and contract.kind.counts:
        fact = SignedCopyReceived(contract.id, contract.signature_id)
        publish(ctx, fact, key=f"{contract.signature_id}:{ctx.now.isoformat()}")
