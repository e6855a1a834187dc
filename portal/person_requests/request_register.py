"""The register of requests as a table: dates, what was done and when; never who the persons are."""

from collections.abc import Iterable
from datetime import date

from portal.core.clock import legal_date
from portal.core.language import N_, Language
from portal.core.spreadsheets import Value, write_csv
from portal.core.translation import translate
from portal.person_requests.models import PersonRequest
from portal.person_requests.rules.kinds import ARTICLES, SHORT_NAMES
from portal.person_requests.rules.standing import punctuality

HEADER = (
    N_("Référence"), N_("Demande"), N_("Article"), N_("Sous-traitant"), N_("État"), N_("Reçue par le prestataire le"),
    N_("Parvenue chez nous le"), N_("Le délai part du"), N_("Accusé de réception le"), N_("Prolongée le"),
    N_("Motifs de la prolongation"), N_("Jours de suspension"), N_("Terme"), N_("Réponse ou refus le"),
    N_("Dans le délai ?"), N_("Ce qui a été fait"), N_("Motif du refus"), N_("Pourquoi"), N_("Destinataires prévenus"),
    N_("Preuve (SHA-256)"), N_("Close le"), N_("Identité effacée le"),
)  # fmt: skip


def register_csv(requests: Iterable[PersonRequest], language: Language, today: date) -> bytes:
    """One line a request; what is not known is empty. Days are those that a spreadsheet reckons with."""
    header = [translate(name, language) for name in HEADER]
    return write_csv(header, [_cells(request, language, today) for request in requests], language)


def _cells(one: PersonRequest, language: Language, today: date) -> list[Value]:
    return [
        one.reference, translate(SHORT_NAMES[one.kind], language), ARTICLES[one.kind], one.vendor.name,
        translate(one.state.label, language), one.vendor_received_on, one.reached_us_on,
        one.start, one.acknowledged_on, one.extended_on,
        one.extension_reason, sum(doubt.days for doubt in one.doubts) or None, one.due_on,
        one.told_on, translate(punctuality(one.answer_facts, today).label, language), one.answer,
        translate(one.refusal.label, language) if one.refusal else "", one.refusal_reason or one.drop_reason,
        one.recipients, one.proof.sha256 if one.proof else "",
        legal_date(one.closed_at) if one.closed_at else None,
        legal_date(one.erased_at) if one.erased_at else None,
    ]  # fmt: skip
