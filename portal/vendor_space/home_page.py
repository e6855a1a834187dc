"""The home page of a vendor: what it must do next, one item per audit, finding or sample."""

from dataclasses import dataclass

from flask import url_for

from portal.audits.models import Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Permission
from portal.questionnaires.queries import questionnaire_of
from portal.questionnaires.rules.effort import effort_of
from portal.samples.models import CaseSample, SampleState
from portal.samples.rules.columns import SampleKind
from portal.vendor_space.queries import VendorFinding, version_title
from portal.vendor_space.wording import DueDate, answered_words, due_date, effort_words
from portal.web import edge
from portal.web.formats import typography
from portal.web.text import _, current_language, ngettext


@dataclass(frozen=True)
class TodoItem:
    """One thing to do."""

    title: str
    url: str
    detail: str
    due: DueDate
    action: str
    """What the button says."""

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
        questionnaire = questionnaire_of(edge.db_session(), audit.questionnaire_version)
        return effort_words(effort_of(questionnaire))
    if audit.answered >= audit.expected:
        return str(_("Tout est répondu : il reste à envoyer."))
    return answered_words(audit.answered, audit.expected)


def finding_to_do(found: VendorFinding) -> TodoItem:
    """A finding to answer."""
    return TodoItem(
        title=typography(_("À corriger : %(title)s", title=found.title)),
        url=url_for("vendor_space.finding", finding_id=found.id),
        detail=typography(found.action),
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


def sample_title(kind: SampleKind) -> str:
    """What a sample is of."""
    return str(_("Échantillon de rétractations") if kind is SampleKind.CASES else _("Échantillon d'appels sortants"))
