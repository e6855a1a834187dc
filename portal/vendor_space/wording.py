"""Sentences of the vendor space, in the reader's language."""

from datetime import date, datetime

from portal.contracts.rules.life import ContractState
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.dates import duration_in_words
from portal.core.language import N_, say
from portal.findings.rules import FindingState
from portal.questionnaires.rules.effort import Effort, minutes_left
from portal.vendor_space.audit_page import AuditPage
from portal.vendor_space.contract_queries import OwnContract
from portal.vendor_space.queries import VendorFinding
from portal.web import edge
from portal.web.formats import relative
from portal.web.text import _, current_language, ngettext, said

SOON_DAYS = 7
"""Days before a deadline from which it is shown as near."""


@dataclass(frozen=True)
class DueDate:
    """A due date in words, with its tone."""

    on: date
    text: str
    tone: str


def due_date(due_on: date) -> DueDate:
    """A due date as it reads today."""
    today = edge.current().today
    return DueDate(due_on, due_words(due_on, today), tone_of(due_on, today))


def tone_of(due_on: date, today: date) -> str:
    """How pressing a deadline is, as the name of a tone.

    >>> tone_of(date(2026, 1, 1), date(2026, 1, 2)), tone_of(date(2026, 1, 8), date(2026, 1, 2))
    ('danger', 'warning')
    """
    left = (due_on - today).days
    return "danger" if left < 0 else "warning" if left <= SOON_DAYS else "neutral"


def due_words(due_on: date, today: date) -> str:
    """« à rendre dans 3 jours », « attendu il y a 2 jours »."""
    when = relative(due_on)
    sentence = say("attendu %(when)s", when=when) if due_on < today else say("à rendre %(when)s", when=when)
    return said(sentence)


def saved_at(moment: datetime) -> str:
    """« Enregistré à 14:32 », Paris time."""
    return said(say("Enregistré à %(time)s", time=f"{moment.astimezone(LEGAL_ZONE):%H:%M}"))


def left_words(page: AuditPage) -> str:
    """« Il reste 12 questions, encore ~25 min », « Il reste 2 questions à reprendre », or that nothing is left."""
    minutes = minutes_left(page.sheet.questionnaire, page.sheet.missing) if page.sheet.round.number == 1 else 0
    if not minutes:
        return _left(page)
    return said(say("%(left)s, encore ~%(time)s", left=_left(page), time=short_time(minutes)))


def short_time(minutes: int) -> str:
    """Minutes, as briefly as they are read.

    >>> short_time(12), short_time(65), short_time(120)
    ('12 min', '1 h 05', '2 h')
    """
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _left(page: AuditPage) -> str:
    left = page.left
    if not left:
        return said("Tout est répondu : il reste à envoyer.")
    if page.sheet.round.number > 1:
        return str(ngettext("Il reste %(num)s question à reprendre", "Il reste %(num)s questions à reprendre", left))
    proposed = len(page.sheet.proposed.keys() & page.sheet.shown)
    if proposed:
        first = ngettext("Il reste %(num)s réponse à confirmer", "Il reste %(num)s réponses à confirmer", proposed)
        new = ngettext("%(num)s question nouvelle", "%(num)s questions nouvelles", left - proposed)
        return f"{first} · {new}" if left > proposed else str(first)
    return str(ngettext("Il reste %(num)s question", "Il reste %(num)s questions", left))


def left_of_part(left: int) -> str:
    """What is left of what a colleague gave."""
    return str(ngettext(
        "Enregistré. Il reste %(num)s question sans réponse dans ce qui vous est confié.",
        "Enregistré. Il reste %(num)s questions sans réponse dans ce qui vous est confié.", left,
    ))  # fmt: skip


def confirmed_words(count: int) -> str:
    """« 4 réponses confirmées », or that somebody was faster."""
    if count:
        return str(ngettext("%(num)s réponse confirmée.", "%(num)s réponses confirmées.", count))
    return said(N_("Rien de plus à confirmer : une autre personne l'a fait, ou la réponse a changé entre-temps."))


def answered_words(answered: int, total: int) -> str:
    """« 1 réponse sur 6 »."""
    return str(ngettext("%(num)s réponse sur %(total)s", "%(num)s réponses sur %(total)s", answered, total=total))


def effort_words(effort: Effort) -> str:
    """« 29 à 40 questions selon vos réponses, 1 heure 45 au plus »."""
    time = duration_in_words(effort.minutes, current_language())
    if effort.at_most > effort.questions:
        told = _("%(least)s à %(most)s questions selon vos réponses, %(time)s au plus",
                 least=effort.questions, most=effort.at_most, time=time)  # fmt: skip
    else:
        told = ngettext("%(num)s question, %(time)s au plus", "%(num)s questions, %(time)s au plus",
                        effort.questions, time=time)  # fmt: skip
    return str(told)


_CONTRACT_STATES = {
    ContractState.WITH_VENDOR: (N_("À relire"), "info"),
    ContractState.AGREED: (N_("Texte convenu"), "info"),
    ContractState.SIGNED: (N_("Signé"), "ok"),
    ContractState.IN_FORCE: (N_("En vigueur"), "ok"),
}


def contract_status(found: OwnContract) -> tuple[str, str]:
    """Where a contract stands for its vendor, and its tone; why it ended is not said here."""
    if found.is_mine_to_sign:
        return N_("À vous de signer"), "warning"
    if found.is_being_signed:
        return N_("Signature en cours"), "info"
    return _CONTRACT_STATES.get(found.state, (N_("Terminé"), "neutral"))


def finding_status(found: VendorFinding) -> tuple[str, str]:
    """Where a finding stands, in the vendor's words, and its tone; why a risk was accepted is not its business."""
    if found.state is FindingState.WAIVED:
        return _("Rien n'est attendu pour l'instant"), "neutral"
    if found.state.is_settled:
        return _("Clos"), "ok"
    if found.is_ours_to_answer:
        return _("Votre réponse est attendue"), "warning"
    return _("Répondu, en cours de lecture"), "info"
