"""Our own workbook: one row a question, one column a field; what is inside a field is written as in the TOML files.

The columns are named after the fields, with the language after a dot (`text.fr`), in any order. The usual French names
are understood too. A list of choices may be one label a line.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.core.errors import Refused
from portal.core.language import say
from portal.core.spreadsheets import Row, Table
from portal.core.spreadsheets import Value as CellValue
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.keys import free, slug
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.plain_text import seen_text
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.kinds import QUESTION_KINDS
from portal.questionnaires.rules.parsing import VERSION, parse_questionnaire
from portal.questionnaires.rules.writing import toml_of
from portal.questionnaires.toml_fields import UnsoundQuestionnaire
from portal.questionnaires.toml_reading import read_toml

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LANGUAGES = ("fr", "en")
_WHOLE = ("key", "version", "minutes", "title", "introduction")
_PART = ("key", "title", "introduction")
_BILINGUAL = ("text", "help", "why", "reviewer_note", "unit", "evidence_label", "no_evidence")
_PLAIN = ("key", "kind", "evidence", "replaces", "stage")
_INSIDE = (
    "required", "weight", "critical", "articles", "obligations", "clauses", "max_length", "max_rows", "minimum",
    "maximum", "evidence_on", "evidence_max_age_months", "evidence_kinds", "visible_if", "answers", "marks", "justify",
    "choices", "columns", "opens_finding",
)  # fmt: skip
COLUMNS = (
    *("questionnaire." + name for name in ("key", "version", "minutes")),
    *(f"questionnaire.{name}.{language}" for name in ("title", "introduction") for language in _LANGUAGES),
    "section.key",
    *(f"section.{name}.{language}" for name in ("title", "introduction") for language in _LANGUAGES),
    "key", "kind",
    *(f"{name}.{language}" for name in _BILINGUAL for language in _LANGUAGES),
    "evidence", "replaces", "stage", *_INSIDE,
)  # fmt: skip
_ALIASES = {
    "question": "text.fr", "question (fr)": "text.fr", "question (en)": "text.en", "texte": "text.fr",
    "text": "text.fr",
    "section": "section.title.fr", "partie": "section.title.fr", "aide": "help.fr", "help": "help.fr", "why": "why.fr",
    "pourquoi": "why.fr", "raison": "why.fr", "type": "kind", "clé": "key", "cle": "key", "choix": "choices",
    "obligatoire": "required", "poids": "weight", "condition": "visible_if", "note": "reviewer_note.fr",
    "note du réviseur": "reviewer_note.fr", "titre": "questionnaire.title.fr",
}  # fmt: skip
_KINDS = {
    "oui/non": "yes_no", "oui ou non": "yes_no", "yes/no": "yes_no", "choix unique": "single",
    "choix multiple": "multiple",
    "texte": "text", "nombre": "number", "fichier": "file", "tableau": "table",
}  # fmt: skip
_TRUTHS = {
    "oui": "true",
    "non": "false",
    "vrai": "true",
    "faux": "false",
    "yes": "true",
    "no": "false",
    "1": "true",
    "0": "false",
}


def recognises(source: ImportSource) -> bool:
    """A workbook with a column for the words of the questions."""
    return source.workbook is not None and any(
        _column(name) in {"text.fr", "text.en"} for name in source.workbook.header
    )


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Questionnaire]:
    """One questionnaire; raises Refused with the first cell that cannot be read."""
    table = source.workbook
    return [] if table is None else [_WorkbookReading(source, table, losses).questionnaire()]


def sheet_of(questionnaire: Questionnaire) -> tuple[Sequence[str], Iterator[Sequence[CellValue]]]:
    """The header and the rows of the workbook that is read back into the same questionnaire."""
    raw = read_toml(toml_of(questionnaire, draft=True).encode())
    return COLUMNS, _rows(raw)


def _rows(raw: Mapping[str, Any]) -> Iterator[Sequence[CellValue]]:
    whole: Mapping[str, Any] | None = raw
    for section in raw["sections"]:
        part: Mapping[str, Any] = section
        for question in section["questions"]:
            cells = {
                **_cells(whole or {}, _WHOLE, "questionnaire."),
                **_cells(part, _PART, "section."),
                **_cells(question, (*_PLAIN, *_BILINGUAL, *_INSIDE), ""),
            }
            yield [cells.get(name, "") for name in COLUMNS]
            whole, part = None, {"key": section["key"]}


def _cells(held: Mapping[str, Any], names: Sequence[str], prefix: str) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name in names:
        value = held.get(name)
        if name in _INSIDE and value is not None:
            cells[prefix + name] = _inline(value)
        elif isinstance(value, Mapping):
            cells.update({f"{prefix}{name}.{language}": text for language, text in value.items()})
        elif value is not None:
            cells[prefix + name] = str(value)
    return cells


def _inline(value: Any) -> str:
    """The value as TOML writes it on a line; a list of tables takes a line each."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_inline(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list):
        between = ",\n" if value and isinstance(value[0], Mapping) else ", "
        return "[" + between.join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _column(name: str) -> str:
    """The field that a column is for; its own name when it is none."""
    plain = " ".join(name.lower().split()).strip(" *:")
    dotted = plain.replace("_fr", ".fr").replace("_en", ".en")
    return plain if plain in COLUMNS else dotted if dotted in COLUMNS else _ALIASES.get(plain, plain)


