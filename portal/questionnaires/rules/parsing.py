"""From a raw document (a TOML file once parsed, or anything else) to a questionnaire, or to the list of its defects."""

import re
from collections.abc import Iterator
from dataclasses import replace

from portal.core.language import say
from portal.findings.rules import Severity
from portal.questionnaires.definition import EvidenceDemand, FindingRule, Question, Questionnaire, QuestionnaireSection
from portal.questionnaires.kinds import OWN_FIELDS, QUESTION_KINDS
from portal.questionnaires.rules.checking import definition_defects
from portal.questionnaires.rules.conditions import read_condition
from portal.questionnaires.rules.snapshot import digest_of
from portal.questionnaires.toml_fields import SLUG, QuestionnaireDefect, TomlTable, UnsoundQuestionnaire

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,2}")
_AFTER_KIND = (
    "weight", "evidence", "evidence_on", "evidence_label", "evidence_max_age_months", "evidence_kinds", "no_evidence",
)  # fmt: skip


def questionnaire_defects(raw: object) -> Iterator[QuestionnaireDefect]:
    """Every defect of a raw document, field by field then as a whole; nothing when it may be used.

    >>> for defect in questionnaire_defects({"key": "socle", "version": "1"}):
    ...     print(defect.where, defect.message.text % defect.message.values)
    socle Le champ « title » manque.
    socle Le champ « introduction » manque.
    socle Le champ « sections » manque.
    """
    yield from _read(raw)[1]


def parse_questionnaire(raw: object) -> Questionnaire:
    """The questionnaire a raw document describes; raises `UnsoundQuestionnaire` with all its defects."""
    questionnaire, found = _read(raw)
    if found or questionnaire is None:
        raise UnsoundQuestionnaire(tuple(found))
    return replace(questionnaire, sha256=digest_of(questionnaire))


def _read(raw: object) -> tuple[Questionnaire | None, list[QuestionnaireDefect]]:
    found: list[QuestionnaireDefect] = []
    if not isinstance(raw, dict):
        return None, [
            QuestionnaireDefect("", say("Un questionnaire est une table, avec key, version, title et sections."))
        ]
    table = TomlTable(raw, found, "questionnaire")
    key = table.slug("key")
    table.where = key or table.where
    version = table.text("version")
    if version and not VERSION.fullmatch(version):
        table.report(say("La version s'écrit en chiffres et points, par exemple « 1.0 »."))
    questionnaire = Questionnaire(
        key=key,
        version=version,
        title=table.bilingual("title"),
        introduction=table.bilingual("introduction"),
        minutes=table.integer("minutes", 1, 600, default=0) or None,
        sections=tuple(_section(section) for section in table.tables("sections")),
    )
    table.close()
    found.extend(definition_defects(questionnaire))
    return questionnaire, found


def _section(table: TomlTable) -> QuestionnaireSection:
    key = table.slug("key")
    table.report_under(key)
    section = QuestionnaireSection(
        key=key,
        title=table.bilingual("title"),
        introduction=table.bilingual("introduction", required=False),
        questions=tuple(_question(question, key) for question in table.tables("questions")),
    )
    table.close()
    return section


def _question(table: TomlTable, section: str) -> Question:
    key = table.text("key")
    table.report_under(key)
    if key and not re.fullmatch(re.escape(section) + r"\." + SLUG.pattern, key):
        table.report(
            say(
                "La clé doit s'écrire « %(section)s. » suivi de minuscules sans accent, chiffres et traits d'union.",
                section=section,
            )
        )
    kind = table.choose_required("kind", QUESTION_KINDS)
    question = Question(
        key=key,
        kind=kind or QUESTION_KINDS["text"],
        text=table.bilingual("text"),
        help=table.bilingual("help", required=False),
        why=table.bilingual("why"),
        reviewer_note=table.bilingual("reviewer_note", required=False),
        articles=table.texts("articles"),
        obligations=table.texts("obligations"),
        clauses=table.texts("clauses"),
        required=table.boolean("required", default=True),
        critical=table.boolean("critical", default=False),
        visible_if=read_condition(table, "visible_if"),
        opens_finding=_finding(table),
    )
    if kind is None:
        table.accept(*OWN_FIELDS, *_AFTER_KIND)
    else:
        question = _evidence(table, _weight(table, kind.read_definition(table, question)))
    table.close(OWN_FIELDS)
    return question


def _weight(table: TomlTable, question: Question) -> Question:
    weight = table.integer("weight", 1, 5, default=1 if question.scored else 0)
    return replace(question, weight=weight)


def _evidence(table: TomlTable, question: Question) -> Question:
    if question.kind.is_file:
        evidence = EvidenceDemand.REQUIRED if question.required else EvidenceDemand.OPTIONAL
    else:
        evidence = table.one_of("evidence", EvidenceDemand, default=EvidenceDemand.NONE)
    on = table.texts("evidence_on")
    if not on and evidence is not EvidenceDemand.NONE:
        # A vendor that answers « non » has nothing to prove; one that claims a guarantee does.
        on = tuple(c.value for c in question.choices if (c.mark or 0) > 0 or (not question.scored and not c.exclusive))
    return replace(
        question,
        evidence=evidence,
        evidence_on=on,
        evidence_label=table.bilingual("evidence_label", required=False),
        evidence_max_age_months=table.integer("evidence_max_age_months", 1, 120, default=0) or None,
        evidence_kinds=table.texts("evidence_kinds"),
        no_evidence=table.bilingual("no_evidence", required=False),
    )


def _finding(table: TomlTable) -> FindingRule | None:
    if "opens_finding" not in table:
        table.accept("opens_finding")
        return None
    found = table.table("opens_finding")
    if found is None:
        return None
    rule = FindingRule(
        found.keyed("on", Severity),
        found.bilingual("action"),
        found.bilingual("proof"),
        found.bilingual("gap", required=False),
    )
    found.close()
    return rule
