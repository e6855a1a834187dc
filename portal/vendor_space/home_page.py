"""The home page of a vendor: one thing to do first, then the rest; what is being read; what is over, by year."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import url_for

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.core.pages import Page
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.effort import effort_of
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.vendor_space import contract_queries, queries
from portal.vendor_space.contract_queries import ContractToSign
from portal.vendor_space.queries import ItemKind, PastItem, SentRound, VendorFinding, version_title
from portal.vendor_space.wording import DueDate, answered_words, due_date, effort_words, finding_status, tone_of
from portal.web import edge
from portal.web.formats import long_date, relative, typography
from portal.web.text import _, current_language, ngettext, said

AT_MOST = 20
"""Of what is being read, and of each year that is over; the rest is on a page of its own."""
AUDIT_STATES = {
    AuditState.SUBMITTED: (N_("Envoyé, en cours de lecture"), "info"),
    AuditState.ACCEPTED: (N_("Accepté"), "ok"),
    AuditState.CANCELLED: (N_("Annulé"), "neutral"),
}
"""What an audit that is no longer with the vendor is called, and its tone."""


@dataclass(frozen=True)
class TodoItem:
    """One thing to do."""

    title: str
    url: str
    detail: str
    due: DueDate
    action: str
    """What the button says."""
    effort: str = ""
    """What it takes, from the start."""

    @property
    def due_on(self) -> date:
        """The day it is due."""
        return self.due.on

    @property
    def due_text(self) -> str:
        """When it is due, in words."""
        return self.due.text

    @property
    def tone(self) -> str:
        """How pressing it is, as the name of a tone."""
        return self.due.tone


def audit_to_do(audit: Audit) -> TodoItem:
    """An audit to answer."""
    return TodoItem(
        title=typography(version_title(audit.questionnaire_version, current_language())),
        url=url_for("vendor_space.audit", audit_id=audit.id),
        detail=_how_far(audit),
        effort=_effort(audit),
        due=due_date(audit.due_on),
        action=_act(Permission.AUDIT_ANSWER, _("Commencer") if audit.state is AuditState.OPENED else _("Continuer")),
    )


def _act(permission: Permission, words: str) -> str:
    """What the button says; to whoever only reads, that they may."""
    return words if edge.current().can(permission) else _("Lire")


def _how_far(audit: Audit) -> str:
    if audit.state is AuditState.RETURNED:
        count = len(audit.returned_questions)
        return str(ngettext("%(num)s question vous est renvoyée", "%(num)s questions vous sont renvoyées", count))
    if audit.state is AuditState.OPENED:
        return ""
    if audit.answered >= audit.expected:
        return str(_("Tout est répondu : il reste à envoyer."))
    return answered_words(audit.answered, audit.expected)


def _effort(audit: Audit) -> str:
    if audit.state is AuditState.RETURNED or 0 < audit.expected <= audit.answered:
        return ""  # the questions sent back, or sending itself, say it all
    words = effort_words(effort_of(questionnaire_of(edge.db_session(), audit.questionnaire_version)))
    return words if audit.state is AuditState.OPENED else str(_("En tout : %(effort)s", effort=words))


def finding_to_do(found: VendorFinding) -> TodoItem:
    """A finding to answer."""
    return TodoItem(
        title=typography(_("À corriger : %(title)s", title=found.title)),
        url=url_for("vendor_space.finding", finding_id=found.id),
        detail=typography(found.action),
        effort=_("Une réponse à écrire et une preuve à joindre") if found.proof_expected else _("Une réponse à écrire"),
        due=due_date(found.due_on),
        action=_act(Permission.FINDING_REPLY, _("Répondre")),
    )


def sample_to_do(found: CaseSample) -> TodoItem:
    """A sample to send, or to correct."""
    if found.state is SampleState.TO_CORRECT:
        count = found.problem_count
        detail = str(ngettext("%(num)s point à corriger", "%(num)s points à corriger", count))
    else:
        detail = str(ngettext("%(num)s dossier à envoyer", "%(num)s dossiers à envoyer", found.size))
    return TodoItem(
        title=sample_title(found.kind),
        url=url_for("vendor_space.sample", sample_id=found.id),
        detail=detail,
        due=due_date(found.due_on),
        action=_("Commencer") if found.state is SampleState.ASKED else _("Continuer"),
    )


def contract_to_sign(found: ContractToSign) -> TodoItem:
    """A contract that waits for the signature of whoever reads this: whoever signed before waits for them too."""
    last = legal_date(found.expires_at)
    return TodoItem(
        title=typography(_("À signer : %(title)s", title=found.title)),
        url=url_for("vendor_space.sign_contract", contract_id=found.id),
        detail="",
        effort=_("À lire, puis un code reçu par e-mail"),
        due=DueDate(last, _("à signer %(when)s", when=relative(last)), tone_of(last, edge.current().today)),
        action=_("Lire et signer"),
    )


def sample_title(kind: SampleKind) -> str:
    """What a sample is of."""
    return str(_("Échantillon de rétractations") if kind is SampleKind.CASES else _("Échantillon d'appels sortants"))


@dataclass(frozen=True)
class PastLine:
    """Something sent or over, on one line, with the receipts of what was sent."""

    title: str
    url: str
    status: str
    tone: str
    sendings: Sequence[SentRound] = ()


@dataclass(frozen=True)
class ClosedYear:
    """What ended in a year: how many, and the latest of them."""

    year: int
    total: int
    lines: Sequence[PastLine]


@dataclass(frozen=True)
class VendorHome:
    """The home page."""

    first: TodoItem | None
    """The one thing to do first; none on a further page of what is asked."""
    then: Sequence[TodoItem]
    asked: Page[tuple[ItemKind, int]]
    reading: Sequence[PastLine]
    closed: Sequence[ClosedYear]
    is_cut: bool
    """Whether some of what is past is not on this page."""


def vendor_home(ctx: Context, page: int) -> VendorHome:
    """The home of the vendor that is answered for; the number of statements depends on nothing.

    What waits for a signature comes first: nothing else is asked of that very person.
    """
    asked, past = queries.items_to_do(ctx, page), queries.past_items(ctx)
    reading = [item for item in past if not item.is_closed]
    years = closed_by_year(past)
    shown = [*reading[:AT_MOST], *(item for items in years.values() for item in items[:AT_MOST])]
    held = hold(ctx, [*asked.rows, *((item.kind, item.id) for item in shown)])
    to_sign = contract_queries.contracts_to_sign(ctx) if page == 1 else ()
    todo = [*map(contract_to_sign, to_sign), *(held.to_do(kind, number) for kind, number in asked.rows)]
    starts = 1 if page == 1 else 0
    return VendorHome(
        first=todo[0] if todo[:starts] else None,
        then=todo[starts:],
        asked=asked,
        reading=[held.past(item.kind, item.id) for item in reading[:AT_MOST]],
        closed=[
            ClosedYear(year, len(items), [held.past(item.kind, item.id) for item in items[:AT_MOST]])
            for year, items in years.items()
        ],
        is_cut=len(shown) < len(past),
    )


def closed_by_year(past: Sequence[PastItem]) -> dict[int, list[PastItem]]:
    """What is over, by the legal year in which it ended; in the order given, which is the latest first."""
    closed = [item for item in past if item.is_closed]
    return {year: list(items) for year, items in groupby(closed, lambda item: legal_date(item.at).year)}


@dataclass(frozen=True)
class HeldItems:
    """What the lists of a page name, read once."""

    audits: dict[int, Audit]
    findings: dict[int, VendorFinding]
    samples: dict[int, CaseSample]
    sendings: dict[int, list[SentRound]]
    """By audit."""

    def to_do(self, kind: ItemKind, number: int) -> TodoItem:
        """One of them as something to do."""
        match kind:
            case ItemKind.AUDIT:
                return audit_to_do(self.audits[number])
            case ItemKind.FINDING:
                return finding_to_do(self.findings[number])
            case ItemKind.SAMPLE:
                return sample_to_do(self.samples[number])

    def past(self, kind: ItemKind, number: int) -> PastLine:
        """One of them as something sent or over."""
        match kind:
            case ItemKind.AUDIT:
                audit = self.audits[number]
                words, tone = AUDIT_STATES[audit.state]
                title = version_title(audit.questionnaire_version, current_language())
                url = url_for("vendor_space.audit", audit_id=number)
                return PastLine(typography(title), url, said(words), tone, self.sendings.get(number, ()))
            case ItemKind.FINDING:
                found = self.findings[number]
                url = url_for("vendor_space.finding", finding_id=number)
                return PastLine(typography(found.title), url, *finding_status(found))
            case ItemKind.SAMPLE:
                sample = self.samples[number]
                url = url_for("vendor_space.sample", sample_id=number)
                return PastLine(sample_title(sample.kind), url, *_sample_status(sample))


def _sample_status(sample: CaseSample) -> tuple[str, str]:
    if sample.sent_at is None:
        return _("Annulé"), "neutral"
    return _("Envoyé le %(day)s", day=long_date(sample.sent_at)), "ok"


def hold(ctx: Context, rows: Sequence[tuple[ItemKind, int]]) -> HeldItems:
    """What the rows of a page are drawn from."""
    numbers = {kind: [number for found, number in rows if found is kind] for kind in ItemKind}
    audits = queries.audits_numbered(ctx, numbers[ItemKind.AUDIT])
    sendings: dict[int, list[SentRound]] = {}
    for sent in queries.sent_rounds(ctx, [number for number, audit in audits.items() if audit.submitted_at]):
        sendings.setdefault(sent.audit_id, []).append(sent)
    return HeldItems(
        audits,
        queries.findings_numbered(ctx, numbers[ItemKind.FINDING]),
        queries.samples_numbered(ctx, numbers[ItemKind.SAMPLE]),
        sendings,
    )
