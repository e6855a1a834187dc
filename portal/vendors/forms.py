"""Forms of the register: shape and syntax only; each hands over a command."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence
from portal.identity.models import User
from portal.identity.rules import PERSON_NAME_LENGTH
from portal.vendors import reference
from portal.vendors.models import ContactRole, LegalEntity
from portal.vendors.place_names import country_names, place_names
from portal.vendors.rules.countries import parse_locations
from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.stated_facts import FACT_COLUMNS
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import (
    LONGEST_REASON,
    MECHANISMS,
    ContactSheet,
    EntitySheet,
    InvalidSheet,
    ServiceSheet,
    VendorSheet,
)
from portal.vendors.wording import CONTACT_ROLES, LANGUAGES, labels
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    DayField,
    LongTextField,
    PortalForm,
    SelectField,
    SelectMultipleField,
    TextField,
    choices,
    optional,
)
from portal.web.text import current_language, lazy, said

_UNKNOWN = N_("Personne ne l'a dit")
_AI_HELP = lazy("Un modèle qui produit du texte, trie, note, reconnaît ou prévoit ; règlement (UE) 2024/1689.")
_HEALTH_HELP = lazy("Code de la santé publique, art. L1111-8 : l'hébergeur doit être certifié HDS.")
_MINORS_HELP = lazy("Élèves, jeunes clients, enfants d'un salarié… RGPD art. 8.")
_CLOUD_HELP = lazy("Règlement (UE) 2023/2854 : changer de fournisseur et reprendre ses données.")


def _line(label: str, most: int = 200, *validators: Any, **more: Any) -> TextField:
    return TextField(label, [Length(max=most), *validators], default="", **more)


def _lines(label: str, most: int = 5000, rows: int = 2, **more: Any) -> LongTextField:
    return LongTextField(label, [Length(max=most)], default="", render_kw={"rows": rows}, **more)


def _countries() -> list[SelectChoice]:
    named = country_names(current_language())
    return [SelectChoice("", lazy("Non renseigné")), *(SelectChoice(code, name) for code, name in named)]


def _checkboxes(label: str, kind: Any, **more: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=choices(kind, labels(kind)), coerce=kind, option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False), **more,
    )  # fmt: skip


def _one_of(label: str, kind: Any, **more: Any) -> SelectField:
    return SelectField(label, choices=choices(kind, labels(kind), blank=_UNKNOWN), coerce=optional(kind), **more)


def _yes_or_no(label: str, **more: Any) -> RadioField:
    return RadioField(
        label,
        choices=[SelectChoice("oui", lazy("Oui")), SelectChoice("non", lazy("Non")), SelectChoice("", lazy(_UNKNOWN))],
        coerce=lambda value: {"oui": True, "non": False}.get(value, value if isinstance(value, bool) else None),
        **more,
    )


class PlacesField(TextField):
    """Countries and regions as people write them; its data are their codes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the places; what is not one is said, and stays on the page."""
        super().process_formdata(valuelist)
        self._typed = self.data or ""
        found = parse_locations(self._typed, reference.atlas())
        if isinstance(found, Sentence):
            raise ValueError(said(found))
        self.data = found

    def _value(self) -> str:
        typed: str | None = getattr(self, "_typed", None)
        return typed if typed is not None else place_names(self.data or (), current_language())


class SheetForm(EditForm):
    """A form whose use case may find several fields unsound."""

    def refuse_fields(self, error: InvalidSheet) -> None:
        """Put each sentence beside its field; a parent company is typed by name."""
        for name, sentence in error.fields.items():
            shown = "parent_name" if name == "parent_id" else name
            self.refuse(Refused(sentence), shown if shown in self else None)


class VendorForm(SheetForm):
    """The sheet of a vendor."""

    name = _line(
        lazy("Nom d'usage"), 200, InputRequired(REQUIRED), description=lazy("Celui que tout le monde emploie.")
    )
    legal_name = _line(lazy("Raison sociale"))
    legal_form = _line(lazy("Forme juridique"), 60)
    country = SelectField(lazy("Pays du siège"), choices=_countries)
    siren = _line(lazy("SIREN"), 40, description=lazy("9 chiffres, pour une société française."))
    siret = _line(lazy("SIRET"), 40)
    vat = _line(lazy("Numéro de TVA"), 40)
    lei = _line(lazy("LEI"), 40, description=lazy("Identifiant mondial d'entité juridique, 20 caractères."))
    address = _lines(lazy("Adresse du siège"), 1000, rows=3)
    website = _line(lazy("Site web"), render_kw={"inputmode": "url"})
    parent_name = _line(lazy("Société mère"), description=lazy("Son nom, tel qu'il est dans le registre."))
    representative = _line(lazy("Signataire et sa qualité"))
    eu_representative = _line(
        lazy("Représentant dans l'Union"), description=lazy("Pour une société établie hors de l'Union (RGPD art. 27).")
    )
    dpo_contact = _line(lazy("Délégué à la protection des données"))
    breach_contact = _line(
        lazy("Contact en cas de violation"),
        description=lazy("Joignable à toute heure : nom, téléphone, adresse e-mail."),
    )
    language = SelectField(lazy("Langue des échanges"), choices=choices(Language, LANGUAGES), coerce=Language)

    def sheet(self, parent_id: int | None) -> VendorSheet:
        """What was typed."""
        typed = {name: data for name, data in self.data.items() if name in VendorSheet.__dataclass_fields__}
        return VendorSheet(**{**typed, "website": _web_address(self.website.data), "parent_id": parent_id})


class NewVendorForm(VendorForm):
    """A vendor about to enter the register."""

    owner_id = SelectField(lazy("Responsable"), coerce=lambda value: int(value) if value else None)

    def offering(self, owners: Sequence[User]) -> "NewVendorForm":
        """The form with the accounts that may own the vendor; without any, the person entering it does."""
        if not owners:
            del self.owner_id
        else:
            self.owner_id.choices = _owners(owners)
        return self


class OwnerForm(EditForm):
    """Who answers for a vendor."""

    owner_id = SelectField(lazy("Responsable"), coerce=lambda value: int(value) if value else None)

    def offering(self, owners: Sequence[User]) -> "OwnerForm":
        """The form with the accounts to choose from."""
        self.owner_id.choices = _owners(owners)
        return self


def _owners(owners: Sequence[User]) -> list[SelectChoice]:
    return [SelectChoice("", lazy("Personne")), *(SelectChoice(str(user.id), user.name) for user in owners)]


def _web_address(typed: str) -> str:
    """An address that a link may carry: http or https, added when nothing was said.

    >>> _web_address("acme.fr"), _web_address("javascript:alert(1)"), _web_address("")
    ('https://acme.fr', 'https://javascript:alert(1)', '')
    """
    return typed if not typed or typed.lower().startswith(("http://", "https://")) else f"https://{typed}"


class ServiceForm(SheetForm):
    """What a vendor does for us."""

    name = _line(lazy("Prestation"), 200, InputRequired(REQUIRED))
    legal_entity_id = SelectField(lazy("Entité du groupe pour qui"), coerce=lambda value: int(value) if value else None)
    description = _lines(lazy("Description"))
    purpose = _lines(lazy("Finalités"), description=lazy("Une par ligne."))
    nature = _lines(
        lazy("Opérations effectuées sur les données"),
        description=lazy("Collecte, hébergement, consultation, effacement… une par ligne."),
    )
    categories = _checkboxes(lazy("Catégories de données"), DataCategory)
    has_special = _yes_or_no(lazy("Traite-t-il des données sensibles (RGPD art. 9 et 10, NIR) ?"))
    special_categories = _checkboxes(lazy("Lesquelles"), SpecialCategory)
    data_details = _lines(lazy("Précisions sur les données"))
    subjects = _checkboxes(lazy("Personnes concernées"), DataSubject)
    volume = SelectField(lazy("Combien de personnes"), choices=choices(Volume, labels(Volume)), coerce=Volume)
    locations = PlacesField(
        lazy("Où sont les données"), [Length(max=2000)],
        description=lazy("Pays ou régions, séparés par des virgules : France, Union européenne, États-Unis."),
    )  # fmt: skip
    transfer_mechanism = SelectField(
        lazy("Sur quoi repose un transfert hors de l'EEE"),
        choices=[SelectChoice("", lazy(_UNKNOWN)), *(SelectChoice(k, lazy(name)) for k, name in MECHANISMS.items())],
    )
    access = SelectField(
        lazy("Comment accède-t-il aux données"), choices=choices(Access, labels(Access)),
        coerce=Access,
    )  # fmt: skip
    criticality = SelectField(
        lazy("Combien en dépendons-nous"),
        choices=[
            SelectChoice("", lazy(_UNKNOWN)),
            *(SelectChoice(str(level.value), lazy(level.label)) for level in Criticality),
        ],
        coerce=lambda value: Criticality(int(value)) if value not in {None, "", "None"} else None,
    )
    customer_relation = _one_of(lazy("Parle-t-il aux personnes en notre nom"), CustomerRelation)
    handles_withdrawals = _yes_or_no(
        lazy("Les rétractations, retours ou remboursements de consommateurs passent-ils par lui ?"),
        description=lazy("Code de la consommation, art. L221-18 à L221-28. « Oui » place la clause CL30 au contrat."),
    )
    calls_consumers = _yes_or_no(
        lazy("Démarche-t-il des consommateurs par téléphone en notre nom ?"),
        description=lazy("Code de la consommation, art. L223-1. « Oui » place la clause CL31 au contrat."),
    )
    hosts_health_data = _yes_or_no(
        lazy("Héberge-t-il des données de santé pour nous ?"),
        description=_HEALTH_HELP,
    )
    uses_ai = _yes_or_no(
        lazy("Utilise-t-il l'intelligence artificielle pour ce qu'il fait pour nous ?"),
        description=_AI_HELP,
    )
    is_cloud = _yes_or_no(
        lazy("Est-ce un logiciel ou un hébergement en nuage (SaaS, PaaS, IaaS) ?"),
        description=_CLOUD_HELP,
    )
    concerns_minors = _yes_or_no(
        lazy("Des mineurs s'en servent-ils, ou traite-t-il leurs données ?"),
        description=_MINORS_HELP,
    )
    chain = _one_of(lazy("Fait-il appel à d'autres"), Chain)
    retention = _lines(lazy("Durées de conservation"), 2000)
    started_on = DayField(lazy("Début"))
    duration = _line(lazy("Durée"), description=lazy("Telle qu'un contrat la dit : « trois ans, reconductible »."))
    ended_on = DayField(lazy("Fin"))

    def offering(self, entities: Sequence[LegalEntity]) -> "ServiceForm":
        """The form with the legal entities to choose from."""
        self.legal_entity_id.choices = [
            SelectChoice("", lazy("Non renseigné")),
            *(SelectChoice(str(entity.id), entity.name) for entity in entities),
        ]
        return self

    def sheet(self) -> ServiceSheet:
        """What was typed."""
        typed = {name: data for name, data in self.data.items() if name in ServiceSheet.__dataclass_fields__}
        lists = {name: tuple(data) for name, data in typed.items() if isinstance(data, list)}
        return ServiceSheet(**{**typed, **lists})


class FactsForm(PortalForm):
    """Plain questions about what a vendor does; what is left open stays as it was."""

    categories = _checkboxes(lazy("1. Quelles données lui confie-t-on ?"), DataCategory)
    has_special = _yes_or_no(
        lazy("2. Des données sensibles : santé, numéro de sécurité sociale, opinions, biométrie… ?")
    )
    special_categories = _checkboxes(lazy("Lesquelles, si oui"), SpecialCategory)
    subjects = _checkboxes(lazy("3. De qui sont ces données ?"), DataSubject)
    volume = _one_of(lazy("4. Combien de personnes, à peu près ?"), Volume)
    locations = PlacesField(
        lazy("5. Dans quels pays sont-elles ?"), [Length(max=2000)],
        description=lazy("Pays ou régions, séparés par des virgules : France, Union européenne, États-Unis."),
    )  # fmt: skip
    access = _one_of(lazy("6. Comment y accède-t-il ?"), Access)
    criticality = SelectField(
        lazy("7. Et s'il s'arrêtait demain ?"),
        choices=[
            SelectChoice("", lazy(_UNKNOWN)),
            *(SelectChoice(str(level.value), lazy(level.label)) for level in Criticality),
        ],
        coerce=lambda value: Criticality(int(value)) if value not in {None, "", "None"} else None,
    )
    customer_relation = _one_of(lazy("8. Parle-t-il aux personnes en notre nom ?"), CustomerRelation)
    chain = _one_of(lazy("9. Fait-il travailler d'autres sociétés sur ces données ?"), Chain)
    handles_withdrawals = _yes_or_no(
        lazy("10. Les rétractations, retours ou remboursements de consommateurs passent-ils par lui ?")
    )
    hosts_health_data = _yes_or_no(
        lazy("11. Héberge-t-il des données de santé pour nous ?"),
        description=_HEALTH_HELP,
    )
    uses_ai = _yes_or_no(
        lazy("12. Utilise-t-il l'intelligence artificielle pour ce qu'il fait pour nous ?"),
        description=_AI_HELP,
    )
    is_cloud = _yes_or_no(
        lazy("13. Est-ce un logiciel ou un hébergement en nuage (SaaS, PaaS, IaaS) ?"),
        description=_CLOUD_HELP,
    )
    concerns_minors = _yes_or_no(
        lazy("14. Des mineurs s'en servent-ils, ou traite-t-il leurs données ?"),
        description=_MINORS_HELP,
    )

    def leaving_open(self, words: str) -> "FactsForm":
        """The form whose open answer is called this."""
        for field in (self.volume, self.access, self.criticality, self.customer_relation, self.chain):
            kept = [choice for choice in field.choices if choice.value not in {"", "inconnu"}]
            field.choices = [SelectChoice("", words), *kept]
        for field in (
            self.has_special, self.handles_withdrawals, self.hosts_health_data, self.uses_ai, self.is_cloud,
            self.concerns_minors,
        ):  # fmt: skip
            field.choices = [*field.choices[:2], SelectChoice("", words)]
        return self

    def stated(self) -> dict[str, Any]:
        """What was answered, as columns of a service."""
        found = {name: data for name, data in self.data.items() if name in FACT_COLUMNS}
        criticality = found["criticality"]
        return {
            **found,
            **{name: list(found[name]) for name in ("categories", "special_categories", "subjects")},
            "locations": list(found["locations"] or ()),
            "criticality": None if criticality is None else int(criticality),
        }


class AnswerFactsForm(FactsForm):
    """The same questions for somebody who has no account, with the code of their link."""

    token = HiddenField()
    name = _line(lazy("Votre nom"), PERSON_NAME_LENGTH, InputRequired(REQUIRED), render_kw={"autocomplete": "name"})


class AskFactsForm(PortalForm):
    """Whom to ask about a service."""

    email = _line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "list": "connus"},
        description=lazy("Le responsable métier, ou quelqu'un chez le sous-traitant. Aucun compte n'est nécessaire."),
    )  # fmt: skip
    language = SelectField(lazy("Langue"), choices=choices(Language, LANGUAGES), coerce=Language)


class EndForm(EditForm):
    """The day on which a service ends."""

    on = DayField(lazy("Dernier jour de la prestation"), required=True)


class AddressForm(SheetForm):
    """The address a message is sent to again."""

    address = _line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip


class ContactForm(SheetForm):
    """Someone at a vendor."""

    name = _line(lazy("Nom"), 200, InputRequired(REQUIRED))
    email = _line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    phone = _line(lazy("Téléphone"), 40, render_kw={"type": "tel"})
    role = SelectField(lazy("Interlocuteur pour"), choices=choices(ContactRole, CONTACT_ROLES), coerce=ContactRole)
    language = SelectField(lazy("Langue"), choices=choices(Language, LANGUAGES), coerce=Language)

    def sheet(self) -> ContactSheet:
        """What was typed."""
        return ContactSheet(self.name.data, self.email.data, self.phone.data, self.role.data, self.language.data)


class EntityForm(SheetForm):
    """A legal entity of the group."""

    name = _line(lazy("Dénomination"), 200, InputRequired(REQUIRED))
    country = SelectField(lazy("Pays"), choices=_countries, default="FR")
    registration = _line(
        lazy("Immatriculation"), 80, description=lazy("Le SIREN en France ; ailleurs, le numéro du registre.")
    )
    lei = _line(lazy("LEI"), 40)
    address = _lines(lazy("Adresse du siège"), 1000, rows=3)
    representative = _line(lazy("Signataire et sa qualité"))
    dpo_contact = _line(lazy("Délégué à la protection des données"))
    privacy_contact = _line(
        lazy("Interlocuteur"), description=lazy("À qui un sous-traitant écrit : adresse e-mail, téléphone.")
    )
    is_financial = _yes_or_no(
        lazy("Est-ce une entité financière au sens de DORA ?"),
        description=lazy("Règlement (UE) 2022/2554, art. 2 : banque, assurance, paiement, gestion d'actifs…"),
    )
    is_nis2 = _yes_or_no(
        lazy("Est-ce une entité essentielle ou importante au sens de NIS 2 ?"),
        description=lazy("Directive (UE) 2022/2555, art. 3 : selon le secteur et la taille."),
    )

    def sheet(self) -> EntitySheet:
        """What was typed."""
        return EntitySheet(
            **{name: data for name, data in self.data.items() if name in EntitySheet.__dataclass_fields__}
        )


class ExpertForm(PortalForm):
    """Which expert may read a vendor, and until when."""

    user_id = SelectField(lazy("Expert"), coerce=int)
    until = DayField(lazy("Jusqu'au"), required=True, description=lazy("Ce jour compris."))

    def offering(self, experts: Sequence[User]) -> "ExpertForm":
        """The form with the experts' accounts."""
        self.user_id.choices = [SelectChoice(str(user.id), user.name) for user in experts]
        return self


