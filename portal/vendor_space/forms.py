"""Forms of the vendor space: a reply to a finding, a colleague to invite."""

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.audits.rules import ADDRESS_LENGTH, NotASignatory, Signatory, signatory
from portal.authz.policy import Role
from portal.core.language import N_, Language
from portal.identity.rules import PERSON_NAME_LENGTH, is_address, is_person_name
from portal.identity.services import Person
from portal.identity.wording import LANGUAGE_NAMES
from portal.web.forms import REQUIRED, AtMost, LongTextField, PortalForm, SelectField, TextField, choices
from portal.web.text import lazy, said

COLLEAGUE_ROLES = {
    Role.VENDOR_READER: N_("Lire seulement, sans rien changer ni recevoir"),
    Role.VENDOR_RESPONDENT: N_("Répondre aux questions et joindre des fichiers"),
    Role.VENDOR_ADMIN: N_("Tout cela, et aussi envoyer les réponses et inviter des collègues"),
}
MESSAGE_LENGTH = 5000


class ReplyForm(PortalForm):
    """What was done about a finding, with a file if there is one."""

    text = LongTextField(
        lazy("Ce que vous avez fait"),
        [InputRequired(REQUIRED), AtMost(MESSAGE_LENGTH)],
        render_kw={"rows": 5},
    )
    file = FileField(lazy("Preuve"))


class AttestationForm(PortalForm):
    """Who attests that the answers are true, before they are sent."""

    name = TextField(
        lazy("Prénom et nom"), [InputRequired(REQUIRED)], render_kw={"autocomplete": "name", "maxlength": 200}
    )
    role = TextField(
        lazy("Fonction"),
        [InputRequired(REQUIRED)],
        description=lazy("Par exemple : DPO, directrice générale."),
        render_kw={"autocomplete": "organization-title", "maxlength": 120},
    )
    address = LongTextField(
        lazy("Adresse de votre siège"),
        [AtMost(ADDRESS_LENGTH)],
        description=lazy("Celle que nous connaissons, s'il y en a une : corrigez-la si elle a changé."),
        render_kw={"rows": 3, "autocomplete": "street-address"},
    )
    attests = BooleanField(validators=[InputRequired(lazy("Cochez pour attester : rien n'est envoyé sans cela."))])

    def signatory(self) -> Signatory | None:
        """Who attests; None when the form is to be shown again, with what is wrong beside its field."""
        if not self.submitted():
            return None
        try:
            return signatory(self.name.data, self.role.data)
        except NotASignatory as refusal:
            self[refusal.field].errors = [said(refusal.sentence)]
            return None


class ColleagueForm(PortalForm):
    """A colleague to invite."""

    name = TextField(
        lazy("Nom"), [InputRequired(REQUIRED), Length(max=PERSON_NAME_LENGTH)], render_kw={"autocomplete": "off"}
    )  # fmt: skip
    email = TextField(
        lazy("Adresse e-mail"),
        [InputRequired(REQUIRED), Length(max=254)],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    role = RadioField(
        lazy("Ce que cette personne pourra faire"),
        [InputRequired(REQUIRED)],
        choices=[SelectChoice(role.value, lazy(label)) for role, label in COLLEAGUE_ROLES.items()],
        default=Role.VENDOR_RESPONDENT.value,
    )
    language = SelectField(
        lazy("Langue des messages"),
        [InputRequired(REQUIRED)],
        choices=choices(Language, LANGUAGE_NAMES),
        coerce=Language,
    )

    def validate_name(self, field: TextField) -> None:
        """Refuse what is no name: it stands in our messages."""
        if not is_person_name(field.data):
            raise ValidationError(lazy("Écrivez un nom de personne : des lettres, sans adresse ni lien."))

    def validate_email(self, field: TextField) -> None:
        """Refuse an address that cannot be written to."""
        if not is_address(field.data):
            raise ValidationError(lazy("Cette adresse est incomplète, ou comporte un caractère inattendu."))

    def person(self) -> Person:
        """The colleague."""
        return Person(self.email.data, self.name.data, Role(self.role.data), self.language.data)
