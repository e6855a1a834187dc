"""Forms of the right of withdrawal: what is known of a contract, of an exception."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from portal.consumer_law import legislation
from portal.consumer_law.rules.exceptions import Exclusion, Ruling, ruling
from portal.consumer_law.rules.periods import (
    CHANNELS,
    CONTRACT_KINDS,
    Channel,
    ContractFacts,
    ContractKind,
    Unsupported,
    deadline,
    outside,
)
from portal.core.calendar import given_day
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.web.formats import typography
from portal.web.forms import REQUIRED, DayField, ListField, PortalForm, SelectField, choices
from portal.web.text import current_language, lazy

SEND_FIRST = say("Donnez la date d'envoi de la rétractation : sans elle, rien de ce qui la suit ne peut être compté.")


class AmountField(StringField):
    """A sum in euros, with a comma or a point."""

    data: Any

    def __init__(self, label: object, *, most: Decimal = Decimal(10_000_000), **placed: Any) -> None:
        super().__init__(label, [Optional()], render_kw={"inputmode": "decimal"}, **placed)
        self._most = most
        self._written = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the sum, or say how to write one."""
        self._written = valuelist[0].strip() if valuelist else ""
        text = "".join(self._written.replace("€", "").split()).replace(",", ".")
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"\d{1,15}(\.\d{1,2})?", text) or Decimal(text) > self._most:
            raise ValueError(lazy("Écrivez un montant : 129,90."))
        self.data = Decimal(text)

    def _value(self) -> str:
        return self._written or ("" if self.data is None else str(self.data))


class CalculatorForm(PortalForm):
    """What is known of a contract, and of a withdrawal from it."""

    kind = RadioField(
        lazy("Sur quoi porte le contrat ?"),
        [InputRequired(REQUIRED)],
        choices=choices(ContractKind, CONTRACT_KINDS),
        coerce=ContractKind,
        default=ContractKind.GOODS,
    )
    channel = RadioField(
        lazy("Comment a-t-il été conclu ?"),
        [InputRequired(REQUIRED)],
        choices=choices(Channel, CHANNELS),
        coerce=Channel,
        default=Channel.DISTANCE,
    )
    online = BooleanField(lazy("Par un site, une application ou une autre interface en ligne"))
    place = SelectField(lazy("Où est le consommateur ?"), default="FR/metropole")
    concluded = DayField(
        lazy("Date de conclusion du contrat"), description=lazy("Elle seule compte pour un service ou du numérique.")
    )
    received = DayField(lazy("Date de réception du bien"))
    deliveries = ListField(
        lazy("Dates de réception"), [Optional()], description=lazy("Une date par ligne : 31/12/2026.")
    )
    informed = RadioField(
        lazy("Le consommateur a-t-il été informé de son droit de rétractation ?"),
        [InputRequired(REQUIRED)],
        choices=[
            SelectChoice("yes", lazy("Oui, à temps")),
            SelectChoice("late", lazy("Oui, mais plus tard")),
            SelectChoice("no", lazy("Non, ou pas complètement")),
        ],
        default="yes",
    )
    informed_on = DayField(lazy("Date à laquelle il a reçu l'information"))
    stated = DayField(
        lazy("Date d'envoi de sa rétractation"),
        description=lazy("Pour savoir si elle est à temps, et ce qui court ensuite."),
    )
    heard = DayField(
        lazy("Date à laquelle le professionnel, ou son prestataire, l'a reçue"),
        description=lazy("À défaut, le jour de son envoi."),
    )
    collected = BooleanField(lazy("Le professionnel a proposé de reprendre le bien"))
    recovered = DayField(lazy("Bien récupéré le"))
    dispatched = DayField(lazy("Preuve d'expédition reçue le"))
    amount = AmountField(lazy("Sommes payées, livraison comprise (€)"))
    paid = DayField(lazy("Remboursé le"))

    def __init__(self, *args: Any, **placed: Any) -> None:
        super().__init__(*args, **placed)
        self.place.choices = places_choices()
        # Asked only where they decide: the page never calls them optional, and the rules say when one is missing.
        for field in (self.received, self.deliveries, self.informed_on):
            field.flags.required = True

    def facts(self) -> ContractFacts:
        """What the rules need; raises Refused when a line of a list is not a date."""
        country, _, region = self.place.data.partition("/")
        return ContractFacts(
            kind=self.kind.data,
            concluded=self.concluded.data,
            deliveries=self._received(),
            country=country,
            region=region,
            channel=self.channel.data,
            informed=self.informed.data != "no",
            informed_on=self.informed_on.data if self.informed.data == "late" else None,
            online=bool(self.online.data) and self.channel.data is not Channel.DOORSTEP,
        )

    def _received(self) -> tuple[date, ...]:
        if self.kind.data in {ContractKind.SEVERAL, ContractKind.REGULAR} and self.deliveries.data:
            return tuple(_day(line) for line in self.deliveries.data)
        return (self.received.data,) if self.received.data else ()

    def _shown(self, field: str) -> str | None:
        """The field of this form that holds a fact."""
        if field == "received" and self.kind.data in {ContractKind.SEVERAL, ContractKind.REGULAR}:
            return "deliveries"
        return {
            "concluded": "concluded", "received": "received", "country": "place", "region": "place",
            "channel": "channel", "informed": "informed",
        }.get(field)  # fmt: skip

    def submitted(self) -> bool:
        """Whether it was posted, and what it says can be computed."""
        if not super().submitted():
            return False
        if self.informed.data == "late" and self.informed_on.data is None:
            self.refuse(Refused(say("Donnez la date à laquelle l'information a été reçue.")), "informed_on")
            return False
        try:
            deadline(self.facts(), legislation.periods())
        except Unsupported as refusal:
            self.refuse(Refused(refusal.sentence), self._shown(refusal.field))
            return False
        except Refused as refusal:
            self.refuse(refusal, "deliveries")
            return False
        for field, sentence in (problems := list(self._sequel_problems())):
            self.refuse(Refused(sentence), field)
        return not problems

    def _sequel_problems(self) -> Iterator[tuple[str, Sentence]]:
        """Each field whose day cannot follow the others once the consumer has withdrawn, with why."""
        facts, stated, heard, law = self.facts(), self.stated.data, self.heard.data, legislation.periods()
        returns = (self.recovered, self.dispatched) if facts.kind.from_receipt else ()
        if stated is None:
            if any(field.data for field in (self.heard, self.amount, self.paid, *returns)):
                yield "stated", SEND_FIRST
            return
        for field in (self.stated, self.heard):
            if field.data and not law.covers_from <= field.data <= law.covers_until:
                yield field.name, outside(law)
        if facts.concluded is not None and stated < facts.concluded:
            yield "stated", say("La rétractation serait envoyée avant la conclusion du contrat : vérifiez ces dates.")
        if heard and heard < stated:
            yield "heard", say("La rétractation serait reçue avant d'être envoyée : vérifiez les deux dates.")
        for field in returns:
            if field.data and field.data < min(facts.deliveries):
                yield field.name, say("Le bien serait rendu avant d'avoir été reçu : vérifiez ces dates.")
        if self.paid.data and self.paid.data < stated:
            yield "paid", say("Le remboursement précéderait la rétractation : vérifiez les deux dates.")