class _WorkbookReading:
    def __init__(self, source: ImportSource, table: Table, losses: LossReport) -> None:
        self._source, self._table, self._losses = source, table, losses
        self._names = [_column(name) for name in table.header]
        self._lines: dict[str, int] = {}
        self._renamed: dict[str, str] = {}
        place = self._names.index("key") if "key" in self._names else None
        self._given = {row.cells[place].strip() for row in table.rows if place is not None and place < len(row.cells)}

    def questionnaire(self) -> Questionnaire:
        if self._table.problems:
            problem = self._table.problems[0]
            raise Refused(say("Ligne %(row)s : %(reason)s", row=problem.line or 1, reason=problem.message))
        for name, column in zip(self._table.header, self._names, strict=True):
            if column not in COLUMNS and name.strip():
                self._losses.add(LossKind.TEXT, say("Colonne inconnue : non reprise."), name.strip()[:80])
        raw = self._raw()
        try:
            return parse_questionnaire(raw, draft=True)
        except UnsoundQuestionnaire as error:
            defect = error.defects[0]
            line = self._lines.get(defect.where.split(" ", 1)[0], 1)
            raise Refused(say("Ligne %(row)s : %(reason)s", row=line, reason=defect.message)) from error

    def _raw(self) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        sections: list[dict[str, Any]] = []
        taken: set[str] = set()
        for row in self._table.rows:
            cells = {
                name: text for name, cell in zip(self._names, row.cells, strict=False) if (text := seen_text(cell))
            }
            for name in _WHOLE:
                self._take(whole, name, cells, "questionnaire.")
            if not {"text.fr", "text.en"} & set(cells):
                continue
            part: dict[str, Any] = {}
            for name in _PART:
                self._take(part, name, cells, "section.")
            self._enter(sections, part)
            question = self._question(row, cells, sections[-1]["key"], taken)
            sections[-1]["questions"].append(question)
        if not sections:
            raise Refused(say("Ce classeur ne contient aucune question."))
        for section in sections:
            del section["named"]
        return {**self._usual(whole), "sections": sections}

    def _usual(self, whole: dict[str, Any]) -> dict[str, Any]:
        """What the workbook leaves out of the questionnaire itself."""
        key = slug(str(whole.get("key") or self._source.stem), "questionnaire")
        version = str(whole.get("version") or "1")
        usual = {
            "title": {"fr": self._source.stem or key},
            "introduction": {"fr": "Questionnaire repris d'un classeur.", "en": "Questionnaire taken from a workbook."},
        }
        if "minutes" in whole:
            usual["minutes"] = _parsed(str(whole["minutes"]))
        return {**usual, **whole, **({"minutes": usual["minutes"]} if "minutes" in usual else {}), "key": key,
                "version": version if VERSION.fullmatch(version) else "1"}  # fmt: skip

    def _enter(self, sections: list[dict[str, Any]], part: dict[str, Any]) -> None:
        """The section of a row: a new one when the row names another."""
        title = part.get("title") or {}
        named = str(part.get("key") or slug(title.get("fr") or title.get("en") or "", "questions", longest=40))
        if not part and sections:
            return
        if sections and named in {sections[-1]["key"], sections[-1]["named"]}:
            return
        key = free(slug(named, "questions", longest=40), {section["key"] for section in sections})
        sections.append(
            {"title": {"fr": "Questions", "en": "Questions"}, **part, "key": key, "named": named, "questions": []}
        )

    def _question(self, row: Row, cells: Mapping[str, str], section: str, taken: set[str]) -> dict[str, Any]:
        question: dict[str, Any] = {}
        for name in (*_PLAIN, *_BILINGUAL):
            self._take(question, name, cells, "")
        own = str(question.get("key") or "")
        given = own.removeprefix(f"{section}.").rpartition(".")[2]
        name = slug(given or cells.get("text.fr") or cells.get("text.en") or "", "question")
        wanted = f"{section}.{name}"
        question["key"] = wanted if own == wanted and own not in taken else free(wanted, taken | self._given)
        if own.count(".") == 1 and own != question["key"]:
            self._renamed[own] = question["key"]
            self._losses.add(
                LossKind.IDENTITY, say("La clé « %(key)s » est d'une autre partie.", key=own[:120]), question["key"]
            )
        taken.add(question["key"])
        self._lines[question["key"]] = row.line
        for field in _INSIDE:
            if field in cells:
                question[field] = self._inside(field, cells[field], row.line)
        if self._renamed and "visible_if" in question:
            question["visible_if"] = _under_new_keys(question["visible_if"], self._renamed)
        kind = str(question.get("kind") or ("single" if "choices" in question else "text")).strip().lower()
        question["kind"] = _KINDS.get(kind, kind)
        if question["kind"] not in QUESTION_KINDS:
            raise Refused(say("Ligne %(row)s : type de question inconnu, « %(kind)s ».", row=row.line, kind=kind[:60]))
        question.setdefault("articles", [])
        return question

    def _take(self, target: dict[str, Any], name: str, cells: Mapping[str, str], prefix: str) -> None:
        if prefix + name in cells:
            target.setdefault(name, cells[prefix + name])
        for language in _LANGUAGES:
            if (text := cells.get(f"{prefix}{name}.{language}")) is not None:
                target.setdefault(name, {}).setdefault(language, text)

    def _inside(self, field: str, text: str, line: int) -> Any:
        """What a cell holds: TOML, or plain words where they can only mean one thing."""
        if field in {"required", "critical"}:
            return _parsed(_TRUTHS.get(text.strip().lower(), text.strip().lower()))
        if field == "choices" and not text.lstrip().startswith("["):
            return _plain_choices(text)
        if field in {"articles", "obligations", "clauses", "evidence_on", "answers", "justify"} and "[" not in text[:1]:
            return [one.strip() for one in text.replace("\n", ";").split(";") if one.strip()]
        try:
            return _parsed(text)
        except tomllib.TOMLDecodeError as error:
            raise Refused(
                say(
                    "Ligne %(row)s, colonne « %(column)s » : « %(text)s » ne se lit pas.",
                    row=line,
                    column=field,
                    text=text[:60],
                )
            ) from error


def _under_new_keys(condition: Any, renamed: Mapping[str, str]) -> Any:
    """A condition whose questions have taken other keys."""
    if isinstance(condition, Mapping):
        return {name: _under_new_keys(inner, renamed) for name, inner in condition.items()}
    if isinstance(condition, list):
        return [_under_new_keys(inner, renamed) for inner in condition]
    return renamed.get(condition, condition) if isinstance(condition, str) else condition


def _parsed(text: str) -> Any:
    # An inline table holds on one line in TOML; in a cell, it may be cut anywhere between its fields.
    return tomllib.loads(f"value = {text}")["value"]


def _plain_choices(text: str) -> list[dict[str, Any]]:
    """One label a line, or « value | label » or « value | label | label in English »."""
    choices: list[dict[str, Any]] = []
    for line in text.split("\n"):
        parts = [part.strip() for part in line.split("|")]
        if not any(parts):
            continue
        labels = parts[1:] or parts
        value = free(slug(parts[0], f"choix-{len(choices) + 1}"), {choice["value"] for choice in choices})
        label = {language: held for language, held in zip(_LANGUAGES, labels, strict=False) if held}
        choices.append({"value": value, "label": label or {"fr": parts[0]}})
    return choices
