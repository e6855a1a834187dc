"""Forms of announced changes: shape and syntax only; each hands over a command."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from flask_wtf.file import FileField
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.chain.rules.transfer_tools import TransferTool
from portal.changes.rules.life import ChangeDecision, MoveKind, Opinion
from portal.changes.rules.reading import LONGEST_TEXT as LONGEST_READ
from portal.changes.services import LONGEST_TEXT, DecisionSheet, MoveSheet, SentAnswer
from portal.core.language import N_
from portal.identity.models import User
from portal.vendors.place_names import country_names
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    AtMost,
    DayField,
    LongTextField,
    MinuteField,
    PortalForm,
    SelectField,
    TextField,
    choices,
)
from portal.web.text import current_language, lazy

_LONG = AtMost(LONGEST_TEXT)
_NAME = AtMost(300)


def _countries() -> list[SelectChoice]:
    unknown = SelectChoice("", lazy("Personne ne l'a dit"))
    return [unknown, *(SelectChoice(code, name) for code, name in country_names(current_language()))]


def _labelled(kind: Any) -> list[SelectChoice]:
    return choices(kind, {one: one.label for one in kind})


class ReceivedChangeForm(PortalForm):
    """What a vendor sent: a text that is pasted, or a file."""

    vendor = TextField(
        lazy("Sous-traitant"), [InputRequired(REQUIRED), Length(max=200)], description=lazy("Son nom au registre.")
    )
    received_at = MinuteField(
        lazy("Reçu le"), required=True,
        description=lazy("Heure de Paris. Le délai du contrat se compte de ce moment."),
    )  # fmt: skip
    text = LongTextField(
        lazy("Ce que le prestataire a écrit"),
        [AtMost(LONGEST_READ)], render_kw={"rows": 10},
        description=lazy("Collez son message ou sa page, en entier : rien n'en sort d'ici."),
    )  # fmt: skip
    file = FileField(
        lazy("Ou son fichier"), description=lazy("PDF, DOCX, ODT, page HTML, texte ou message EML, 10 Mo au plus.")
    )

    @property
    def moment(self) -> datetime:
        """When it came; the field is required."""
        return cast(datetime, self.received_at.instant)


class ReceiptMomentForm(PortalForm):
    """When it reached us."""

    received_at = MinuteField(
        lazy("Reçu le"), required=True,
        description=lazy("Heure de Paris. Le délai du contrat se compte de ce moment."),
    )  # fmt: skip

    @property
    def moment(self) -> datetime:
        """When it came; the field is required."""
        return cast(datetime, self.received_at.instant)


class MoveForm(EditForm):
    """One line: a company that comes, goes, or moves."""

    kind = SelectField(
        lazy("Ce qui change"), choices=lambda: _labelled(MoveKind), coerce=MoveKind, default=MoveKind.ADD
    )
    name = TextField(lazy("Société"), [InputRequired(REQUIRED), _NAME])
    replaces = TextField(
        lazy("À la place de"), [_NAME], description=lazy("Pour un remplacement : la société qui s'en va.")
    )
    country = SelectField(lazy("Pays où les données seront traitées"), choices=_countries)
    processing = LongTextField(
        lazy("Ce qui est traité"), [_LONG], description=lazy("Quelles données, pour faire quoi."), render_kw={"rows": 3}
    )
    starts_on = DayField(lazy("À compter du"))
    tool = SelectField(
        lazy("Outil de transfert"), choices=lambda: _labelled(TransferTool), coerce=TransferTool,
        default=TransferTool.UNKNOWN, description=lazy("Hors de l'Espace économique européen seulement."),
    )  # fmt: skip

    def sheet(self) -> MoveSheet:
        """What was said."""
        return MoveSheet(
            self.kind.data, self.name.data or "", self.replaces.data or "", self.country.data or "",
            self.processing.data or "", self.starts_on.data, self.tool.data,
        )  # fmt: skip


class DeclaredChangeForm(MoveForm):
    """A change that its vendor announces."""

    words = LongTextField(
        lazy("Un message ?"), [_LONG], render_kw={"rows": 3},
        description=lazy("Pourquoi ce changement, ce que vous avez vérifié de la société."),
    )  # fmt: skip


class AdviserForm(PortalForm):
    """Whose opinion is asked."""

    adviser = SelectField(lazy("À qui"), coerce=int)

    def offering(self, people: Sequence[User]) -> "AdviserForm":
        """With those who may be asked."""
        self.adviser.choices = [SelectChoice(person.id, person.name) for person in people]
        return self


class OpinionForm(PortalForm):
    """What somebody thinks, and why."""

    opinion = RadioField(
        lazy("Votre avis"), [InputRequired(lazy("Choisissez un avis."))], choices=_labelled(Opinion),
        coerce=lambda value: Opinion(value) if value in set(Opinion) else None,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Pourquoi"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4},
        description=lazy("Ce que vous savez de la société et des données. Le prestataire ne le lit jamais."),
    )  # fmt: skip


class AnswerDecisionForm(PortalForm):
    """What we answer."""

    decision = RadioField(
        lazy("Notre réponse"), [InputRequired(lazy("Choisissez une réponse."))], choices=_labelled(ChangeDecision),
        coerce=lambda value: ChangeDecision(value) if value in set(ChangeDecision) else None,
    )  # fmt: skip
    reason = LongTextField(
        lazy("Pourquoi, pour nous"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4},
        description=lazy("Reste ici : le prestataire ne le lit pas."),
    )  # fmt: skip
    letter_reason = LongTextField(
        lazy("Ce que la lettre en dit"), [_LONG], render_kw={"rows": 4},
        description=lazy("Obligatoire pour s'opposer : le prestataire doit pouvoir y répondre."),
    )  # fmt: skip
    conditions = LongTextField(
        lazy("Conditions"), [_LONG], render_kw={"rows": 3}, description=lazy("Pour accepter sous conditions.")
    )

    def sheet(self) -> DecisionSheet:
        """What was decided."""
        return DecisionSheet(
            self.decision.data, self.reason.data, self.letter_reason.data or "", self.conditions.data or ""
        )


_SENT = {"ici": N_("L'envoyer d'ici, maintenant"), "ailleurs": N_("Elle est partie autrement")}


class AnswerForm(PortalForm):
    """How the answer leaves."""

    how = RadioField(
        lazy("La réponse"), [InputRequired(lazy("Choisissez."))], default="ici",
        choices=[SelectChoice(value, lazy(label)) for value, label in _SENT.items()],
    )  # fmt: skip
    at = MinuteField(lazy("Partie le"), description=lazy("Heure de Paris. Pour une réponse partie autrement."))
    channel = TextField(
        lazy("Par quelle voie"), [_NAME], description=lazy("Courrier recommandé, message, plateforme du prestataire.")
    )

    def sheet(self) -> SentAnswer:
        """What was said."""
        return SentAnswer(self.how.data == "ici", self.at.instant, self.channel.data or "")


class ChangeReasonForm(PortalForm):
    """A reason."""

    text = LongTextField(lazy("Motif"), [InputRequired(REQUIRED), _LONG], render_kw={"rows": 4})
