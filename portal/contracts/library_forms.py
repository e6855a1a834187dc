"""Forms that change the clause library: a paragraph as it is proposed, a retirement, a decision."""

from typing import Any

from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.contracts.rules.free_text import LONGEST_TEXT
from portal.contracts.rules.model import Approver
from portal.contracts.services import LONGEST_PROPOSAL_REASON
from portal.contracts.wording import APPROVER_NAMES
from portal.web.edit_form import EditForm
from portal.web.forms import REQUIRED, LongTextField, PortalForm, SelectField
from portal.web.text import lazy, said

_WORDS = [Length(max=LONGEST_TEXT)]
_REASON = [Length(max=LONGEST_PROPOSAL_REASON)]


class ProposedParagraphForm(EditForm):
    """What a paragraph of the library would say, in both languages and positions, and why."""

    text_fr = LongTextField(lazy("Texte préféré, en français"), _WORDS)
    text_en = LongTextField(lazy("Texte préféré, en anglais"), _WORDS)
    reason = LongTextField(lazy("Pourquoi ce changement"), _REASON, description=lazy("Lu par la personne qui décide."))
    fallback_fr = LongTextField(lazy("Repli, en français"), _WORDS)
    fallback_en = LongTextField(lazy("Repli, en anglais"), _WORDS)
    red_line_fr = LongTextField(lazy("Ligne rouge, en français"), _WORDS)
    red_line_en = LongTextField(lazy("Ligne rouge, en anglais"), _WORDS)
    approver = SelectField(lazy("Qui accorde le repli"))
    figures = LongTextField(
        lazy("Chiffres de ces positions"),
        _WORDS,
        description=lazy("Un par ligne : nom français | nom anglais | at_most ou at_least | préféré | repli | ligne "
                         "rouge. « - » quand il n'y en a pas."),
    )  # fmt: skip
    operative = LongTextField(
        lazy("Mots opérants"),
        _WORDS,
        description=lazy("Une ligne par phrase qui oblige : obligations | mots français | mots anglais. Sans eux, "
                         "l'obligation n'est plus prouvée."),
    )  # fmt: skip

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        names = [SelectChoice(one.value, said(APPROVER_NAMES[one.value])) for one in Approver]
        for field in (self.text_fr, self.text_en, self.reason):
            field.flags.required = True
        self.approver.choices = [SelectChoice("", said(_NOBODY)), *names]


_NOBODY = "–"


class RetirementForm(PortalForm):
    """Why a clause should be no more offered."""

    reason = LongTextField(lazy("Pourquoi la retirer"), [InputRequired(REQUIRED), *_REASON])


class DecisionForm(PortalForm):
    """What whoever decides says of a proposal."""

    word = LongTextField(
        lazy("Votre motif"), _REASON, description=lazy("Nécessaire pour refuser ; gardé avec la décision.")
    )
