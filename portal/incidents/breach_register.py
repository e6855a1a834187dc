"""The register of breaches (RGPD art. 33(5)) as a table and on paper: facts, effects, remedial action of each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from babel.numbers import format_decimal

from portal.core.clock import LEGAL_ZONE, legal_date
from portal.core.dates import LOCALES, written
from portal.core.documents.printing import PrintingError, print_in_child
from portal.core.documents.tree import Block, Document, Inline, Note, Section, Table, Text
from portal.core.files import Unavailable
from portal.core.language import N_, Language, say
from portal.core.spreadsheets import Value, write_csv
from portal.core.translation import translate
from portal.incidents.affected_processing import held_lines
from portal.incidents.facts_page import fact_text, moment
from portal.incidents.models import Incident

PRINTING_SECONDS = 60
TITLE = N_("Registre des violations de données")
HEADER = (
    N_("Référence"), N_("Sous-traitant"), N_("État"), N_("Déclarée le"), N_("Découverte par le prestataire"),
    N_("Commencée"), N_("Connue de nous le"), N_("Ce qui s'est passé"), N_("Ce qui est arrivé aux données"),
    N_("Origine"), N_("Personnes concernées"),
    N_("Nombre de personnes, environ"), N_("Données concernées"), N_("Nombre d'enregistrements, environ"),
    N_("Traitements concernés"),
    N_("Conséquences probables"), N_("Effets"), N_("Mesures prises ou proposées"), N_("Ce qui y a remédié"),
    N_("Niveau de risque"), N_("Pourquoi"), N_("CNIL notifiée le"), N_("Numéro de notification"),
    N_("Motifs du retard"), N_("Pourquoi pas de notification"), N_("Personnes informées le"),
    N_("Exception de l'article 34(3)"), N_("Close le"), N_("Ce que nous en retenons"),
)  # fmt: skip


def register_csv(incidents: Iterable[Incident], language: Language) -> bytes:
    """One line a breach; what is not known is empty. Moments and numbers are those that a spreadsheet reckons with."""
    header = [translate(name, language) for name in HEADER]
    rows = [[_reckoned(cell) for cell in _cells(incident, language)] for incident in incidents]
    return write_csv(header, rows, language)


def _reckoned(cell: Value) -> Value:
    """A moment in legal time without its zone, which a spreadsheet would take for words."""
    return cell.astimezone(LEGAL_ZONE).replace(tzinfo=None) if isinstance(cell, datetime) else cell


def _cells(incident: Incident, language: Language) -> list[Value]:
    said, known = _facts(incident, language), incident.known
    exemption = incident.exemption
    return [
        incident.reference, incident.vendor.name, translate(incident.state.label, language),
        incident.declared_at, known.noticed_at, known.began_at, incident.aware_at, said["what"],
        said["nature"], said["cause"], said["subjects"], known.persons, said["categories"], known.records,
        ", ".join(line.name for line in held_lines(incident)), said["consequences"],
        incident.effects, said["measures"], incident.remedy,
        translate(incident.risk.label, language) if incident.risk else "", incident.risk_reason,
        incident.notified_at, incident.notified_reference, incident.delay_reason,
        incident.spared_reason or incident.mistake_reason, incident.persons_told_at,
        f"{translate(exemption.label, language)} – {incident.exemption_reason}" if exemption else "",
        incident.closed_at, incident.lessons,
    ]  # fmt: skip


def _facts(incident: Incident, language: Language) -> Mapping[str, str]:
    names = ("what", "nature", "cause", "subjects", "categories", "consequences", "measures")
    return {name: fact_text(name, getattr(incident.known, name), {}, language) for name in names}


def _in_words(cell: Value, language: Language) -> str:
    """A cell as it is read on paper: a moment in letters, a number by groups of three figures."""
    if isinstance(cell, datetime):
        return moment(cell, language)
    return format_decimal(cell, locale=LOCALES[language]) if isinstance(cell, int) else str(cell)


def register_pdf(
    incidents: Sequence[Incident], organisation: str, language: Language, now: datetime, *, is_whole: bool
) -> bytes:
    """The register on paper; raises Unavailable when the printer does not answer."""
    try:
        tree = register_tree(incidents, organisation, language, now, is_whole=is_whole)
        return print_in_child(tree, PRINTING_SECONDS)
    except PrintingError as failure:
        raise Unavailable(say("L'impression n'a pas abouti : réessayez dans quelques minutes.")) from failure


def register_tree(
    incidents: Sequence[Incident], organisation: str, language: Language, now: datetime, *, is_whole: bool = True
) -> Document:
    """The register as a document: a part a breach, every line of the table in it that says something.

    Without `is_whole`, it holds the breaches of some vendors alone, those that whoever asks may read, and says so.
    """
    note = N_("Registre tenu en application de l'article 33, § 5, du RGPD : faits, effets, mesures prises.")
    none = N_("Aucune violation n'a été consignée.")
    if not is_whole:
        note = N_("Extrait du registre de l'article 33, § 5, du RGPD : les sous-traitants dont vous êtes responsable.")
        none = N_("Aucune violation n'a été consignée chez les sous-traitants dont vous êtes responsable.")
    blocks: list[Block] = [Note((Text(translate(note, language)),))]
    if not incidents:
        blocks.append(Note((Text(translate(none, language)),)))
    header = [translate(name, language) for name in HEADER]
    blocks += [_part(header, _cells(incident, language), language) for incident in incidents]
    day = written(legal_date(now), language)
    return Document(
        title=translate(TITLE, language), subtitle=f"{organisation} – {day}", language=language, blocks=tuple(blocks),
        reference=f"{organisation} · {day}", contents=False, compact=True,
        created=now.replace(microsecond=0).isoformat(),
    )  # fmt: skip


def _part(header: Sequence[str], cells: Sequence[Value], language: Language) -> Section:
    rows: list[tuple[tuple[Inline, ...], ...]] = [
        ((Text(name, strong=True),), (Text(_in_words(cell, language)),))
        for name, cell in zip(header[2:], cells[2:], strict=True)
        if cell not in (None, "")
    ]
    table = Table(caption="", header=("", ""), rows=tuple(rows), widths=(2, 5))
    return Section(title=f"{cells[0]} – {cells[1]}", blocks=(table,))
