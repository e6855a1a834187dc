"""Forms of requests of persons: what is entered, and one form for each act; shape and syntax only."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.core.language import N_
from portal.person_requests.identity import LONGEST_CONTACT, LONGEST_NAME, LONGEST_WORDS, RequestingPerson
from portal.person_requests.rules.entrusted import TaskKind, TaskOutcome
from portal.person_requests.rules.kinds import RefusalGround, RequestKind
from portal.person_requests.services import (
    LONGEST_TEXT,
    AnswerSheet,
    ReceiptDates,
    RefusalSheet,
    RequestSheet,
    TaskReturn,
    TaskSheet,
)
from portal.vendors.models import Service
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    AtMost,
    DayField,
    LongTextField,
    PortalForm,
    SelectField,
    TextField,
    choices,
    optional,
)
from portal.web.text import lazy

_TEXT = [InputRequired(REQUIRED), AtMost(LONGEST_TEXT)]
_NO_NAME = lazy("Sans nommer la personne.")
_PROOF = lazy("PDF, image, message enregistré en texte… Le fichier est chiffré, et son nom n'est pas gardé.")


def _labelled(kind: Any, blank: str | None = None) -> list[SelectChoice]:
    return choices(kind, {one: one.label for one in kind}, blank=blank)


def _name() -> TextField:
    return TextField(
        lazy("De qui vient la demande ?"),
        [InputRequired(REQUIRED), AtMost(LONGEST_NAME)],
        description=lazy("Un nom ou un numéro de client : ce qui suffit pour la retrouver."),
        render_kw={"autocomplete": "off"},
    )


def _contact() -> TextField:
    return TextField(
        lazy("Où lui répondre ?"), [AtMost(LONGEST_CONTACT)],
        description=lazy("Courriel, téléphone ou adresse."), render_kw={"autocomplete": "off"},
    )  # fmt: skip


def _words() -> LongTextField:
    return LongTextField(
        lazy("Ce qu'elle a dit ou écrit"), [AtMost(LONGEST_WORDS)],
        description=lazy("En deux phrases. Ni copie de pièce d'identité, ni donnée de santé."), render_kw={"rows": 3},
    )  # fmt: skip


class PersonForm(EditForm):
    """Who asks, corrected."""

    name, contact, words = _name(), _contact(), _words()

    def person(self) -> RequestingPerson:
        """What was said."""
        return RequestingPerson(self.name.data, self.contact.data or "", self.words.data or "")


class RequestForm(PortalForm):
    """Who asks what; no more of the person than is needed to find and answer them."""

    kind = SelectField(
        lazy("Que demande la personne ?"), [InputRequired(lazy("Choisissez ce qui est demandé."))],
        choices=_labelled(RequestKind, N_("Choisissez")), coerce=optional(RequestKind),
    )  # fmt: skip
    name, contact, words = _name(), _contact(), _words()
    service = SelectField(lazy("À propos de quelle prestation ?"), choices=[], coerce=int, default=0)

    def offering(self, services: Sequence[Service]) -> "RequestForm":
        """With the services of the vendor to choose among; without any, the question is not asked."""
        if services:
            none = SelectChoice(0, lazy("Je ne sais pas"))
            self.service.choices = [none, *(SelectChoice(one.id, one.name) for one in services)]
        else:
            del self.service
        return self

    def sheet(self) -> RequestSheet:
        """What was said."""
        person = RequestingPerson(self.name.data, self.contact.data or "", self.words.data or "")
        service = (self.service.data or None) if "service" in self else None
        return RequestSheet(self.kind.data, person, service)


class RelayForm(RequestForm):
    """A request that its vendor relays."""

    received_on = DayField(lazy("Reçue le"), required=True, description=lazy("Le jour où elle vous est parvenue."))


class RecordRequestForm(RequestForm):
    """A request that one of ours records."""

    vendor = TextField(
        lazy("Sous-traitant"), [InputRequired(REQUIRED), Length(max=200)],
        description=lazy("Celui qui l'a reçue, ou dont elle concerne la prestation : son nom au registre."),
    )  # fmt: skip
    vendor_received_on = DayField(
        lazy("Reçue par lui le"), description=lazy("Laissez vide si elle nous est venue directement.")
    )
    reached_us_on = DayField(lazy("Parvenue chez nous le"), required=True)


class OnDayForm(PortalForm):
    """One day."""

    on = DayField(lazy("Le"), required=True)


class DoubtForm(PortalForm):
    """The person was asked to prove who they are."""

    on = DayField(lazy("Demandée à la personne le"), required=True)
    reason = LongTextField(
        lazy("Pourquoi un doute"), _TEXT, render_kw={"rows": 3},
        description=lazy("Un doute raisonnable sur cette demande : pas une pièce d'identité exigée par principe."),
    )  # fmt: skip


class ExtensionForm(PortalForm):
    """The person was told of two more months."""

    on = DayField(lazy("Dite à la personne le"), required=True)
    reason = LongTextField(
        lazy("Motifs donnés"), _TEXT, render_kw={"rows": 3},
        description=lazy("Complexité, nombre de demandes. Sans nommer la personne."),
    )  # fmt: skip


class AnsweredForm(PortalForm):
    """What the person was answered."""

    on = DayField(lazy("Réponse donnée le"), required=True)
    answer = LongTextField(lazy("Ce qui a été fait"), _TEXT, render_kw={"rows": 4}, description=_NO_NAME)
    file = FileField(lazy("Ce qui le prouve"), description=_PROOF)

    def sheet(self) -> AnswerSheet:
        """What was noted."""
        return AnswerSheet(cast(date, self.on.data), self.answer.data)


class RefusalForm(PortalForm):
    """Why it is not acted on."""

    ground = SelectField(
        lazy("Motif"), [InputRequired(lazy("Choisissez un motif."))],
        choices=_labelled(RefusalGround, N_("Choisissez")), coerce=optional(RefusalGround),
    )  # fmt: skip
    reason = LongTextField(
        lazy("Pourquoi"), _TEXT, render_kw={"rows": 4},
        description=lazy("Ce qui le démontre : c'est à nous de le faire. Sans nommer la personne."),
    )  # fmt: skip
    on = DayField(lazy("Dit à la personne le"), required=True)
    file = FileField(lazy("Ce qui le prouve"), description=_PROOF)

    def offering(self, kind: RequestKind) -> "RefusalForm":
        """With the grounds of this request alone."""
        wanted = [one for one in RefusalGround if one.is_consumer_law is kind.is_consumer_law]
        blank = SelectChoice("", lazy("Choisissez"))
        self.ground.choices = [blank, *(SelectChoice(one.value, lazy(one.label)) for one in wanted)]
        return self

    def sheet(self) -> RefusalSheet:
        """What was noted."""
        return RefusalSheet(self.ground.data, self.reason.data, cast(date, self.on.data))


class DatesForm(PortalForm):
    """When it was received, and which day counts."""

    vendor_received_on = DayField(
        lazy("Reçue par le prestataire le"), description=lazy("Vide si elle n'y est pas passée.")
    )
    reached_us_on = DayField(lazy("Parvenue chez nous le"), required=True)
    counts_from = RadioField(
        lazy("Le délai part"), [InputRequired(REQUIRED)],
        choices=[
            SelectChoice("vendor", lazy("De la réception par le prestataire, en notre nom (le plus prudent)")),
            SelectChoice("us", lazy("De la réception par nous : il n'était pas un canal ouvert aux personnes")),
        ],
    )  # fmt: skip
    reason = LongTextField(lazy("Pourquoi"), _TEXT, render_kw={"rows": 3}, description=_NO_NAME)

    def sheet(self) -> ReceiptDates:
        """What was said."""
        return ReceiptDates(
            self.vendor_received_on.data, cast(date, self.reached_us_on.data), self.counts_from.data == "vendor",
            self.reason.data,
        )  # fmt: skip


class RecipientsForm(PortalForm):
    """Who else was told."""

    recipients = LongTextField(
        lazy("Autres destinataires prévenus, ou pourquoi aucun"),
        [AtMost(LONGEST_TEXT)],
        render_kw={"rows": 3},
        description=lazy("Inutile si un sous-traitant a été chargé de la demande et l'a fait (RGPD art. 19)."),
    )


class WhyForm(PortalForm):
    """A reason."""

    reason = LongTextField(lazy("Pourquoi"), _TEXT, render_kw={"rows": 3}, description=_NO_NAME)


class EntrustForm(PortalForm):
    """What is asked of one vendor."""

    vendor = TextField(
        lazy("Sous-traitant"), [InputRequired(REQUIRED), Length(max=200)], description=lazy("Son nom au registre.")
    )
    kind = SelectField(
        lazy("Que lui demander ?"), [InputRequired(REQUIRED)], choices=_labelled(TaskKind), coerce=TaskKind
    )
    ask = LongTextField(lazy("Précisions"), [AtMost(LONGEST_TEXT)], render_kw={"rows": 3}, description=_NO_NAME)
    due_on = DayField(lazy("Pour le"), required=True)
    with_identity = BooleanField(
        lazy("Lui dire de qui il s'agit"),
        description=lazy("Nom, moyen de la joindre et ses mots, tant qu'il n'a pas répondu."),
    )

    def sheet(self) -> TaskSheet:
        """What was asked."""
        return TaskSheet(self.kind.data, self.ask.data or "", cast(date, self.due_on.data), self.with_identity.data)


class GiveBackForm(PortalForm):
    """What the vendor did."""

    outcome = RadioField(
        lazy("Où en êtes-vous ?"), [InputRequired(lazy("Choisissez une réponse."))], choices=_labelled(TaskOutcome),
        coerce=lambda value: TaskOutcome(value) if value in set(TaskOutcome) else None,
    )  # fmt: skip
    answer = LongTextField(
        lazy("Ce que vous avez fait"), _TEXT, render_kw={"rows": 3},
        description=lazy("Dans quels outils, quelles sauvegardes ; ce qui reste et pourquoi."),
    )  # fmt: skip
    done_on = DayField(lazy("Fait le"), required=True)
    file = FileField(
        lazy("Ce qui le prouve"),
        description=lazy("Obligatoire si c'est fait : capture, export, certificat. PDF, image, tableau ou texte."),
    )

    def sheet(self) -> TaskReturn:
        """What was said."""
        return TaskReturn(self.outcome.data, self.answer.data, cast(date, self.done_on.data))
