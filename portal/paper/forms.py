"""Forms of contracts received: shape and syntax only."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.core.language import Language
from portal.paper.models import PrintKind
from portal.paper.rules.check_result import RequirementStatus
from portal.paper.rules.contract_delays import DelayFigure, DelayUnit
from portal.paper.rules.naming import RULED
from portal.paper.services import LONGEST_NOTE, LONGEST_QUOTE, LONGEST_TITLE, MOST_NUMBER, DelayWord, RulingInput
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    AtMost,
    Between,
    LongTextField,
    PortalForm,
    SelectField,
    TextField,
    WholeNumberField,
)
from portal.web.text import current_language, lazy

LONGEST_TEXT = 2_000_000
"""Characters of a pasted contract: some eight hundred pages."""
_TITLE = Length(max=LONGEST_TITLE, message=lazy("Ce titre dépasse %(limit)s caractères.", limit=LONGEST_TITLE))


def _statuses() -> list[SelectChoice]:
    return [SelectChoice(one.value, words.said_in(current_language())) for one, words in RULED.items()]


class ReceiveForm(PortalForm):
    """One contract or several: files, or a text that is pasted."""

    files = MultipleFileField(
        lazy("Fichiers"),
        description=lazy("PDF, Word (DOCX), ODT, HTML, Markdown ou texte, 25 Mo au plus ; ou un ZIP de contrats."),
    )
    text = LongTextField(
        lazy("Ou le texte du contrat"),
        [Length(max=LONGEST_TEXT, message=lazy("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_TEXT))],
        render_kw={"rows": 8},
    )
    vendor = TextField(
        lazy("Sous-traitant"),
        [Length(max=200)],
        description=lazy("Son nom au registre. Dans un lot, le nom du fichier ou du dossier suffit à le reconnaître."),
    )
    title = TextField(lazy("Titre"), [_TITLE], description=lazy("À défaut, le nom du fichier."))

    def uploaded_files(self) -> list[Any]:
        """The files that were chosen."""
        return [file for file in self.files.data or [] if getattr(file, "filename", "")]


class DescribeForm(EditForm):
    """What a review is called and whose contract it is."""

    title = TextField(lazy("Titre"), [DataRequired(REQUIRED), _TITLE])
    vendor = TextField(lazy("Sous-traitant"), [Length(max=200)], description=lazy("Son nom au registre."))


class RulingForm(PortalForm):
    """A lawyer's ruling on one requirement."""

    status = SelectField(lazy("Avis"), choices=_statuses, coerce=RequirementStatus)
    note = LongTextField(
        lazy("Note"),
        [Length(max=LONGEST_NOTE, message=lazy("Cette note dépasse %(limit)s caractères.", limit=LONGEST_NOTE))],
    )
    seen = WholeNumberField(lazy("Avis affiché"), default=0)

    def ruling_input(self) -> RulingInput:
        """The ruling that was typed."""
        return RulingInput(self.status.data, self.note.data or "")


class PrintForm(PortalForm):
    """Which document to make, in which language."""

    kind = HiddenField(validators=[InputRequired()])
    language = SelectField(
        lazy("Langue"), choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")], coerce=Language
    )

    def print_kind(self) -> PrintKind | None:
        """The kind of document, when it is one."""
        return PrintKind(self.kind.data) if self.kind.data in set(PrintKind) else None


class ConfirmDelayForm(PortalForm):
    """A delay that a contract writes, with its passage; or that it writes none."""

    number = WholeNumberField(
        lazy("Délai"), [Optional(), Between(1, MOST_NUMBER)],
        render_kw={"inputmode": "numeric"},
    )  # fmt: skip
    unit = SelectField(
        lazy("Compté en"), choices=lambda: [SelectChoice(one.value, lazy(one.label)) for one in DelayUnit],
        coerce=DelayUnit, default=DelayUnit.DAYS,
    )  # fmt: skip
    quote = LongTextField(
        lazy("La phrase du contrat"),
        [AtMost(LONGEST_QUOTE)],
        description=lazy("Recopiée telle quelle : c'est elle qui fait foi."), render_kw={"rows": 4},
    )  # fmt: skip
    silent = BooleanField(lazy("J'ai lu le contrat : il n'écrit aucun délai"))

    def validate_number(self, field: WholeNumberField) -> None:
        """A number, unless the contract writes none; not both."""
        if field.data is None and not self.silent.data and not field.errors:
            raise ValidationError(lazy("Donnez un nombre, ou cochez que le contrat n'en écrit aucun."))
        if field.data is not None and self.silent.data:
            raise ValidationError(lazy("Le contrat écrit un délai, ou n'en écrit aucun : choisissez."))

    def word(self) -> DelayWord:
        """What was typed."""
        if self.silent.data:
            return DelayWord(None)
        return DelayWord(DelayFigure(self.number.data, self.unit.data), self.quote.data or "")
