"""Forms of the people around a vendor: contacts, addresses corrected, experts who may read it."""

from collections.abc import Sequence

from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from portal.core.language import Language
from portal.identity.models import User
from portal.vendors.forms.fields import SheetForm, line
from portal.vendors.models import ContactRole
from portal.vendors.services import ContactSheet
from portal.vendors.wording import CONTACT_ROLES, LANGUAGES
from portal.web.forms import REQUIRED, DayField, PortalForm, SelectField, choices
from portal.web.text import lazy


class AddressForm(SheetForm):
    """The address a message is sent to again."""

    address = line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip


class ContactForm(SheetForm):
    """Someone at a vendor."""

    name = line(lazy("Nom"), 200, InputRequired(REQUIRED))
    email = line(
        lazy("Adresse e-mail"), 254, InputRequired(REQUIRED),
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    phone = line(lazy("Téléphone"), 40, render_kw={"type": "tel"})
    role = SelectField(lazy("Interlocuteur pour"), choices=choices(ContactRole, CONTACT_ROLES), coerce=ContactRole)
    language = SelectField(lazy("Langue"), choices=choices(Language, LANGUAGES), coerce=Language)

    def sheet(self) -> ContactSheet:
        """What was typed."""
        return ContactSheet(self.name.data, self.email.data, self.phone.data, self.role.data, self.language.data)


class ExpertForm(PortalForm):
    """Which expert may read a vendor, and until when."""

    user_id = SelectField(lazy("Expert"), coerce=int)
    until = DayField(lazy("Jusqu'au"), required=True, description=lazy("Ce jour compris."))

    def offering(self, experts: Sequence[User]) -> "ExpertForm":
        """The form with the experts' accounts."""
        self.user_id.choices = [SelectChoice(str(user.id), user.name) for user in experts]
        return self
