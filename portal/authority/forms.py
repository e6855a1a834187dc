"""Forms of the file for the authority: shape and syntax only."""

from collections.abc import Sequence

from wtforms import widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.authority.rules import SubjectKind
from portal.vendors.wording import labels
from portal.web.file_parts import FilePart
from portal.web.forms import REQUIRED, DayField, PortalForm, SelectField, SelectMultipleField, TextField, choices
from portal.web.text import lazy


class ChoiceForm(PortalForm):
    """What a file is to be about, and as of when."""

    subject = SelectField(
        lazy("Objet du dossier"), coerce=SubjectKind, choices=choices(SubjectKind, labels(SubjectKind)),
        default=SubjectKind.VENDOR,
    )  # fmt: skip
    name = TextField(
        lazy("Nom ou clé"), [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Tel qu'il est au registre."),
    )  # fmt: skip
    on = DayField(lazy("Tel que c'était le"), required=True)


class PartsForm(PortalForm):
    """Which parts stand in a file."""

    parts = SelectMultipleField(
        lazy("Rubriques"), option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False)
    )

    def offering(self, parts: Sequence[FilePart]) -> "PartsForm":
        """The form with the parts that the actor may read."""
        self.parts.choices = [SelectChoice(one.key, lazy(one.title)) for one in parts]
        return self
