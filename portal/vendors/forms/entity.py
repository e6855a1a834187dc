"""The forms of a legal entity of the group."""

from collections.abc import Iterable

from wtforms import BooleanField
from wtforms.validators import InputRequired

from portal.vendors.forms.fields import SheetForm, country_choices, line, lines, yes_or_no
from portal.vendors.services import ENTITY_RULES, EntitySheet
from portal.web.forms import REQUIRED, PortalForm, SelectField
from portal.web.text import lazy


class EntityForm(SheetForm):
    """A legal entity of the group."""

    name = line(lazy("Dénomination"), 200, InputRequired(REQUIRED))
    country = SelectField(lazy("Pays"), choices=country_choices, default="FR")
    registration = line(
        lazy("Immatriculation"), 80, description=lazy("Le SIREN en France ; ailleurs, le numéro du registre.")
    )
    lei = line(lazy("LEI"), 40)
    address = lines(lazy("Adresse du siège"), 1000, rows=3)
    representative = line(lazy("Signataire et sa qualité"))
    dpo_contact = line(lazy("Délégué à la protection des données"))
    privacy_contact = line(
        lazy("Interlocuteur"), description=lazy("À qui un sous-traitant écrit : adresse e-mail, téléphone.")
    )
    is_financial = yes_or_no(
        lazy("Est-ce une entité financière au sens de DORA ?"),
        description=lazy("Règlement (UE) 2022/2554, art. 2 : banque, assurance, paiement, gestion d'actifs…"),
    )
    keeps_dora_register = BooleanField(
        lazy("Tenir ici son registre d'information DORA"),
        description=lazy("Règlement (UE) 2022/2554, art. 28-3. Le registre s'ouvre alors dans « Pilotage »."),
    )
    is_nis2 = yes_or_no(
        lazy("Est-ce une entité essentielle ou importante au sens de NIS 2 ?"),
        description=lazy("Directive (UE) 2022/2555, art. 3 : selon le secteur et la taille."),
    )

    def sheet(self) -> EntitySheet:
        """What was typed."""
        return EntitySheet(
            **{name: data for name, data in self.data.items() if name in EntitySheet.__dataclass_fields__}
        )


class EntityRulesForm(PortalForm):
    """What nobody has said of the rules an entity is under; what was said is corrected on its own page."""

    is_financial = EntityForm.is_financial
    is_nis2 = EntityForm.is_nis2

    def leaving_out(self, said: Iterable[str]) -> "EntityRulesForm":
        """Ask nothing of what was said."""
        for name in said:
            del self[name]
        return self

    def answers(self) -> dict[str, bool]:
        """What was answered."""
        return {name: self[name].data for name in ENTITY_RULES if name in self and self[name].data is not None}
