"""What the forms of vendors are made of."""

from functools import lru_cache
from typing import Any

from wtforms import RadioField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence
from portal.vendors import reference
from portal.vendors.place_names import country_names, place_names
from portal.vendors.rules.countries import parse_locations
from portal.vendors.rules.facts import Criticality
from portal.vendors.services import InvalidSheet
from portal.vendors.wording import labels
from portal.web.edit_form import EditForm
from portal.web.forms import LongTextField, SelectField, SelectMultipleField, TextField, choices, optional
from portal.web.text import current_language, lazy, said

UNKNOWN = N_("Personne ne l'a dit")


def line(label: str, most: int = 200, *validators: Any, **more: Any) -> TextField:
    """A text of one line, at most 200 characters unless said otherwise."""
    return TextField(label, [Length(max=most), *validators], default="", **more)


def lines(label: str, most: int = 5000, rows: int = 2, **more: Any) -> LongTextField:
    """A text of several lines."""
    return LongTextField(label, [Length(max=most)], default="", render_kw={"rows": rows}, **more)


def country_choices() -> list[SelectChoice]:
    """The countries of the world in the language of the person, after « not said »."""
    return [SelectChoice("", lazy("Non renseigné")), *_countries(current_language())]


@lru_cache(maxsize=2)
def _countries(language: Language) -> tuple[SelectChoice, ...]:
    return tuple(SelectChoice(code, name) for code, name in country_names(language))


def checkboxes(label: str, kind: Any, **more: Any) -> SelectMultipleField:
    """Any number of the values of a coded list."""
    return SelectMultipleField(
        label, choices=choices(kind, labels(kind)), coerce=kind, option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False), **more,
    )  # fmt: skip


def one_of(label: str, kind: Any, **more: Any) -> SelectField:
    """One value of a coded list, or nobody has said."""
    return SelectField(label, choices=choices(kind, labels(kind), blank=UNKNOWN), coerce=optional(kind), **more)


def yes_or_no(label: str, **more: Any) -> RadioField:
    """Yes, no, or nobody has said: unknown is not no."""
    return RadioField(
        label,
        choices=[SelectChoice("oui", lazy("Oui")), SelectChoice("non", lazy("Non")), SelectChoice("", lazy(UNKNOWN))],
        coerce=lambda value: {"oui": True, "non": False}.get(value, value if isinstance(value, bool) else None),
        **more,
    )


def dependence(label: str) -> SelectField:
    """How much depends on a service: a level, or nobody has said."""
    levels = [SelectChoice(str(level.value), lazy(level.label)) for level in Criticality]
    return SelectField(
        label, choices=[SelectChoice("", lazy(UNKNOWN)), *levels],
        coerce=lambda value: Criticality(int(value)) if value not in {None, "", "None"} else None,
    )  # fmt: skip


class PlacesField(TextField):
    """Countries and regions as people write them; its data are their codes."""

    def __init__(self, label: str, **more: Any) -> None:
        said_how = lazy("Pays ou régions, séparés par des virgules : France, Union européenne, États-Unis.")
        super().__init__(label, [Length(max=2000)], **{"description": said_how, **more})

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the places; what is not one is said, and stays on the page."""
        if not valuelist:
            return  # a form without the field leaves them as they were
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
