"""Forms of a service: its sheet, the plain questions that ask the same facts by link, its last day."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.language import Language
from portal.identity.rules import PERSON_NAME_LENGTH
from portal.vendors.forms.fields import (
    UNKNOWN,
    PlacesField,
    SheetForm,
    checkboxes,
    dependence,
    line,
    lines,
    one_of,
    yes_or_no,
)
from portal.vendors.models import LegalEntity
from portal.vendors.rules.facts import (
    Access,
    Chain,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.stated_facts import FACT_COLUMNS
from portal.vendors.services import MECHANISMS, ServiceSheet
from portal.vendors.wording import LANGUAGES, labels
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, DayField, PortalForm, SelectField, choices
from portal.web.text import lazy

_AI_HELP = lazy("Un modèle qui produit du texte, trie, note, reconnaît ou prévoit ; règlement (UE) 2024/1689.")
_HEALTH_HELP = lazy("Code de la santé publique, art. L1111-8 : l'hébergeur doit être certifié HDS.")
_MINORS_HELP = lazy("Élèves, jeunes clients, enfants d'un salarié… RGPD art. 8.")
_CLOUD_HELP = lazy("Règlement (UE) 2023/2854 : changer de fournisseur et reprendre ses données.")


class ServiceForm(SheetForm):
    """What a vendor does for us."""

    name = line(lazy("Prestation"), 200, InputRequired(REQUIRED))
    legal_entity_id = SelectField(lazy("Entité du groupe pour qui"), coerce=lambda value: int(value) if value else None)
    description = lines(lazy("Description"))
    purpose = lines(lazy("Finalités"), description=lazy("Une par ligne."))
    nature = lines(
        lazy("Opérations effectuées sur les données"),
        description=lazy("Collecte, hébergement, consultation, effacement… une par ligne."),
    )
    categories = checkboxes(lazy("Catégories de données"), DataCategory)
    has_special = yes_or_no(lazy("Traite-t-il des données sensibles (RGPD art. 9 et 10, NIR) ?"))
    special_categories = checkboxes(lazy("Lesquelles"), SpecialCategory)
    data_details = lines(lazy("Précisions sur les données"))
    subjects = checkboxes(lazy("Personnes concernées"), DataSubject)
    volume = SelectField(lazy("Combien de personnes"), choices=choices(Volume, labels(Volume)), coerce=Volume)
    locations = PlacesField(lazy("Où sont les données"))
    transfer_mechanism = SelectField(
        lazy("Sur quoi repose un transfert hors de l'EEE"),
        choices=[SelectChoice("", lazy(UNKNOWN)), *(SelectChoice(k, lazy(name)) for k, name in MECHANISMS.items())],
    )
    access = SelectField(
        lazy("Comment accède-t-il aux données"), choices=choices(Access, labels(Access)),
        coerce=Access,
    )  # fmt: skip
    criticality = dependence(lazy("Combien en dépendons-nous"))
    customer_relation = one_of(lazy("Parle-t-il aux personnes en notre nom"), CustomerRelation)
    handles_withdrawals = yes_or_no(
        lazy("Les rétractations, retours ou remboursements de consommateurs passent-ils par lui ?"),
        description=lazy("Code de la consommation, art. L221-18 à L221-28. « Oui » place la clause CL30 au contrat."),
    )
    calls_consumers = yes_or_no(
        lazy("Démarche-t-il des consommateurs par téléphone en notre nom ?"),
        description=lazy("Code de la consommation, art. L223-1. « Oui » place la clause CL31 au contrat."),
    )
    hosts_health_data = yes_or_no(lazy("Héberge-t-il des données de santé pour nous ?"), description=_HEALTH_HELP)
    uses_ai = yes_or_no(
        lazy("Utilise-t-il l'intelligence artificielle pour ce qu'il fait pour nous ?"), description=_AI_HELP
    )
    is_cloud = yes_or_no(
        lazy("Est-ce un logiciel ou un hébergement en nuage (SaaS, PaaS, IaaS) ?"), description=_CLOUD_HELP
    )
    concerns_minors = yes_or_no(
        lazy("Des mineurs s'en servent-ils, ou traite-t-il leurs données ?"), description=_MINORS_HELP
    )
    chain = one_of(lazy("Fait-il appel à d'autres"), Chain)
    retention = lines(lazy("Durées de conservation"), 2000)
    started_on = DayField(lazy("Début"))
    duration = line(lazy("Durée"), description=lazy("Telle qu'un contrat la dit : « trois ans, reconductible »."))
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

    categories = checkboxes(lazy("1. Quelles données lui confie-t-on ?"), DataCategory)
    has_special = yes_or_no(
        lazy("2. Des données sensibles : santé, numéro de sécurité sociale, opinions, biométrie… ?")
    )
    special_categories = checkboxes(lazy("Lesquelles, si oui"), SpecialCategory)
    subjects = checkboxes(lazy("3. De qui sont ces données ?"), DataSubject)
    volume = one_of(lazy("4. Combien de personnes, à peu près ?"), Volume)
    locations = PlacesField(lazy("5. Dans quels pays sont-elles ?"))
    access = one_of(lazy("6. Comment y accède-t-il ?"), Access)
    criticality = dependence(lazy("7. Et s'il s'arrêtait demain ?"))
    customer_relation = one_of(lazy("8. Parle-t-il aux personnes en notre nom ?"), CustomerRelation)
    chain = one_of(lazy("9. Fait-il travailler d'autres sociétés sur ces données ?"), Chain)
    handles_withdrawals = yes_or_no(
        lazy("10. Les rétractations, retours ou remboursements de consommateurs passent-ils par lui ?")
    )
    hosts_health_data = yes_or_no(lazy("11. Héberge-t-il des données de santé pour nous ?"), description=_HEALTH_HELP)
    uses_ai = yes_or_no(
        lazy("12. Utilise-t-il l'intelligence artificielle pour ce qu'il fait pour nous ?"), description=_AI_HELP
    )
    is_cloud = yes_or_no(
        lazy("13. Est-ce un logiciel ou un hébergement en nuage (SaaS, PaaS, IaaS) ?"), description=_CLOUD_HELP
    )
    concerns_minors = yes_or_no(
        lazy("14. Des mineurs s'en servent-ils, ou traite-t-il leurs données ?"), description=_MINORS_HELP
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
    name = line(lazy("Votre nom"), PERSON_NAME_LENGTH, InputRequired(REQUIRED), render_kw={"autocomplete": "name"})


class AskFactsForm(PortalForm):
    """Whom to ask about a service."""

    email = line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "list": "connus"},
        description=lazy("Le responsable métier, ou quelqu'un chez le sous-traitant. Aucun compte n'est nécessaire."),
    )  # fmt: skip
    language = SelectField(lazy("Langue"), choices=choices(Language, LANGUAGES), coerce=Language)


class EndForm(EditForm):
    """The day on which a service ends."""

    on = DayField(lazy("Dernier jour de la prestation"), required=True)
