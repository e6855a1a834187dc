"""The forms on which a questionnaire is written: its head, a section, a question, and what is taken from elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.errors import Refused
from portal.core.language import N_
from portal.questionnaires.authoring.field_names import KIND_NAMES
from portal.questionnaires.authoring.lines import (
    choice_lines,
    column_lines,
    read_choices,
    read_columns,
    read_severities,
    severity_lines,
)
from portal.questionnaires.definition import EvidenceDemand
from portal.questionnaires.kinds import OWN_FIELDS, QUESTION_KINDS
from portal.questionnaires.services import OwnHead, OwnTexts
from portal.web.edit_form import EditForm
from portal.web.forms import (
    REQUIRED,
    Between,
    ListField,
    LongTextField,
    PortalForm,
    SelectField,
    SelectMultipleField,
    TextField,
    WholeNumberField,
)
from portal.web.text import lazy

LONG = {"rows": 3}
SHORT = {"rows": 2}
_BILINGUAL = ("text", "help", "why", "reviewer_note", "unit", "evidence_label", "no_evidence")
_KEPT = ("stage", "replaces", "obligations", "clauses", "evidence_kinds")
"""Fields that the form does not show and leaves as they are."""
_MARKS: Mapping[str, Mapping[str, float]] = {
    "oui": {"oui": 1.0, "partiel": 0.5, "non": 0.0},
    "non": {"oui": 0.0, "partiel": 0.5, "non": 1.0},
    "aucune": {},
}


class Expected:
    """Says that a field is needed in the end; what is missing is told by the reader of the file, not here."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: object, _field: object) -> None:
        """Accept whatever was typed: one language is enough to begin."""


class SectionForm(EditForm):
    """A section: its title, and what is said before its questions."""

    title_fr = TextField(lazy("Titre"), [Expected()], render_kw={"lang": "fr"})
    title_en = TextField(lazy("Titre en anglais"), [Expected()], render_kw={"lang": "en"})
    introduction_fr = LongTextField(lazy("Introduction"), render_kw={"lang": "fr", **LONG})
    introduction_en = LongTextField(lazy("Introduction en anglais"), render_kw={"lang": "en", **LONG})

    def texts(self) -> OwnTexts:
        """What was typed."""
        return OwnTexts(*(one.data or "" for one in self._texts()))

    def _texts(self) -> Sequence[Any]:
        return self.title_fr, self.title_en, self.introduction_fr, self.introduction_en


class HeadForm(SectionForm):
    """The head of a questionnaire."""

    minutes = WholeNumberField(lazy("Durée mesurée, en minutes"), [Optional(), Between(1, 600)])

    def head(self) -> OwnHead:
        """What was typed."""
        title_fr, title_en, introduction_fr, introduction_en = (one.data or "" for one in self._texts())
        return OwnHead(title_fr, title_en, introduction_fr, introduction_en, self.minutes.data)


class ShareForm(PortalForm):
    """A question of another questionnaire, to be asked here too."""

    key = SelectField(lazy("Question"), [InputRequired(REQUIRED)])


def grouped(choices: Mapping[str, Sequence[tuple[str, str]]]) -> list[SelectChoice]:
    """Choices under the name of their group."""
    return [SelectChoice(value, label, optgroup=name) for name, held in choices.items() for value, label in held]