class UploadForm(PortalForm):
    """A list handed in."""

    file = FileField(lazy("Liste de sous-traitants"), [FileRequired(lazy("Choisissez d'abord un fichier."))])

    def listed(self, most: int) -> tuple[str, bytes]:
        """The name and content of the file: one byte more than allowed is enough to refuse it."""
        return self.file.data.filename or "", self.file.data.read(most + 1)


class SignatureForm(PortalForm):
    """A contract recorded as signed: when, and the copy that was signed."""

    signed_on = DayField(lazy("Signé le"), required=True)
    file = FileField(
        lazy("Exemplaire signé"), [FileRequired(lazy("Choisissez d'abord un fichier."))],
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). Il est chiffré dès son arrivée."),
    )  # fmt: skip


class ReceivedSignatureForm(SignatureForm):
    """The same for a contract received, whose file may be the signed copy."""

    file = FileField(
        lazy("Exemplaire signé"),
        description=lazy("PDF signé ou numérisé, ou image (PNG, JPG). À défaut, le PDF reçu est l'exemplaire signé."),
    )


class CancelSignatureForm(PortalForm):
    """Why a record of signature is taken back."""

    reason = LongTextField(
        lazy("Motif"), [InputRequired(REQUIRED), Length(max=LONGEST_REASON)],
        description=lazy("Signature enregistrée par erreur, contrat résilié… La raison reste au journal."),
        render_kw={"rows": 3},
    )  # fmt: skip


class ConfirmForm(PortalForm):
    """The status that imported vendors receive, asked just before importing."""

    status_given = SelectField(
        lazy("Statut de ces sous-traitants"), choices=choices(VendorStatus, labels(VendorStatus)), coerce=VendorStatus,
        default=VendorStatus.ACTIVE,
    )  # fmt: skip
