"""Forms of a draft that one writes in: a paragraph, a remark, the name of a version."""

from collections.abc import Sequence
from typing import Any

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal.contracts.rules.free_text import LONGEST_TEXT
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import LONGEST_EDIT_REASON, LONGEST_REMARK, ParagraphChange
from portal.core.language import Language
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, LongTextField, PortalForm, SelectField, TextField
from portal.web.text import _, lazy

W = ParagraphWording
_TOO_LONG = lazy("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_TEXT)


class ParagraphForm(EditForm):
    """What one paragraph of a draft says, where it stands, and why."""

    refused_wording: str = ""
    wording = RadioField(lazy("Position"), [InputRequired(REQUIRED)])
    text = LongTextField(lazy("Texte"), [Length(max=LONGEST_TEXT, message=_TOO_LONG)])
    place = SelectField(lazy("Place"))
    reason = LongTextField(
        lazy("Pourquoi"),
        [Length(max=LONGEST_EDIT_REASON)],
        description=lazy("Lu par la personne qui donne son accord."),
    )

    def offer(self, wordings: Sequence[tuple[str, str]], places: Sequence[tuple[str, str]]) -> None:
        """Say what may be chosen; without a wording, the paragraph is a special condition."""
        if wordings:
            self.wording.choices = [SelectChoice(value, label) for value, label in wordings]
        else:
            del self.wording
            self.text.flags.required = True
        self.place.choices = [SelectChoice(value, label) for value, label in places]

    def settle_wording(self) -> None:
        """Whoever changed the text and left « library » chosen meant a free text."""
        if "wording" in self and self.touched("text"):
            if self.wording.data == W.LIBRARY and not self.touched("wording"):
                self.wording.data = W.FREE.value
                self.wording.raw_data = [W.FREE.value]
            elif self.wording.data in {W.LIBRARY, W.FALLBACK, W.STRUCK}:
                self.refused_wording = _("Le texte a été changé : choisissez « Texte libre » pour le garder.")

    def submitted(self) -> bool:
        """As any form, once its wording is settled."""
        if self.is_submitted():
            self.settle_wording()
        is_sound = super().submitted()
        if self.refused_wording and not self.conflicts:
            self.wording.errors = [*self.wording.errors, self.refused_wording]
            return False
        return is_sound

    def change(self, language: Language) -> ParagraphChange:
        """What is wanted of the paragraph."""
        clause, after = split_place(self.place.data)
        wording = W(self.wording.data or W.LIBRARY) if "wording" in self else W.SPECIAL
        return ParagraphChange(wording, language, self.text.data or "", clause, after, self.reason.data or "")


class RemarkForm(PortalForm):
    """Something said about a paragraph, among ourselves."""

    remark = LongTextField(lazy("Votre remarque"), [DataRequired(REQUIRED), Length(max=LONGEST_REMARK)])


class VersionLabelForm(EditForm):
    """What a version is called."""

    label = TextField(
        lazy("Nom de la version"),
        [Length(max=120)],
        description=lazy("Pour la retrouver : « envoyée au prestataire », « après la réunion du 3 mars »."),
    )


def split_place(value: Any) -> tuple[str, str]:
    """The clause and the paragraph that a chosen place names.

    >>> split_place("CL18|CL18_2"), split_place(None)
    (('CL18', 'CL18_2'), ('', ''))
    """
    clause, _bar, after = str(value or "").partition("|")
    return clause, after
