"""What the register of vendors puts in the file for the authority: who they are, what they do, who answers there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import or_, select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.history import PastRows, rows_as_of
from portal.core.language import N_, Sentence, say, semicolon
from portal.core.translation import translate
from portal.vendors.models import Contact, DataTransfer, LegalEntity, Service, SubProcessor, Vendor
from portal.vendors.place_names import place_name, place_names
from portal.vendors.rules.facts import DataCategory, DataSubject, SpecialCategory
from portal.vendors.services import MECHANISMS
from portal.vendors.wording import CONTACT_ROLES
from portal.web.file_parts import FileCell, FilePart, FileScope, FileTable, PartContent, unknown_before

_USAGES = {
    "hebergement": N_("Hébergement"),
    "sauvegarde": N_("Sauvegarde"),
    "acces-distant": N_("Accès à distance"),
    "traitement": N_("Autre traitement"),
}
_FRAMES = {
    "eee": N_("Dans l'Espace économique européen"),
    "adequation": N_("Décision d'adéquation (RGPD art. 45)"),
    "dpf": N_("Décision d'adéquation (RGPD art. 45), organisme inscrit au DPF"),
    "cct": N_("Clauses contractuelles types (RGPD art. 46(2)(c))"),
    "bcr": N_("Règles d'entreprise contraignantes (art. 47)"),
    "derogation": N_("Dérogation (art. 49)"),
}
"""What frames a transfer, by the value of the choice of the questionnaire; « we do not know » is not known."""
_LISTED = {one.value: one.label for kind in (DataCategory, SpecialCategory, DataSubject) for one in kind}


def vendor_content(ctx: Context, scope: FileScope) -> PartContent:
    """The vendors of a file as they stood, with what is not known of them."""
    vendors = rows_as_of(ctx.session, Vendor, scope.before, row_ids=scope.vendor_ids)
    services = rows_as_of(ctx.session, Service, scope.before, parents=scope.vendor_ids)
    contacts = rows_as_of(ctx.session, Contact, scope.before, parents=scope.vendor_ids)
    held = [one for one in services.rows if scope.service_ids is None or one.id in scope.service_ids]
    entity_ids = {one.legal_entity_id for one in held if one.legal_entity_id is not None}
    entity_ids |= {scope.entity_id} if scope.entity_id is not None else set()
    entities = rows_as_of(ctx.session, LegalEntity, scope.before, row_ids=entity_ids)
    names = {one.id: one.name for one in entities.rows}
    return PartContent(
        tables=(
            _vendors(vendors.rows, scope), _entities(entities.rows, scope), _services(held, names, scope),
            _contacts(contacts.rows, scope),
        ),
        gaps=(*_unknown(vendors, services, contacts, entities), *_missing(vendors, held, contacts, scope)),
    )  # fmt: skip


def _unknown(vendors: PastRows, services: PastRows, contacts: PastRows, entities: PastRows) -> Iterator[Sentence]:
    yield from unknown_before(vendors, say("Identité des sous-traitants"))
    yield from unknown_before(services, say("Prestations"))
    yield from unknown_before(contacts, say("Contacts"))
    yield from unknown_before(entities, say("Entités du groupe"))


def _missing(
    vendors: PastRows, services: Sequence[Service], contacts: PastRows, scope: FileScope
) -> Iterator[Sentence]:
    told = {one.vendor_id for one in services}
    reached = {one.vendor_id for one in contacts.rows}
    for one in vendors.rows:
        if not one.address:
            yield say("%(vendor)s : adresse non renseignée.", vendor=one.name)
        if not one.dpo_contact:
            yield say(
                "%(vendor)s : coordonnées du délégué à la protection des données non renseignées.", vendor=one.name
            )
        if one.id not in told:
            yield say("%(vendor)s : aucune prestation décrite.", vendor=one.name)
        if contacts.is_known and one.id not in reached:
            yield say("%(vendor)s : aucun contact.", vendor=one.name)
    for service in services:
        if not service.locations:
            words = {"vendor": scope.named(service.vendor_id), "service": service.name}
            yield say("%(vendor)s, %(service)s : lieux des données non renseignés.", **words)
    if vendors.is_known:
        for number in sorted(scope.vendor_ids - {one.id for one in vendors.rows}):
            yield say("%(vendor)s n'était pas au registre ce jour-là.", vendor=scope.named(number))


def _vendors(rows: Iterable[Vendor], scope: FileScope) -> FileTable:
    return FileTable(
        name="sous-traitants", title=N_("Sous-traitants"), as_records=True,
        columns=(
            N_("Nom"), N_("Dénomination sociale"), N_("Forme juridique"), N_("SIREN"), N_("LEI"), N_("Adresse"),
            N_("Pays"), N_("Représentant"), N_("Représentant dans l'Union (art. 27)"),
            N_("Délégué à la protection des données"), N_("Contact en cas de violation"), N_("Statut"),
            N_("Criticité"),
        ),
        rows=tuple(
            (
                one.name, one.legal_name, one.legal_form, one.siren, one.lei, one.address,
                place_name(one.country, scope.language), one.representative, one.eu_representative, one.dpo_contact,
                one.breach_contact, Sentence(one.status.label), Sentence(one.tier.label) if one.tier else None,
            )
            for one in rows
        ),
    )  # fmt: skip


def _entities(rows: Iterable[LegalEntity], scope: FileScope) -> FileTable:
    return FileTable(
        name="entites",
        title=N_("Responsables de traitement"),
        columns=(
            N_("Nom"),
            N_("Immatriculation"),
            N_("Adresse"),
            N_("Pays"),
            N_("Délégué à la protection des données"),
        ),
        rows=tuple(
            (one.name, one.registration, one.address, place_name(one.country, scope.language), one.dpo_contact)
            for one in rows
        ),
    )


def _services(rows: Iterable[Service], entities: dict[int, str], scope: FileScope) -> FileTable:
    return FileTable(
        name="prestations", title=N_("Prestations"), as_records=True,
        columns=(
            N_("Prestation"), N_("Sous-traitant"), N_("Entité"), N_("Finalité"), N_("Nature"), N_("Données"),
            N_("Précisions sur les données"), N_("Données sensibles"), N_("Personnes concernées"), N_("Volume"),
            N_("Conservation"), N_("Localisation"), N_("Transferts"), N_("Début"), N_("Fin"),
        ),
        rows=tuple(
            (
                one.name, scope.named(one.vendor_id), entities.get(one.legal_entity_id or 0), one.purpose or None,
                one.nature or None, _listed(one.categories, scope), one.data_details,
                _listed(one.special_categories, scope) if one.special_categories else one.has_special,
                _listed(one.subjects, scope), Sentence(one.volume.label), one.retention or None,
                place_names(one.locations, scope.language) or None,
                Sentence(MECHANISMS[one.transfer_mechanism]) if one.transfer_mechanism else None,
                one.started_on, one.ended_on or "",
            )
            for one in rows
        ),
    )  # fmt: skip


def _contacts(rows: Iterable[Contact], scope: FileScope) -> FileTable:
    return FileTable(
        name="contacts", title=N_("Contacts"),
        columns=(N_("Nom"), N_("Sous-traitant"), N_("Rôle"), N_("Adresse électronique"), N_("Téléphone")),
        rows=tuple(
            (one.name, scope.named(one.vendor_id), Sentence(CONTACT_ROLES[one.role]), one.email, one.phone)
            for one in rows
        ),
    )  # fmt: skip


def _word(words: Mapping[str, str], code: str) -> Sentence | None:
    return Sentence(words[code]) if code in words else None


def _listed(values: Sequence[str], scope: FileScope) -> FileCell:
    """Several choices in words, in the language of the file."""
    language = scope.language
    return semicolon(language).join(translate(_LISTED.get(value, value), language) for value in values) or None


def stated_content(ctx: Context, scope: FileScope) -> PartContent:
    """The sub-processors and the places that vendors stated, as the register held them that day."""
    still = [or_(kind.valid_until.is_(None), kind.valid_until > scope.on) for kind in (SubProcessor, DataTransfer)]
    subs = ctx.session.scalars(
        select(SubProcessor)
        .where(SubProcessor.vendor_id.in_(scope.vendor_ids), SubProcessor.valid_from <= scope.on, still[0])
        .order_by(SubProcessor.vendor_id, SubProcessor.id)
    ).all()
    places = ctx.session.scalars(
        select(DataTransfer)
        .where(DataTransfer.vendor_id.in_(scope.vendor_ids), DataTransfer.valid_from <= scope.on, still[1])
        .order_by(DataTransfer.vendor_id, DataTransfer.id)
    ).all()
    silent = sorted(scope.vendor_ids - {one.vendor_id for one in subs})
    unsaid = sorted(scope.vendor_ids - {one.vendor_id for one in places})
    return PartContent(
        tables=(
            FileTable(
                name="sous-traitants-ulterieurs", title=N_("Sous-traitants ultérieurs déclarés"), as_records=True,
                columns=(N_("Nom"), N_("Sous-traitant"), N_("Ce qu'il fait"), N_("Pays"), N_("Adresse"), N_("Contact"),
                         N_("Données"), N_("Au registre depuis")),
                rows=tuple(
                    (one.name, scope.named(one.vendor_id), one.service or None,
                     place_name(one.country, scope.language) or None, one.address or None, one.contact or None,
                     one.data or None, one.valid_from)
                    for one in subs
                ),
            ),
            FileTable(
                name="lieux-declares", title=N_("Lieux et transferts déclarés"), as_records=True,
                columns=(N_("Destinataire"), N_("Sous-traitant"), N_("Pays"), N_("Usage"), N_("Ce qui l'encadre"),
                         N_("Analyse d'impact du transfert"), N_("Au registre depuis")),
                rows=tuple(
                    (one.recipient, scope.named(one.vendor_id), place_name(one.country, scope.language) or None,
                     _word(_USAGES, one.usage), _word(_FRAMES, one.mechanism), one.assessed_on or None, one.valid_from)
                    for one in places
                ),
            ),
        ),
        gaps=(
            *(say("%(vendor)s : aucun sous-traitant ultérieur déclaré au registre ce jour-là ; ce n'est pas la preuve "
                  "qu'il n'y en avait pas.", vendor=scope.named(number)) for number in silent),
            *(say("%(vendor)s : aucun lieu de traitement déclaré ce jour-là.", vendor=scope.named(n)) for n in unsaid),
        ),
    )  # fmt: skip


PARTS = (
    FilePart(
        key="identite", order=10, title=N_("Identité et prestations"), permission=Permission.VENDOR_VIEW,
        find=vendor_content,
        actions=frozenset({"vendor.created", "vendor.described", "vendor.moved", "service.added", "service.revised",
                           "service.ended", "vendor.sub_processors", "vendor.transfers", "entity.described"}),
    ),
    FilePart(
        key="declarations", order=39, title=N_("Déclarations du sous-traitant"), permission=Permission.VENDOR_VIEW,
        find=stated_content,
    ),
)  # fmt: skip