def _day(text: str) -> date:
    try:
        return given_day(text)
    except ValueError:
        raise Refused(
            say("« %(text)s » n'est pas une date : écrivez 31/12/2026, une par ligne.", text=text[:40])
        ) from None


def places_choices() -> list[SelectChoice]:
    """Parts of France first, then the other countries by name in the reader's language."""
    places, language = legislation.periods().places, current_language()
    parts = [
        SelectChoice(f"{country}/{region}", typography(name.said(language)))
        for country in places.countries
        for region, name in places.regions(country).items()
    ]
    whole = sorted(
        (name.said(language), country) for country, name in places.countries.items() if not places.regions(country)
    )
    return [*parts, *(SelectChoice(f"{country}/", name) for name, country in whole)]


class ConditionsForm(PortalForm):
    """Every condition of an exception as a yes-or-no question; made per exception."""

    exclusion: Exclusion

    def ruling(self) -> Ruling:
        """Whether the exception applies on these answers."""
        given = {one.key: self[one.key].data for one in self.exclusion.conditions}
        answers: Mapping[str, bool] = {key: value == "yes" for key, value in given.items() if value in {"yes", "no"}}
        return ruling(self.exclusion, answers)


def conditions_form(exclusion: Exclusion) -> ConditionsForm:
    """The questions of one exception, in the reader's language."""
    yes_no = [SelectChoice("yes", lazy("Oui")), SelectChoice("no", lazy("Non"))]
    fields = {
        one.key: RadioField(
            typography(one.question.said(current_language())),
            choices=yes_no,
            validators=[InputRequired(lazy("Répondez à cette question."))],
        )
        for one in exclusion.conditions
    }
    made: type[ConditionsForm] = type("Conditions", (ConditionsForm,), {**fields, "exclusion": exclusion})
    return made()
