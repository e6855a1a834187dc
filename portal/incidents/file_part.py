"""What breaches put in the file for the authority: the register of art. 33(5) as it stood, and what both sides said."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.history import PastRows, rows_as_of
from portal.core.language import N_, Sentence, say
from portal.incidents.facts_page import FACT_LABELS, fact_text
from portal.incidents.models import Incident, IncidentStatement
from portal.incidents.rules.life import IncidentState
from portal.web.file_parts import FileCell, FilePart, FileScope, FileTable, PartContent, unknown_before

_FACTS = ("what", "noticed_at", "nature", "subjects", "persons", "categories", "records", "consequences", "measures")


def incident_content(ctx: Context, scope: FileScope) -> PartContent:
    """The breaches at the vendors of a file; internal notes stay with us."""
    past = rows_as_of(ctx.session, Incident, scope.before, parents=scope.vendor_ids)
    references = {one.id: one.reference for one in past.rows}
    statements = ctx.session.scalars(
        select(IncidentStatement)
        .where(
            IncidentStatement.incident_id.in_(references), IncidentStatement.internal.is_(False),
            IncidentStatement.at < scope.before,
        )
        .order_by(IncidentStatement.incident_id, IncidentStatement.id)
    ).all()  # fmt: skip
    return PartContent(
        tables=(
            _register(past.rows, scope),
            FileTable(
                name="declarations-violations", title=N_("Ce que chaque partie a dit"),
                columns=(N_("Référence"), N_("Le"), N_("Qui"), N_("Ce qui est dit")),
                rows=tuple((references[one.incident_id], one.at, one.author_name, one.text) for one in statements),
            ),
        ),
        gaps=(*unknown_before(past, say("Violations de données")), *_missing(past, scope)),
    )  # fmt: skip


def _missing(past: PastRows, scope: FileScope) -> Iterator[Sentence]:
    for one in past.rows:
        if one.state is IncidentState.MISTAKEN:
            continue
        if one.risk is None:
            yield say("%(reference)s : risque non évalué ce jour-là.", reference=one.reference)
        if one.notified_at is None and not one.spared_reason and one.notify_by < scope.before:
            yield say("%(reference)s : 72 heures passées sans notification ni motif.", reference=one.reference)
        lacking = [name for name in _FACTS if not fact_text(name, getattr(one.known, name), {}, scope.language)]
        if lacking:
            yield say("%(reference)s : éléments de l'article 33(3) inconnus : %(count)s.", reference=one.reference,
                      count=len(lacking))  # fmt: skip


def _register(rows: Iterable[Incident], scope: FileScope) -> FileTable:
    return FileTable(
        name="violations", title=N_("Registre des violations de données"), as_records=True,
        columns=(
            N_("Référence"), N_("Sous-traitant"), N_("État"), N_("Déclarée le"), N_("Connue de nous le"),
            *(FACT_LABELS[name] for name in _FACTS), N_("Niveau de risque"), N_("Pourquoi"), N_("CNIL notifiée le"),
            N_("Numéro de notification"), N_("Motifs du retard"), N_("Pourquoi pas de notification"),
            N_("Personnes informées le"), N_("Effets"), N_("Ce qui y a remédié"), N_("Close le"),
        ),
        rows=tuple(_row(one, scope) for one in rows),
    )  # fmt: skip


def _row(one: Incident, scope: FileScope) -> tuple[FileCell, ...]:
    known = one.known
    facts = (fact_text(name, getattr(known, name), {}, scope.language) or None for name in _FACTS)
    return (
        one.reference, scope.named(one.vendor_id), Sentence(one.state.label), one.declared_at, one.aware_at, *facts,
        Sentence(one.risk.label) if one.risk else None, one.risk_reason, one.notified_at or "", one.notified_reference,
        one.delay_reason, one.spared_reason or one.mistake_reason, one.persons_told_at or "", one.effects, one.remedy,
        one.closed_at or "",
    )  # fmt: skip


PARTS = (
    FilePart(
        key="violations", order=90, title=N_("Violations de données"), permission=Permission.INCIDENT_VIEW,
        find=incident_content,
        actions=frozenset({"incident.declared", "incident.added", "incident.assessed", "incident.notified",
                           "incident.spared", "incident.persons_told", "incident.closed", "incident.withdrawn"}),
    ),
)  # fmt: skip