class QuestionForm(EditForm):
    """One question, in both languages, with what it asks, what it is worth and when it is asked."""

    text_fr = LongTextField(lazy("Question"), [Expected()], render_kw={"lang": "fr", **SHORT})
    text_en = LongTextField(lazy("Question en anglais"), [Expected()], render_kw={"lang": "en", **SHORT})
    help_fr = LongTextField(lazy("Aide : ce qui suffit"), render_kw={"lang": "fr", **LONG})
    help_en = LongTextField(lazy("Aide en anglais"), render_kw={"lang": "en", **LONG})
    why_fr = LongTextField(lazy("Pourquoi nous le demandons"), [Expected()], render_kw={"lang": "fr", **LONG})
    why_en = LongTextField(lazy("Pourquoi, en anglais"), [Expected()], render_kw={"lang": "en", **LONG})
    kind = SelectField(
        lazy("Comment on y répond"),
        choices=[SelectChoice(name, lazy(KIND_NAMES.get(name, name))) for name in QUESTION_KINDS],
        default="yes_no",
    )
    good_answer = SelectField(
        lazy("La bonne réponse"),
        choices=[
            SelectChoice("oui", lazy("Oui")),
            SelectChoice("non", lazy("Non")),
            SelectChoice("aucune", lazy("Ni l'une ni l'autre : non notée")),
            SelectChoice("autre", lazy("Notes écrites à part, laissées telles quelles")),
        ],
        default="oui",
    )
    also = SelectMultipleField(
        lazy("Réponses proposées en plus"),
        choices=[SelectChoice("partiel", lazy("En partie")), SelectChoice("na", lazy("Non concerné"))],
        default=["partiel", "na"],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    choices_text = LongTextField(
        lazy("Choix, un par ligne"),
        description=lazy(
            "valeur | français | anglais | note de 0 à 100 | expliquer, seul. Laissez la valeur vide pour "
            "un nouveau choix : « | Tous les mois | Every month | 100 »."
        ),
        render_kw={"rows": 6},
    )
    columns_text = LongTextField(
        lazy("Colonnes, une par ligne"),
        description=lazy(
            "clé | français | anglais | text, number, date, email ou country | obligatoire. Laissez la "
            "clé vide pour une nouvelle colonne : « | Pays | Country | country | obligatoire »."
        ),
        render_kw={"rows": 5},
    )
    minimum = TextField(lazy("Au moins"))
    maximum = TextField(lazy("Au plus"))
    unit_fr = TextField(lazy("Unité"), render_kw={"lang": "fr"})
    unit_en = TextField(lazy("Unité en anglais"), render_kw={"lang": "en"})
    required = BooleanField(lazy("La réponse est obligatoire"), default=True)
    weight = SelectField(
        lazy("Poids"),
        choices=[SelectChoice("", lazy("Usuel"))] + [SelectChoice(str(n), str(n)) for n in range(1, 6)],
    )
    critical = BooleanField(lazy("Critique : à zéro, elle plafonne tout le questionnaire"))
    asked_if = SelectMultipleField(
        lazy("Posée seulement si l'une de ces réponses a été donnée"), render_kw={"size": 8}, validate_choice=False
    )
    all_of = RadioField(
        lazy("Quand ces réponses portent sur plusieurs questions"),
        choices=[
            SelectChoice("any", lazy("Une seule question suffit")),
            SelectChoice("all", lazy("Il en faut une de chaque question")),
        ],
        default="any",
    )
    keeps_condition = BooleanField(lazy("Garder la condition composée"))
    articles = ListField(
        lazy("Articles, un par ligne"),
        description=lazy("« 28(3)(h) » pour le RGPD, « conso L221-18 » pour un autre texte."),
    )
    no_article = BooleanField(lazy("Aucun article à citer"))
    evidence = SelectField(
        lazy("Pièce à joindre"),
        choices=[
            SelectChoice(EvidenceDemand.NONE.value, lazy("Aucune")),
            SelectChoice(EvidenceDemand.OPTIONAL.value, lazy("Souhaitée")),
            SelectChoice(EvidenceDemand.REQUIRED.value, lazy("Exigée")),
        ],
    )
    evidence_label_fr = TextField(lazy("Laquelle"), render_kw={"lang": "fr"})
    evidence_label_en = TextField(lazy("Laquelle, en anglais"), render_kw={"lang": "en"})
    evidence_max_age_months = WholeNumberField(lazy("Âge au plus, en mois"), [Optional(), Between(1, 120)])
    no_evidence_fr = TextField(lazy("Sinon, pourquoi aucune"), render_kw={"lang": "fr"})
    no_evidence_en = TextField(lazy("Pourquoi aucune, en anglais"), render_kw={"lang": "en"})
    finding_on = LongTextField(
        lazy("Réponses qui ouvrent un constat"),
        description=lazy("valeur | critique, majeur ou mineur. Par exemple « non | majeur »."),
        render_kw=SHORT,
    )
    gap_fr = TextField(lazy("Ce qui ne va pas"), render_kw={"lang": "fr"})
    gap_en = TextField(lazy("Ce qui ne va pas, en anglais"), render_kw={"lang": "en"})
    action_fr = LongTextField(lazy("Correction demandée"), render_kw={"lang": "fr", **SHORT})
    action_en = LongTextField(lazy("Correction, en anglais"), render_kw={"lang": "en", **SHORT})
    proof_fr = LongTextField(lazy("Preuve qui fermera le constat"), render_kw={"lang": "fr", **SHORT})
    proof_en = LongTextField(lazy("Preuve, en anglais"), render_kw={"lang": "en", **SHORT})
    reviewer_note_fr = LongTextField(
        lazy("Note du réviseur, jamais montrée au prestataire"), render_kw={"lang": "fr", **LONG}
    )
    reviewer_note_en = LongTextField(lazy("Note du réviseur en anglais"), render_kw={"lang": "en", **LONG})
    is_other = RadioField(
        lazy("Cette question"),
        [Expected()],
        choices=[
            SelectChoice("", lazy("demande la même chose, mieux dite : les réponses déjà données valent")),
            SelectChoice(
                "1", lazy("demande autre chose : elle prend une nouvelle clé, et tous y répondent de nouveau")
            ),
        ],
        default="",
    )

    def offer(self, answers: Mapping[str, Sequence[tuple[str, str]]]) -> "QuestionForm":
        """The answers to the questions above, on which a condition may rest, by question."""
        self.asked_if.choices = grouped(answers)
        return self

    def raw(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The entry that a file would hold; raises Refused for lines that cannot be read."""
        kind = QUESTION_KINDS[self.kind.data]
        raw: dict[str, Any] = {"kind": kind.name, **{name: before[name] for name in _KEPT if name in before}}
        for name in _BILINGUAL:
            if name not in OWN_FIELDS or name in kind.own_fields:
                _put(raw, name, self[f"{name}_fr"].data, self[f"{name}_en"].data)
        if not self.required.data:
            raw["required"] = False
        if self.weight.data and kind.offers_choices:
            raw["weight"] = int(self.weight.data)
        if self.critical.data and kind.offers_choices:
            raw["critical"] = True
        if self.articles.data or not self.no_article.data:
            raw["articles"] = list(self.articles.data or [])
        self._put_answers(raw, before)
        self._put_condition(raw, before)
        self._put_evidence(raw, before)
        self._put_finding(raw)
        return raw

    def _put_answers(self, raw: dict[str, Any], before: Mapping[str, Any]) -> None:
        kind = QUESTION_KINDS[self.kind.data]
        for name in ("max_length", "max_rows"):
            if name in kind.own_fields and name in before:
                raw[name] = before[name]
        if "choices" in kind.own_fields:
            held = before.get("choices", []) if kind.offers_choices else []
            raw["choices"] = read_choices(self.choices_text.data or "", held, several=kind.takes_several)
        elif "columns" in kind.own_fields:
            raw["columns"] = read_columns(self.columns_text.data or "", before.get("columns", []))
        elif "minimum" in kind.own_fields:
            for name in ("minimum", "maximum"):
                if text := (self[name].data or "").strip():
                    raw[name] = _number(text)
        elif "marks" in kind.own_fields:
            offered = [value for value in ("oui", "partiel", "non", "na") if value in {"oui", "non", *self.also.data}]
            raw["answers"] = offered
            marks = _MARKS.get(self.good_answer.data, before.get("marks", {}))
            raw["marks"] = {value: mark for value, mark in marks.items() if value in offered}
            if justify := [value for value in before.get("justify", []) if value in offered]:
                raw["justify"] = justify

    def _put_condition(self, raw: dict[str, Any], before: Mapping[str, Any]) -> None:
        if self.keeps_condition is not None and self.keeps_condition.data and "visible_if" in before:
            raw["visible_if"] = before["visible_if"]
            return
        values: dict[str, list[str]] = {}
        for pair in self.asked_if.data or []:
            key, _equals, value = pair.partition("=")
            values.setdefault(key, []).append(value)
        conditions = [{"question": key, "in": held} for key, held in values.items()]
        if len(conditions) == 1:
            raw["visible_if"] = conditions[0]
        elif conditions:
            raw["visible_if"] = {self.all_of.data: conditions}

    def _put_evidence(self, raw: dict[str, Any], before: Mapping[str, Any]) -> None:
        is_file = QUESTION_KINDS[self.kind.data].is_file
        if self.evidence_max_age_months.data:
            raw["evidence_max_age_months"] = self.evidence_max_age_months.data
        if self.evidence.data != EvidenceDemand.NONE and not is_file:
            raw["evidence"] = self.evidence.data
            offered = {choice["value"] for choice in raw.get("choices", [])} | set(raw.get("answers", []))
            if kept := [value for value in before.get("evidence_on", []) if value in offered]:
                raw["evidence_on"] = kept
        elif not is_file:
            raw.pop("evidence_kinds", None)

    def _put_finding(self, raw: dict[str, Any]) -> None:
        on = read_severities(self.finding_on.data or "")
        rule: dict[str, Any] = {"on": on}
        for name in ("gap", "action", "proof"):
            _put(rule, name, self[f"{name}_fr"].data, self[f"{name}_en"].data)
        if on or len(rule) > 1:
            raw["opens_finding"] = rule


def _put(raw: dict[str, Any], name: str, fr: str | None, en: str | None) -> None:
    both = {language: text for language, text in (("fr", fr), ("en", en)) if text}
    if both:
        raw[name] = both


def _number(text: str) -> float | int:
    try:
        found = float(text.replace(",", ".").replace(" ", ""))
    except ValueError:
        raise Refused(N_("Une borne est un nombre.")) from None
    return int(found) if found == int(found) else found


def values_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a question shows of an entry."""
    kind = QUESTION_KINDS.get(str(raw.get("kind")), QUESTION_KINDS["yes_no"])
    values: dict[str, Any] = {"kind": kind.name}
    for name in _BILINGUAL:
        _show(values, name, raw.get(name))
    flat = flat_condition(raw.get("visible_if"))
    rule = raw.get("opens_finding") or {}
    for name in ("gap", "action", "proof"):
        _show(values, name, rule.get(name))
    return {
        **values,
        "required": raw.get("required", True),
        "weight": str(raw.get("weight", "")),
        "critical": raw.get("critical", False),
        "articles": list(raw.get("articles", [])),
        "no_article": "articles" not in raw,
        "evidence": raw.get("evidence", EvidenceDemand.NONE.value),
        "evidence_max_age_months": raw.get("evidence_max_age_months"),
        "minimum": _shown_number(raw.get("minimum")),
        "maximum": _shown_number(raw.get("maximum")),
        "choices_text": choice_lines(raw.get("choices", [])),
        "columns_text": column_lines(raw.get("columns", [])),
        "good_answer": _good_answer(raw),
        "also": [value for value in raw.get("answers", ["partiel", "na"]) if value in {"partiel", "na"}],
        "asked_if": [] if flat is None else flat[1],
        "all_of": "any" if flat is None else flat[0],
        "keeps_condition": flat is None,
        "finding_on": severity_lines(rule.get("on", {})),
        "is_other": "",
    }


def flat_condition(condition: Any) -> tuple[str, list[str]] | None:
    """A condition as « all » or « any » and pairs of question and value; None when it is composed of others.

    >>> flat_condition({"any": [{"question": "a.b", "in": ["oui"]}, {"question": "a.c", "in": ["non", "na"]}]})
    ('any', ['a.b=oui', 'a.c=non', 'a.c=na'])
    """
    if condition is None:
        return "any", []
    name = next((name for name in ("all", "any") if name in condition), "any")
    inner = condition.get(name, [condition])
    if not all("question" in one for one in inner) or len({one["question"] for one in inner}) < len(inner):
        return None
    return name, [f"{one['question']}={value}" for one in inner for value in one["in"]]


def _good_answer(raw: Mapping[str, Any]) -> str:
    if "marks" not in raw:
        return "oui"
    offered = set(raw.get("answers", ["oui", "partiel", "non", "na"]))
    for name, marks in _MARKS.items():
        if dict(raw["marks"]) == {value: mark for value, mark in marks.items() if value in offered}:
            return name
    return "autre"


def _show(values: dict[str, Any], name: str, both: Mapping[str, str] | None) -> None:
    values.update({f"{name}_{language}": (both or {}).get(language, "") for language in ("fr", "en")})


def _shown_number(value: Any) -> str:
    return "" if value is None else f"{value:g}".replace(".", ",")
