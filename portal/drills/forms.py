"""Forms of drills: shape and syntax only."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from wtforms import widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.authority.rules import SubjectKind
from portal.identity.models import User
from portal.vendors.wording import labels
from portal.web.forms import (
    REQUIRED,
    AtMost,
    DayField,
    LongTextField,
    MinuteField,
    PortalForm,
    SelectField,
    SelectMultipleField,
    TextField,
    WholeNumberField,
    choices,
)
from portal.web.text import lazy

_AIM = NumberRange(min=1, max=100_000, message=lazy("Un nombre de minutes, de 1 à 100 000."))


class DrillForm(PortalForm):
    """What is rehearsed, when, with whom."""

    name = TextField(
        lazy("Nom ou clé"), [InputRequired(REQUIRED), Length(max=200)], description=lazy("Tel qu'il est au registre.")
    )
    set_at = MinuteField(
        lazy("L'exercice commence le"), required=True,
        description=lazy("Heure de Paris : celle des pages de l'exercice. Les minutes comptées sont vraies."),
    )  # fmt: skip
    scene = LongTextField(
        lazy("Ce que les participants apprennent"),
        [InputRequired(REQUIRED), AtMost(5000)],
        render_kw={"rows": 5},
    )
    aim_minutes = WholeNumberField(
        lazy("Objectif, en minutes"), [Optional(), _AIM], render_kw={"inputmode": "numeric"},
        description=lazy("Pour tout finir. Vide : aucun."),
    )  # fmt: skip
    members = SelectMultipleField(
        lazy("Qui y prend part avec vous"), [Optional()], coerce=int, option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )  # fmt: skip

    def offering(self, people: Sequence[User]) -> "DrillForm":
        """With the colleagues to choose among; without any, the question is not asked."""
        if people:
            self.members.choices = [SelectChoice(user.id, user.name) for user in people]
        else:
            del self.members
        return self

    @property
    def chosen(self) -> Sequence[int]:
        """The numbers of those who take part."""
        return tuple(self.members.data or ()) if "members" in self else ()

    @property
    def begins_at(self) -> datetime:
        """When it is set; the field is required."""
        return cast(datetime, self.set_at.instant)


class BreachDrillForm(DrillForm):
    """A vendor leaks."""

    name = TextField(
        lazy("Sous-traitant"), [InputRequired(REQUIRED), Length(max=200)], description=lazy("Son nom au registre.")
    )


class AuthorityDrillForm(DrillForm):
    """The authority asks for a file."""

    subject = SelectField(
        lazy("Objet du dossier"), coerce=SubjectKind, choices=choices(SubjectKind, labels(SubjectKind)),
        default=SubjectKind.VENDOR,
    )  # fmt: skip
    as_of = DayField(lazy("Tel que c'était le"), required=True)


class InviteForm(PortalForm):
    """A colleague more."""

    user = SelectField(lazy("Collègue"), coerce=int)

    def offering(self, people: Sequence[User]) -> "InviteForm":
        """With the colleagues who take no part yet."""
        self.user.choices = [SelectChoice(user.id, user.name) for user in people]
        return self
