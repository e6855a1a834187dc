"""What a breach makes us write: what the authority's form asks, field by field; the letters to persons and to a client.

Each is a document in French or English, drafted from the facts retained. What is not known is a visible blank.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.tree import Blank, Block, Document, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import N_, Language, both
from portal.incidents.affected_processing import held_lines
from portal.incidents.facts_page import fact_text, moment
from portal.incidents.models import Incident
from portal.vendors.rules.facts import Labelled, SpecialCategory


class BreachLetter(Labelled):
    """A document about a breach."""

    NOTIFICATION = "notification", N_("Contenu de la notification à la CNIL")
    PERSONS = "personnes", N_("Message aux personnes (art. 34)")
    CLIENT = "client", N_("Avis à notre client, quand nous sommes son sous-traitant (art. 33(2))")


@dataclass(frozen=True)
class LetterMatter:
    """What the letters are drafted from."""

    incident: Incident
    services: Mapping[int, str]
    organisation: str
    officer: str
    """Our data protection officer, and how to reach them."""
    now: datetime


def letter_tree(kind: BreachLetter, matter: LetterMatter, language: Language) -> Document:
    """The document asked for."""
    return _MAKERS[kind](matter, language)


Line = tuple[str, str]
"""What the form asks, and what we can answer; an empty answer is a blank."""


def notification_tree(matter: LetterMatter, language: Language) -> Document:
    """What the authority's online form asks (RGPD art. 33(3)), in the order in which we know it."""
    asked: Sequence[tuple[str, Iterator[Line]]] = (
        (both(language, "La notification", "The notification"), _about_notification(matter, language)),
        (both(language, "L'organisme", "The organisation"), _about_us(matter, language)),
        (both(language, "La violation", "The breach"), _about_breach(matter, language)),
        (both(language, "Les données et les personnes", "The data and the persons"), _about_data(matter, language)),
        (both(language, "Les conséquences", "The consequences"), _about_consequences(matter, language)),
        (both(language, "Les mesures", "The measures"), _about_measures(matter, language)),
        (both(language, "L'information des personnes", "Telling the persons"), _about_persons(matter, language)),
    )
    caveat = both(
        language,
        "Éléments tirés de l'article 33, § 3, du RGPD et de la page de la CNIL « Notifier une violation de données"
        " personnelles » (24 mai 2018). L'ordre et les intitulés exacts du téléservice n'ont pas été vérifiés le"
        " 28 novembre 2026 : recopiez chaque réponse dans le champ qui lui correspond. Ce qui manque peut être envoyé"
        " ensuite (art. 33, § 4).",
        "Elements taken from Article 33(3) of the GDPR and from the authority's page “Notifier une violation de"
        " données personnelles” (24 May 2018). The order and exact titles of the online form were not verified on"
        " 28 November 2026: copy each answer into the field it belongs to. What is missing may be sent later"
        " (Article 33(4)).",
    )
    blocks: list[Block] = [Note((Text(caveat),), "warning")]
    blocks += [Section(title=title, blocks=(_table(list(lines), language),)) for title, lines in asked]
    title = both(language, "Contenu de la notification à la CNIL", "Content of the notification to the CNIL")
    return _document(title, matter, language, tuple(blocks))


def _about_notification(matter: LetterMatter, language: Language) -> Iterator[Line]:
    incident = matter.incident
    again = incident.notified_at is not None
    yield (
        both(language, "Type", "Kind"),
        both(language, "Complémentaire", "Additional") if again else both(language, "Initiale", "Initial"),
    )
    if again:
        yield (
            both(language, "Numéro de la notification initiale", "Number of the initial one"),
            incident.notified_reference,
        )
    yield both(language, "Prise de connaissance", "Awareness"), _moment(incident.aware_at, language)
    yield both(language, "Terme des 72 heures", "End of the 72 hours"), _moment(incident.notify_by, language)
    # Once notified, what counts is when that was: what is added afterwards needs no reason.
    if (incident.notified_at or matter.now) > incident.notify_by or incident.delay_reason:
        yield both(language, "Motifs du retard", "Reasons for the delay"), incident.delay_reason


def _about_us(matter: LetterMatter, language: Language) -> Iterator[Line]:
    yield both(language, "Responsable du traitement", "Controller"), matter.organisation
    yield (
        both(language, "Point de contact, délégué à la protection des données", "Contact, data protection officer"),
        matter.officer,
    )
    vendor = matter.incident.vendor
    yield both(language, "Sous-traitant concerné", "Processor concerned"), vendor.legal_name or vendor.name
    yield both(language, "Contact chez le sous-traitant", "Contact at the processor"), matter.incident.known.contact
    yield from _said(("services",), matter, language)
    lines = held_lines(matter.incident)
    none = (
        both(language, "Aucun de ceux du registre", "None of those of the records") if matter.incident.affected else ""
    )
    yield (
        both(language, "Traitements concernés", "Processing activities concerned"),
        ", ".join(line.name for line in lines) or none,
    )


