"""Forms of a vendor: its sheet, and who answers for it."""

from collections.abc import Sequence

from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.language import Language
from portal.identity.models import User
from portal.vendors.forms.fields import SheetForm, country_choices, line, lines
from portal.vendors.services import VendorSheet
from portal.vendors.wording import LANGUAGES
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, SelectField, choices
from portal.web.text import lazy


class VendorForm(SheetForm):
    """The sheet of a vendor."""

    name = line(lazy("Nom d'usage"), 200, InputRequired(REQUIRED), description=lazy("Celui que tout le monde emploie."))
    legal_name = line(lazy("Raison sociale"))
    legal_form = line(lazy("Forme juridique"), 60)
    country = SelectField(lazy("Pays du siège"), choices=country_choices)
    siren = line(lazy("SIREN"), 40, description=lazy("9 chiffres, pour une société française."))
    siret = line(lazy("SIRET"), 40)
    vat = line(lazy("Numéro de TVA"), 40)
    lei = line(lazy("LEI"), 40, description=lazy("Identifiant mondial d'entité juridique, 20 caractères."))
    address = lines(lazy("Adresse du siège"), 1000, rows=3)
    website = line(lazy("Site web"), render_kw={"inputmode": "url"})
    parent_name = line(lazy("Société mère"), description=lazy("Son nom, tel qu'il est dans le registre."))
    representative = line(lazy("Signataire et sa qualité"))
    eu_representative = line(
        lazy("Représentant dans l'Union"), description=lazy("Pour une société établie hors de l'Union (RGPD art. 27).")
    )
    dpo_contact = line(lazy("Délégué à la protection des données"))
    breach_contact = line(
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

    @property
    def named_owner(self) -> int | None:
        """The account that was named, if it may be; whether it is one of those offered is for the form to say."""
        found: int | None = self.owner_id.data if "owner_id" in self else None
        return found

    def offering(self, owners: Sequence[User]) -> "NewVendorForm":
        """The form with the accounts that may own the vendor, where the person entering it may give it away."""
        if "owner_id" in self:
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
