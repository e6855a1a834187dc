"""Forms of identity: shape and syntax only."""

from typing import Any, ClassVar

from wtforms import HiddenField, PasswordField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, Regexp, ValidationError

from portal.authz.policy import ROLE_NAMES, Role
from portal.core.language import Language
from portal.identity.rules import PASSKEY_NAME_LENGTH, PASSWORD_MINIMUM, PHONE, is_address
from portal.identity.services import STAFF_ROLES, Person
from portal.identity.wording import LANGUAGE_NAMES
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, PortalForm, SelectField, TextField, choices
from portal.web.text import lazy


def _well_formed(_form: Any, field: Any) -> None:
    if not is_address(field.data):
        raise ValidationError(lazy("Cette adresse est incomplète, ou comporte un caractère inattendu."))


def _address(autocomplete: str, *validators: Any) -> TextField:
    return TextField(
        lazy("Adresse e-mail"), [InputRequired(REQUIRED), Length(max=254), *validators],
        render_kw={"type": "email", "autocapitalize": "none", "spellcheck": "false", "autocomplete": autocomplete},
    )  # fmt: skip


def _password(label: Any, autocomplete: str, *validators: Any, description: Any = "") -> PasswordField:
    return PasswordField(
        label, [InputRequired(REQUIRED), *validators], description=description,
        render_kw={"autocomplete": autocomplete},
    )  # fmt: skip


def _new_password() -> PasswordField:
    return _password(
        lazy("Nouveau mot de passe"), "new-password",
        description=lazy("Au moins %(n)s caractères ; une phrase est facile à retenir.", n=PASSWORD_MINIMUM),
    )  # fmt: skip


def _again() -> PasswordField:
    return _password(
        lazy("Le même, une seconde fois"), "new-password",
        EqualTo("password", lazy("Les deux saisies ne sont pas identiques.")),
    )  # fmt: skip


class SignInForm(PortalForm):
    """Address and password."""

    email = _address("username")
    password = _password(lazy("Mot de passe"), "current-password")


class CodeOrRecovery:
    """One of the two must be there; the page asks for the first."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a form without any code."""
        if not field.data and not form.recovery.data:
            raise ValidationError(lazy("Saisissez le code affiché par le téléphone."))


class CodeForm(PortalForm):
    """A code of the telephone, or a recovery code in its place."""

    code = TextField(
        lazy("Code à six chiffres"), [CodeOrRecovery(), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )  # fmt: skip
    recovery = TextField(
        lazy("Code de secours"), [Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )  # fmt: skip

    def given(self) -> str:
        """The code that was typed, in either field."""
        return str(self.code.data or self.recovery.data or "")


class PasskeyForm(PortalForm):
    """What a browser answers when it shows a passkey."""

    answer = HiddenField()

    def given(self) -> str:
        """Its answer, as JSON; empty when a browser sent none."""
        return str(self.answer.data or "")


class NewPasskeyForm(PasskeyForm):
    """A passkey just made, under the name its person knows it by."""

    name = TextField(
        lazy("Nom"), [InputRequired(REQUIRED), Length(max=PASSKEY_NAME_LENGTH)],
        description=lazy("L'appareil qui la garde, pour la reconnaître le jour où il faudra la retirer."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class ProofForm(PortalForm):
    """The password again, from somebody who is in already."""

    password = _password(lazy("Mot de passe actuel"), "current-password")


class ForgottenForm(PortalForm):
    """The address that a new password is asked for."""

    email = _address("username", _well_formed)


class TokenForm(PortalForm):
    """The code of a one-time link, pasted by hand or by the page's script."""

    token = TextField(
        lazy("Code du lien"), [InputRequired(REQUIRED), Length(max=2000)],
        description=lazy("Collez ici le lien reçu par e-mail, ou ce qui suit le signe #."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip

    def given(self) -> str:
        """The code, out of a whole link when that is what was pasted."""
        return str(self.token.data or "").rpartition("#")[2]


class ChoosePasswordForm(PortalForm):
    """A first or a new password, with the link's code."""

    token = HiddenField()
    password = _new_password()
    again = _again()


class FirstPasswordForm(PortalForm):
    """A first password, for an account that had none."""

    password = _new_password()
    again = _again()


class ChangePasswordForm(PortalForm):
    """A new password, knowing the present one."""

    old = _password(lazy("Mot de passe actuel"), "current-password")
    password = _new_password()
    again = _again()


def _name() -> TextField:
    return TextField(lazy("Nom"), [InputRequired(REQUIRED), Length(max=200)], render_kw={"autocomplete": "name"})


def _language() -> SelectField:
    return SelectField(
        lazy("Langue"), [InputRequired(REQUIRED)], choices=choices(Language, LANGUAGE_NAMES), coerce=Language
    )


class ProfileForm(EditForm):
    """One's own name, language and telephone."""

    name = _name()
    language = _language()
    phone = TextField(
        lazy("Téléphone"), [Length(max=40), Regexp(PHONE, message=lazy("Écrivez un numéro : chiffres, espaces et +."))],
        description=lazy("Donné dans les messages écrits en votre nom ; laissez vide pour ne pas le donner."),
        render_kw={"type": "tel", "autocomplete": "tel"},
    )  # fmt: skip


class InviteForm(PortalForm):
    """Someone of the organisation, or an expert, to invite."""

    email = _address("off", _well_formed)
    name = TextField(lazy("Nom"), [InputRequired(REQUIRED), Length(max=200)], render_kw={"autocomplete": "off"})
    role = SelectField(
        lazy("Rôle"), [InputRequired(REQUIRED)],
        choices=[SelectChoice(role.value, lazy(ROLE_NAMES[role])) for role in STAFF_ROLES], coerce=Role,
    )  # fmt: skip
    language = _language()

    def person(self) -> Person:
        """Who is invited."""
        return Person(self.email.data, self.name.data, self.role.data, self.language.data)