def _about_breach(matter: LetterMatter, language: Language, noticed: str = "") -> Iterator[Line]:
    known = matter.incident.known
    labels = {
        "what": both(language, "Circonstances", "Circumstances"),
        "began_at": both(language, "Début de la violation", "Start of the breach"),
        "noticed_at": noticed or both(language, "Découverte par le sous-traitant", "Noticed by the processor"),
        "nature": both(
            language,
            "Nature : confidentialité, intégrité, disponibilité",
            "Nature: confidentiality, integrity, availability",
        ),
        "cause": both(language, "Origine", "Origin"),
    }
    for name, label in labels.items():
        told = fact_text(name, getattr(known, name), matter.services, language)
        yield label, f"{told} {_zone(language)}" if told and name in {"began_at", "noticed_at"} else told


def _moment(at: datetime, language: Language) -> str:
    """A moment whose reader may be elsewhere: with the zone of its hour."""
    return f"{moment(at, language)} {_zone(language)}"


def _zone(language: Language) -> str:
    return both(language, "(heure de Paris)", "(Paris time)")


def _about_data(matter: LetterMatter, language: Language) -> Iterator[Line]:
    known = matter.incident.known
    sensitive = tuple(one for one in known.categories if one in set(SpecialCategory))
    usual = tuple(one for one in known.categories if one not in set(SpecialCategory))
    none = both(language, "Aucune signalée", "None reported") if known.categories else ""
    yield both(language, "Catégories de données", "Categories of data"), fact_text("categories", usual, {}, language)
    yield (
        both(language, "Données sensibles", "Sensitive data"),
        fact_text("categories", sensitive, {}, language) or none,
    )
    yield (
        both(language, "Nombre approximatif d'enregistrements", "Approximate number of records"),
        fact_text("records", known.records, {}, language),
    )
    yield (
        both(language, "Catégories de personnes", "Categories of persons"),
        fact_text("subjects", known.subjects, {}, language),
    )
    yield (
        both(language, "Nombre approximatif de personnes", "Approximate number of persons"),
        fact_text("persons", known.persons, {}, language),
    )


def _about_consequences(matter: LetterMatter, language: Language) -> Iterator[Line]:
    incident = matter.incident
    yield both(language, "Conséquences probables", "Likely consequences"), incident.known.consequences
    level = {
        "improbable": ("Peu probable", "Unlikely"),
        "risque": ("Risque", "Risk"),
        "eleve": ("Risque élevé", "High risk"),
    }
    yield (
        both(language, "Niveau de risque retenu", "Level of risk decided"),
        both(language, *level[incident.risk.value]) if incident.risk else "",
    )
    yield both(language, "Pourquoi", "Why"), incident.risk_reason


def _about_measures(matter: LetterMatter, language: Language) -> Iterator[Line]:
    yield both(language, "Mesures prises ou proposées", "Measures taken or proposed"), matter.incident.known.measures
    yield both(language, "Ce qui y a remédié", "Remedial action"), matter.incident.remedy


def _about_persons(matter: LetterMatter, language: Language) -> Iterator[Line]:
    incident = matter.incident
    if incident.persons_told_at is not None:
        yield both(language, "Informées le", "Told on"), _moment(incident.persons_told_at, language)
        yield both(language, "Comment", "How"), incident.persons_told_how
    elif incident.exemption is not None:
        yield (
            both(language, "Non informées, exception de l'article 34, § 3", "Not told, exception of Article 34(3)"),
            incident.exemption_reason,
        )
    else:
        yield both(language, "Informées ou non, et pourquoi", "Told or not, and why"), ""


def _said(names: Sequence[str], matter: LetterMatter, language: Language) -> Iterator[Line]:
    labels = {"services": both(language, "Prestations concernées", "Services concerned")}
    for name in names:
        yield labels[name], fact_text(name, getattr(matter.incident.known, name), matter.services, language)


