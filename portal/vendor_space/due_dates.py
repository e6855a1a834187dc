"""What is expected of a vendor on a day, as its own calendar shows it: nothing of what we decide on our side."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits.delegation_queries import dated_parts
from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context, visible
from portal.authz.policy import Permission
from portal.contracts.exit_models import ContractExit
from portal.core import process
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.findings.models import Finding
from portal.findings.rules import FindingState
from portal.questionnaires.queries import questionnaire_of
from portal.samples.models import CaseSample, SampleState
from portal.vendor_space.contract_queries import contract_ends
from portal.vendor_space.exchange_page import part_title
from portal.vendor_space.expected_days import ExpectedDay, expected_days
from portal.vendor_space.queries import version_title
from portal.vendor_space.questionnaire_text import questionnaire_text
from portal.vendors.letters import FOR_VENDOR
from portal.web.manifest import DatedThing, DatedWords
from portal.web.text import _, current_language, ngettext, said

P = Permission.SPACE_VIEW


def own_dates(ctx: Context, since: date, until: date, at_most: int) -> Sequence[DatedThing]:
    """All that is expected of the vendors that an account answers for, the soonest first; eight statements."""
    kinds = (_audits, _parts, _findings, _samples, _proofs, _contracts, _exits, _expected)
    found = [thing for kind in kinds for thing in kind(ctx, since, until, at_most)]
    return sorted(found, key=lambda thing: (thing.day, thing.words.title, thing.key))[:at_most]


def _audits(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    with_vendor = [state for state in AuditState if state.is_with_vendor]
    for row in ctx.session.scalars(
        select(Audit)
        .options(joinedload(Audit.vendor), joinedload(Audit.questionnaire_version))
        .where(visible(ctx, P, Audit), Audit.state.in_(with_vendor), Audit.due_on.between(since, until))
        .order_by(Audit.due_on, Audit.id)
        .limit(at_most)
    ):
        title = version_title(row.questionnaire_version, current_language())
        yield _thing(ctx, row, "audit", row.due_on, _("À rendre : %(title)s", title=title), "audit", audit_id=row.id)


def _parts(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    """The parts of audits that are asked of whoever reads this, and those that they asked of a colleague."""
    for row in dated_parts(ctx, since, until, at_most):
        text = questionnaire_text(questionnaire_of(ctx.session, row.audit.questionnaire_version), current_language())
        title = part_title(text, row)
        is_mine = row.email == ctx.actor.email
        words = _("À répondre : %(part)s", part=title) if is_mine else _("Confié à %(who)s : %(part)s",
                                                                         who=row.email, part=title)  # fmt: skip
        where: dict[str, Any] = {"audit_id": row.audit_id, "section_key": row.section_key, "confie": row.id}
        if row.due_on is not None:
            yield _thing(ctx, row, "part", row.due_on, words, "section", **where)


def _findings(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    for row in ctx.session.scalars(
        select(Finding)
        .options(joinedload(Finding.vendor))
        .where(visible(ctx, P, Finding), Finding.state == FindingState.OPEN, Finding.due_on.between(since, until))
        .order_by(Finding.due_on, Finding.id)
        .limit(at_most)
    ):
        title = _("À corriger : %(title)s", title=row.title)
        yield _thing(ctx, row, "finding", row.due_on, title, "finding", finding_id=row.id)


def _samples(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    with_vendor = [state for state in SampleState if state.is_with_vendor]
    for row in ctx.session.scalars(
        select(CaseSample)
        .options(joinedload(CaseSample.vendor))
        .where(visible(ctx, P, CaseSample), CaseSample.state.in_(with_vendor), CaseSample.due_on.between(since, until))
        .order_by(CaseSample.due_on, CaseSample.id)
        .limit(at_most)
    ):
        yield _thing(ctx, row, "sample", row.due_on, _("Échantillon à envoyer"), "sample", sample_id=row.id)


def _proofs(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    """The proofs of one vendor that end on one day are one thing to do."""
    kinds = read_kinds(process.settings().questionnaires_dir)
    found = ctx.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.vendor))
        .where(visible(ctx, P, Evidence), Evidence.sent_at.is_not(None), Evidence.good_until.between(since, until))
        .order_by(Evidence.good_until, Evidence.vendor_id, Evidence.id)
        .limit(at_most)
    )
    for (day, _vendor), proofs in groupby(found, key=lambda proof: (proof.good_until, proof.vendor_id)):
        row, *others = proofs
        named = [kinds[one.kind] for one in (row, *others) if one.kind in kinds]
        words = dict.fromkeys(str(getattr(kind, current_language().value)) for kind in named)
        title = ngettext("Une preuve à renouveler", "%(num)s preuves à renouveler", 1 + len(others))
        if day is not None:
            yield _thing(ctx, row, "evidence", day, title, "home", detail=", ".join(words))


def _contracts(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    for row in contract_ends(ctx, since, until, at_most):
        title = _("Fin du contrat : %(title)s", title=row.title)
        if row.expires_on is not None:
            yield _thing(ctx, row, "contract-end", row.expires_on, title, "contract", contract_id=row.id)


def _exits(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    for row in ctx.session.scalars(
        select(ContractExit)
        .options(joinedload(ContractExit.vendor), joinedload(ContractExit.contract))
        .where(
            visible(ctx, P, ContractExit), ContractExit.closed_at.is_(None), ContractExit.withdrawn_at.is_(None),
            ContractExit.due_on.between(since, until),
        )
        .order_by(ContractExit.due_on, ContractExit.id)
        .limit(at_most)
    ):  # fmt: skip
        title = _("Certificats de fin de contrat : %(title)s", title=row.contract.title)
        yield _thing(ctx, row, "contract-exit", row.due_on, title, "contract_exit", exit_id=row.id)


def _expected(ctx: Context, since: date, until: date, at_most: int) -> Iterator[DatedThing]:
    """Breaches to say more of, and what is asked for a person, whom no calendar names."""
    pages = {"person-request": ("request_task", "task_id")}
    for row in expected_days(ctx, since, until, at_most):
        page, argument = pages.get(row.kind, ("incident", "incident_id"))
        title, where = _(row.title, what=said(row.what)), {argument: row.id}
        yield _thing(ctx, row, row.kind, row.day, title, page, **dict[str, Any](where))


def _thing(
    ctx: Context, row: Any, kind: str, day: date, title: str, page: str, *, detail: str = "", **where: Any
) -> DatedThing:
    """One date; it names its vendor to whoever answers for several, and its link asks for that one."""
    several = len(ctx.actor.vendor_ids) > 1
    name = "" if not several else row.vendor_name if isinstance(row, ExpectedDay) else row.vendor.name
    arguments: dict[str, Any] = {**where, FOR_VENDOR: row.vendor_id}
    url = url_for(f"vendor_space.{page}", **arguments)
    words = DatedWords(title, " · ".join(filter(None, (name, detail))), url)
    return DatedThing(f"{kind}-{row.id}", day, lambda: words)
