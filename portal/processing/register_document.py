"""The register on paper: each entity, then its lines one after the other, as controller and as processor."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from portal.core.dates import written
from portal.core.documents.tree import Block, Document, Inline, Note, Section, Table, Text
from portal.core.language import N_, Language, colon, say, semicolon
from portal.core.translation import translate
from portal.processing.cells import cell_of
from portal.processing.queries import ActivityLine
from portal.processing.rules.sheets import HeldCategory, reading_order
from portal.processing.wording import FIELD_NAMES, ROLE_ARTICLES
from portal.vendors.models import LegalEntity, Service
from portal.vendors.place_names import place_names

_LEFT_OUT = {"name", "criteria_seen"}
_NO_OTHER = N_("Aucun autre que ceux des prestations liées.")
_NONE = N_("Aucun.")


def register_document(lines: Sequence[ActivityLine], language: Language, *, at: datetime, on: date) -> Document:
    """The whole register as a document, as of a day."""
    day = written(on, language)
    blocks: list[Block] = []
    for entity, held in groupby(lines, key=lambda line: line.activity.legal_entity):
        blocks.append(_of_entity(entity, list(held), language))
    if not blocks:
        blocks = [Note((Text(translate(N_("Le registre est vide."), language)),))]
    return Document(
        title=translate(N_("Registre des traitements"), language), subtitle=day, language=language,
        blocks=tuple(blocks), reference=day, contents=False, created=at.replace(microsecond=0).isoformat(),
    )  # fmt: skip


def _of_entity(entity: LegalEntity, lines: Sequence[ActivityLine], language: Language) -> Section:
    who = [
        (N_("Adresse"), " ".join(entity.address.split())),
        (N_("Représentant"), entity.representative),
        (N_("Délégué à la protection des données"), entity.dpo_contact),
    ]
    blocks: list[Block] = [_table([(translate(name, language), words or "–") for name, words in who], language)]
    for role, article in ROLE_ARTICLES.items():
        held = [line for line in lines if line.activity.role is role]
        if held:
            records = tuple(_record(line, language) for line in held)
            blocks.append(Section(title=translate(article, language), blocks=records))
    return Section(title=entity.name, blocks=tuple(blocks))


def _record(line: ActivityLine, language: Language) -> Section:
    rows: list[tuple[str, str]] = []
    for name in reading_order(type(line.sheet)):
        value = getattr(line.sheet, name)
        if name == "data":
            rows += _data(value, language)
            continue
        cell = cell_of(name, value, language)
        words = written(cell, language) if isinstance(cell, date) else (cell or "").replace("\n", semicolon(language))
        if name == "transfers" and not words:
            words = translate(_NO_OTHER if line.services else _NONE, language)
        if words and name not in _LEFT_OUT:
            rows.append((translate(FIELD_NAMES[name], language), words.replace(" | ", ", ")))
    if line.services:
        told = semicolon(language).join(_service(one, language) for one in line.services)
        rows.append((translate(FIELD_NAMES["services"], language), told))
    if line.verdict:
        told = f"{translate(line.verdict.need.label, language)}. {translate(line.verdict.sentence, language)}"
        met = [
            f"{translate(one.criterion.label, language)} ({translate(one.because, language)})"
            for one in line.verdict.reasons
        ]
        told = " ".join([told, semicolon(language).join(met)]).rstrip()
        rows.append((translate(N_("Analyse d'impact"), language), told))
    rows.append((translate(N_("Revue"), language), _review(line, language)))
    return Section(title=line.sheet.name, blocks=(_table(rows, language), *_gaps(line, language)))


def _service(service: Service, language: Language) -> str:
    """Who, what, and where from: the countries are what RGPD art. 30(1)(e) asks of a line with transfers."""
    places = place_names(service.locations, language)
    return f"{service.vendor.name}, {service.name}" + (f" ({places})" if places else "")


def _data(data: Iterable[HeldCategory], language: Language) -> Iterable[tuple[str, str]]:
    """A row for each category: what is held, then when it is erased."""
    for one in data:
        erased = say("Effacées : %(when)s", when=one.retention) if one.retention else ""
        told = [one.details, translate(erased, language)]
        yield translate(one.category.label, language), ". ".join(each.rstrip(".") for each in told if each)


def _gaps(line: ActivityLine, language: Language) -> Iterable[Block]:
    if line.gaps:
        told = " ".join(translate(gap.sentence, language) for gap in line.gaps)
        yield Note((Text(translate(N_("À compléter"), language) + colon(language) + told),), kind="warning")


def _review(line: ActivityLine, language: Language) -> str:
    if line.confirmed is None:
        return translate(N_("Jamais confirmée"), language)
    told = say("Confirmée le %(day)s par %(who)s", day=line.confirmed.on, who=line.confirmed.by)
    return translate(told, language)


def _table(rows: Iterable[tuple[str, str]], language: Language) -> Table:
    cells: tuple[tuple[tuple[Inline, ...], ...], ...] = tuple(
        ((Text(name, strong=True),), (Text(words),)) for name, words in rows
    )
    header = (translate(N_("Champ"), language), translate(N_("Ce qui est dit"), language))
    return Table(caption="", header=header, rows=cells, widths=(2, 5))