def persons_tree(matter: LetterMatter, language: Language) -> Document:
    """The message to the persons, in plain words (RGPD art. 34(2)): nature, contact, consequences, measures, advice."""
    known = matter.incident.known
    title = both(language, "Vos données : ce qui s'est passé", "Your data: what happened")
    blocks: tuple[Block, ...] = (
        _paragraph(both(language, "Madame, Monsieur,", "Dear Sir or Madam,")),
        _filled(
            both(
                language,
                "Nous vous informons d'une violation de données qui vous concerne : ",
                "We inform you of a data breach that concerns you: ",
            ),
            known.what,
            both(language, "ce qui s'est passé, en mots simples", "what happened, in plain words"),
        ),
        _filled(
            both(language, "Données concernées : ", "Data concerned: "),
            fact_text("categories", known.categories, {}, language),
            both(language, "données concernées", "data concerned"),
        ),
        _filled(
            both(language, "Ce que cela peut entraîner pour vous : ", "What it may lead to for you: "),
            known.consequences,
            both(language, "conséquences probables", "likely consequences"),
        ),
        _filled(
            both(language, "Ce qui a été fait : ", "What was done: "),
            known.measures,
            both(language, "mesures prises", "measures taken"),
        ),
        _paragraph(both(language, "Ce que vous pouvez faire :", "What you can do:")),
        Items(
            (
                (
                    Blank(
                        "advice",
                        both(
                            language,
                            "conseil adapté à cette violation : changer un mot de passe, se méfier d'un appel",
                            "advice that fits this breach: change a password, be wary of a call",
                        ),
                    ),
                ),
            )
        ),
        _filled(
            both(language, "Pour toute question, écrivez ou appelez : ", "For any question, write or call: "),
            matter.officer,
            both(language, "contact du délégué à la protection des données", "contact of the data protection officer"),
        ),
        _paragraph(
            both(
                language,
                "Vous pouvez aussi saisir la CNIL (cnil.fr).",
                "You may also lodge a complaint with the CNIL (cnil.fr).",
            )
        ),
        _paragraph(matter.organisation),
    )
    return _document(title, matter, language, blocks)


def client_tree(matter: LetterMatter, language: Language) -> Document:
    """The notice to our own client when we are the processor: without undue delay (RGPD art. 33(2))."""
    known = matter.incident.known
    title = both(language, "Avis de violation de données", "Notice of a personal data breach")
    opening = both(
        language,
        "En qualité de sous-traitant, et en application de l'article 33, § 2, du RGPD, nous vous notifions la violation"
        " de données suivante, dont nous avons eu connaissance le ",
        "As a processor, and under Article 33(2) of the GDPR, we notify you of the following personal data breach, of"
        " which we became aware on ",
    )
    # The client reads « the processor » as us: who noticed is the one that we engaged.
    noticed = both(language, "Découverte par notre sous-traitant", "Noticed by the processor that we engaged")
    rows = [*_about_breach(matter, language, noticed), *_about_data(matter, language)]
    rows += [
        (both(language, "Conséquences probables", "Likely consequences"), known.consequences),
        (both(language, "Mesures prises ou proposées", "Measures taken or proposed"), known.measures),
        (both(language, "Notre contact", "Our contact"), matter.officer),
    ]
    blocks: tuple[Block, ...] = (
        Paragraph(
            (
                Text(both(language, "À l'attention de ", "To ")),
                Blank("client.name", both(language, "nom et contact du client", "name and contact of the client")),
            )
        ),
        _paragraph(f"{opening}{_moment(matter.incident.aware_at, language)}."),
        _table(rows, language),
        _paragraph(
            both(
                language,
                "Ce qui n'est pas encore connu vous sera communiqué par étapes, sans attendre.",
                "What is not known yet will reach you in phases, without waiting.",
            )
        ),
        _paragraph(matter.organisation),
    )
    return _document(title, matter, language, blocks)


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _filled(opening: str, text: str, missing: str) -> Paragraph:
    held: Inline = Text(text) if text else Blank("fact", missing)
    return Paragraph((Text(opening), held))


def _table(lines: Sequence[Line], language: Language) -> Table:
    rows = tuple(
        ((Text(name, strong=True),), (Text(text) if text else Blank("fact", name),)) for name, text in lines
    )  # fmt: skip
    header = (both(language, "Demandé", "Asked"), both(language, "Réponse", "Answer"))
    return Table(caption="", header=header, rows=rows, widths=(2, 4))


def _document(title: str, matter: LetterMatter, language: Language, blocks: tuple[Block, ...]) -> Document:
    day = written(legal_date(matter.now), language)
    return Document(
        title=title, subtitle=day, language=language, blocks=blocks, contents=False,
        reference=f"{matter.incident.reference} · {day}", created=matter.now.replace(microsecond=0).isoformat(),
    )  # fmt: skip


_MAKERS: Mapping[BreachLetter, Callable[[LetterMatter, Language], Document]] = {
    BreachLetter.NOTIFICATION: notification_tree,
    BreachLetter.PERSONS: persons_tree,
    BreachLetter.CLIENT: client_tree,
}
