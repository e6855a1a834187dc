"""Forms: CSRF, translated messages, status, and field types that clean what people type."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    Form,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import SelectField as AnySelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.core.calendar import DAY_FORMATS, BeyondCalendar, given_day, within_calendar
from portal.core.cleaning import clean
from portal.core.clock import LEGAL_ZONE
from portal.core.errors import Refused
from portal.web.csrf import FormCsrf
from portal.web.formats import number
from portal.web.text import _, lazy, said

REQUIRED = lazy("Remplissez ce champ.")
NOT_WHOLE = lazy("Écrivez un nombre entier.")
MOST_DIGITS = 18
"""Characters of a whole number: what a column holds, and a float is not too short for."""


class AtMost(Length):
    """No more characters than so many, the number said as the reader writes it.

    Raises ValidationError, « 200 000 caractères au plus. », when there are more.
    """

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a text that is longer."""
        if len(field.data or "") > self.max:
            raise ValidationError(_("%(most)s caractères au plus.", most=number(self.max)))


class Between(NumberRange):
    """A number of a range, whose ends are said as the reader writes them.

    Raises ValidationError, « Un nombre de 0 à 8 784. », for another.
    """

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a number that is less or more."""
        try:
            super().__call__(form, field)
        except ValidationError as refusal:
            told = _("Un nombre de %(least)s à %(most)s.", least=number(self.min), most=number(self.max))
            raise ValidationError(told) from refusal


class PortalForm(FlaskForm):
    """A form of the portal: a view asks `submitted()`, then shows `status` when it is not."""

    class Meta(FlaskForm.Meta):
        """What WTForms asks of a form."""

        csrf_class = FormCsrf

    form_errors: list[str]
    seen: Any = None
    """What the page was shown with, for a form over a row (`portal.web.edit_form`)."""

    def submitted(self) -> bool:
        """Whether it was posted and every field is well formed."""
        return bool(self.validate_on_submit())

    @property
    def status(self) -> int:
        """200 for a form shown first, 422 for one sent back."""
        return 422 if self.errors or self.form_errors else 200

    def refuse(self, error: Refused, field: str | None = None) -> None:
        """Show a refusal of the use case beside its field, or above the form; what was typed stays."""
        sentence = said(error.sentence)
        if field is None:
            self.form_errors = [*self.form_errors, sentence]
        else:
            self[field].errors = [*self[field].errors, sentence]


class SelectField(AnySelectField):
    """One of some choices; what came is looked for among their values, before each is made ready to be drawn."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices, as the field it stands for does."""
        if self.process_errors or not any(self._is_chosen(one) for one in self.choices or ()):
            super().pre_validate(form)

    def _is_chosen(self, choice: object) -> bool:
        return isinstance(choice, SelectChoice) and bool(self.coerce(choice.value) == self.data)


class TextField(StringField):
    """One line of text, cleaned."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep one clean line."""
        self.data = " ".join(clean(valuelist[0]).split()) if valuelist else self.data


class LongTextField(TextAreaField):
    """Several lines of text, cleaned."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep clean lines."""
        self.data = clean(valuelist[0]) if valuelist else self.data


def typed_day(text: str) -> date | None:
    """A day typed in an address or a filter; none when it is not one; raises BeyondCalendar outside 1900-2200.

    >>> typed_day("31/12/2026") == typed_day("2026-12-31") == date(2026, 12, 31), typed_day("demain")
    (True, None)
    """
    try:
        return given_day(text)
    except ValueError:
        return None


class DayField(DateField):
    """A day, as browsers send it (2026-12-31) or as people write it (31/12/2026); what was typed stays on the page."""

    data: Any

    def __init__(self, label: object, *, required: bool = False, **placed: Any) -> None:
        check = InputRequired(REQUIRED) if required else Optional()
        super().__init__(label, [check], format=DAY_FORMATS, **placed)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say how to write one."""
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError:
            raise ValueError(lazy("Cette date n'est pas reconnue ; écrivez-la ainsi : 31/12/2026.")) from None
        refuse_beyond_calendar(self.data)


class WholeNumberField(IntegerField):
    """A whole number, its thousands apart or not; one of more digits than any count has is refused like a word.

    Validators weigh a number as a float, which one of four hundred digits is too long for.
    """

    def __init__(self, label: object, checks: Any = None, **placed: Any) -> None:
        super().__init__(label, checks, **{"invalid_value_message": NOT_WHOLE, **placed})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say that it is none."""
        super().process_formdata([text if len(text) <= MOST_DIGITS else "" for text in map(_joined, valuelist)])


def _joined(text: str) -> str:
    """A number without the spaces between its thousands, which the portal itself writes.

    >>> _joined(" 12\u202f000 "), _joined("1 2")
    ('12000', '1 2')
    """
    first, *thousands = text.split() or [""]
    return "".join((first, *thousands)) if all(len(group) == 3 for group in thousands) else text


def refuse_beyond_calendar(day: date | None) -> None:
    """Raise ValueError, as fields do, for a year that no one can have meant."""
    try:
        if day is not None:
            within_calendar(day)
    except BeyondCalendar as refusal:
        raise ValueError(said(refusal.sentence)) from refusal


def minute_shown(value: datetime | None) -> datetime | None:
    """An instant as a `MinuteField` gives it back: the same whether it comes from the database or from a form."""
    return value.astimezone(LEGAL_ZONE).replace(tzinfo=None, second=0, microsecond=0) if value else None


class MinuteField(DateTimeLocalField):
    """A date and a time, to the minute, in the civil time of the law."""

    data: Any

    def __init__(self, label: object, *, required: bool = False, **placed: Any) -> None:
        check = InputRequired(REQUIRED) if required else Optional()
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(label, [check], format=formats, **placed)

    def process_data(self, value: datetime | None) -> None:
        """An instant, shown in Paris; one without a zone is what the field holds already (`minute_shown`)."""
        self.data = minute_shown(value) if value and value.tzinfo else value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the instant, or say how to write one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(lazy("Cet instant n'est pas reconnu ; écrivez-le ainsi : 31/12/2026 14:30.")) from None
        refuse_beyond_calendar(self.data)

    @property
    def instant(self) -> datetime | None:
        """What was given, as an instant."""
        found: datetime | None = self.data.replace(tzinfo=LEGAL_ZONE) if self.data else None
        return found


class ListField(TextAreaField):
    """A list written one item per line (or separated by semicolons)."""

    data: Any

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Split, clean, drop empties and repetitions."""
        raw = clean(valuelist[0]).replace(";", "\n").split("\n") if valuelist else []
        self.data = list(dict.fromkeys(" ".join(item.split()) for item in raw if item.strip()))

    def _value(self) -> str:
        return "\n".join(self.data or [])


def choices(kind: type[StrEnum], names: Any, *, blank: str | None = None) -> list[SelectChoice]:
    """The choices of an enumeration with their names in the reader's language."""
    options = [SelectChoice(member.value, lazy(names[member])) for member in kind]
    return [SelectChoice("", lazy(blank)), *options] if blank is not None else options


def optional(kind: type[StrEnum]) -> Any:
    """Coerce to a member, or None for the blank choice."""
    return lambda value: kind(value) if value not in {None, "", "None"} else None


__all__ = [
    "REQUIRED",
    "AtMost",
    "DayField",
    "ListField",
    "LongTextField",
    "MinuteField",
    "PortalForm",
    "SelectField",
    "SelectMultipleField",
    "TextField",
    "choices",
    "minute_shown",
    "optional",
    "refuse_beyond_calendar",
    "typed_day",
]
