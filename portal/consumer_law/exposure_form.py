"""The form of the exposure page: which breaches, linked or not, against which turnovers, with which late refunds."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.consumer_law import legislation
from portal.consumer_law.exposure_page import BreachSource, ExposedFinding, ExposureInput
from portal.consumer_law.forms import AmountField
from portal.consumer_law.rules.exposure import Breach, LateRefunds, every_fine
from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import say
from portal.web.formats import typography
from portal.web.forms import REQUIRED, ListField, LongTextField, PortalForm
from portal.web.text import _, current_language, lazy, said

MOST_TURNOVER = Decimal(10) ** 13
MOST_LINES = 2_000
MOST_TIMES = 10_000_000
ORDER = "injonction"
_AMOUNT = expression(r"\d{1,9}(?:[.,]\d{1,2})?")


def _checks(label: object, **placed: Any) -> SelectMultipleField:
    """Several boxes to tick, or none."""
    return SelectMultipleField(
        label, [Optional()], choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **placed
    )


class LateField(LongTextField):
    """Late refunds, one kind per line: the sum owed, the days late, and how many there are when more than one."""

    data: Any
    late: tuple[LateRefunds, ...] = ()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the lines, or say which one is not understood."""
        super().process_formdata(valuelist)
        lines = [line for line in (self.data or "").split("\n") if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValueError(said(say("Deux mille lignes au plus : regroupez les remboursements semblables.")))
        self.late = tuple(_late(number, line) for number, line in enumerate(lines, start=1))


def _late(number: int, line: str) -> LateRefunds:
    parts = ["".join(part.replace("€", "").split()) for part in re.split(r"[;\t]", line)]
    if 2 <= len(parts) <= 3 and _AMOUNT.fullmatch(parts[0]):
        days, times = parts[1], parts[2] if len(parts) == 3 else "1"
        if _whole(days, 36_500) and _whole(times, MOST_TIMES):
            return LateRefunds(Decimal(parts[0].replace(",", ".")), int(days), int(times))
    raise ValueError(
        said(
            say(
                "Ligne %(number)s : écrivez le montant, un point-virgule, les jours de retard (129,90 ; 25).",
                number=number,
            )
        )
    )


def _subject(text: str) -> str:
    """What a rule is about: what it says before its colon.

    >>> _subject("Remboursement tardif : amende de 75 000 €.")
    'Remboursement tardif'
    """
    return re.split(r" ?: ", text, maxsplit=1)[0]


def _whole(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most


class ExposureForm(PortalForm):
    """Everything the page computes from; nothing of it is kept."""

    findings = _checks(lazy("Constats ouverts à compter"), coerce=int)
    articles = _checks(lazy("Articles du RGPD"))
    order = BooleanField(lazy("Une injonction de l'autorité n'a pas été respectée"))
    own_purposes = BooleanField(lazy("Le prestataire a décidé lui-même de finalités (art. 28(10))"))
    linked = RadioField(
        lazy("Ces manquements concernent-ils des opérations identiques ou liées ?"),
        [InputRequired(REQUIRED)],
        choices=[
            SelectChoice("yes", lazy("Oui, toutes")),
            SelectChoice("no", lazy("Non, chacun la sienne")),
            SelectChoice("groups", lazy("Certaines : je dis lesquelles")),
        ],
        default="yes",
    )
    groups = ListField(
        lazy("Manquements liés"),
        [Optional()],
        description=lazy("Un groupe par ligne, séparés par des virgules : C1, C3, 32. Le reste compte seul."),
    )
    controller = AmountField(
        lazy("Chiffre d'affaires du groupe du responsable (€)"),
        most=MOST_TURNOVER,
        description=lazy("Mondial, dernier exercice clos. Laissez vide : les montants fixes seulement."),
    )
    vendor = AmountField(
        lazy("Chiffre d'affaires du groupe du prestataire (€)"),
        most=MOST_TURNOVER,
        description=lazy("Mondial, dernier exercice clos. Laissez vide : les montants fixes seulement."),
    )
    fines = _checks(lazy("Manquements au droit de la consommation"))
    late = LateField(
        lazy("Remboursements en retard"),
        [Optional()],
        description=lazy("Une ligne par cas : montant ; jours de retard ; et leur nombre s'il y en a plusieurs."),
    )
    surcharge = AmountField(
        lazy("Majoration déjà calculée sur un échantillon (€)"), description=lazy("Elle s'ajoute aux lignes ci-dessus.")
    )

    def offer(self, found: Sequence[ExposedFinding], day: Any) -> None:
        """What may be ticked: the findings of the vendor, the articles and the fines of the data."""
        language = current_language()
        self.found = {one.id: one for one in found}
        self.findings.choices = [SelectChoice(one.id, typography(f"{one.label} – {one.title}")) for one in found]
        self.articles.choices = [
            SelectChoice(number, typography(f"{number} – {name.said(language)}"))
            for number, name in legislation.article_names().items()
        ]
        self.fines.choices = [
            SelectChoice(name, typography(f"{fine.rule.article} – {_subject(fine.rule.text.said(language))}"))
            for name, fine in every_fine(legislation.ceilings(), day).items()
        ]

    def submitted(self) -> bool:
        """Whether it was posted, and there is something to compute."""
        if not super().submitted():
            return False
        if not (self.sources() or self.fines.data or self.late.late or self.surcharge.data):
            self.refuse(Refused(say("Choisissez au moins un constat, un article ou une amende.")), "articles")
            return False
        try:
            self._groups()
        except Refused as refusal:
            self.refuse(refusal, "groups")
            return False
        return True

    def sources(self) -> tuple[BreachSource, ...]:
        """The breaches chosen, in the order of the page."""
        language, names = current_language(), legislation.article_names()
        chosen = [self.found[number] for number in self.findings.data or ()]
        made = [BreachSource(one.label, one.title, tuple(map(Breach, one.articles)), one.fines) for one in chosen]
        made += [
            BreachSource(number, names[number].said(language), (Breach(number),)) for number in self.articles.data or ()
        ]
        if self.order.data:
            made.append(BreachSource(ORDER, _("Injonction non respectée"), (Breach("83(6)", is_order=True),)))
        return tuple(made)

    def exposure_input(self) -> ExposureInput:
        """The whole question."""
        return ExposureInput(
            self.sources(),
            self._groups(),
            self.controller.data,
            self.vendor.data,
            bool(self.own_purposes.data),
            tuple(self.fines.data or ()),
            self.late.late,
        )

    def _groups(self) -> tuple[tuple[str, ...], ...] | None:
        """The labels of each group; raises Refused for one that was not chosen, or is in two groups."""
        if self.linked.data == "yes":
            return None
        if self.linked.data == "no":
            return ()
        known = {source.label.casefold(): source.label for source in self.sources()}
        groups, placed = [], set()
        for line in self.groups.data or ():
            labels = [part.strip().casefold().removeprefix("art.").strip() for part in line.split(",") if part.strip()]
            for label in labels:
                if label not in known:
                    raise Refused(say("« %(label)s » n'est pas un des manquements choisis.", label=label[:40]))
                if label in placed:
                    raise Refused(say("« %(label)s » est dans deux groupes.", label=label[:40]))
                placed.add(label)
            groups.append(tuple(known[label] for label in labels))
        return tuple(groups)
