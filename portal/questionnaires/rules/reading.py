"""From a raw document (a TOML file once parsed, or anything else) to a questionnaire, or to the list of its defects."""

import re
from collections.abc import Iterator
from dataclasses import replace

from portal.core.language import say
from portal.questionnaires.rules.checking import incoherences
from portal.questionnaires.rules.fields import SLUG, Fields, Problem, Unsound
from portal.questionnaires.rules.freezing import digest
from portal.questionnaires.rules.kinds import SPECIFIC, read_condition, read_specific
from portal.questionnaires.rules.model import Evidence, FindingRule, Kind, Question, Questionnaire, Section, Severity

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,2}")
_AFTER_KIND = ("weight", "evidence", "evidence_on", "evidence_label", "evidence_max_age_months")


def problems(raw: object) -> Iterator[Problem]:
    """Every defect of a raw document, field by field then as a whole; nothing when it may be used.

    >>> for problem in problems({"key": "socle", "version": "1"}):
    ...     print(problem.where, problem.message.text % problem.message.values)
    socle Le champ « title » manque.
    socle Le champ « introduction » manque.
    socle Le champ « sections » manque.
    """
    yield from _read(raw)[1]


def parse(raw: object) -> Questionnaire:
    """The questionnaire a raw document describes; raises `Unsound` with all its defects."""
    questionnaire, found = _read(raw)
    if found or questionnaire is None:
        raise Unsound(tuple(found))
    return replace(questionnaire, sha256=digest(questionnaire))


def _read(raw: object) -> tuple[Questionnaire | None, list[Problem]]:
    found: list[Problem] = []
    if not isinstance(raw, dict):
        return None, [Problem("", say("Un questionnaire est une table, avec key, version, title et sections."))]
    fields = Fields(raw, found, "questionnaire")
    key = fields.slug("key")
    fields.where = key or fields.where
    version = fields.text("version")
    if version and not VERSION.fullmatch(version):
        fields.report(say("La version s'écrit en chiffres et points, par exemple « 1.0 »."))
    questionnaire = Questionnaire(
        key=key,
        version=version,
        title=fields.bilingual("title"),
        introduction=fields.bilingual("introduction"),
        minutes=fields.integer("minutes", 1, 600, default=0) or None,
        sections=tuple(_section(section) for section in fields.tables("sections")),
    )
    fields.close()
    found.extend(incoherences(questionnaire))
    return questionnaire, found


def _section(fields: Fields) -> Section:
    key = fields.slug("key")
    fields.settle(key)
    section = Section(
        key=key,
        title=fields.bilingual("title"),
        introduction=fields.bilingual("introduction", required=False),
        questions=tuple(_question(question, key) for question in fields.tables("questions")),
    )
    fields.close()
    return section


def _question(fields: Fields, section: str) -> Question:
    key = fields.text("key")
    fields.settle(key)
    if key and not re.fullmatch(re.escape(section) + r"\." + SLUG.pattern, key):
        fields.report(
            say(
                "La clé doit s'écrire « %(section)s. » suivi de minuscules sans accent, chiffres et traits d'union.",
                section=section,
            )
        )
    kind = fields.one_of("kind", Kind)
    question = Question(
        key=key,
        kind=kind or Kind.TEXT,
        text=fields.bilingual("text"),
        help=fields.bilingual("help", required=False),
        why=fields.bilingual("why"),
        reviewer_note=fields.bilingual("reviewer_note", required=False),
        articles=fields.texts("articles"),
        obligations=fields.texts("obligations"),
        clauses=fields.texts("clauses"),
        required=fields.boolean("required", default=True),
        critical=fields.boolean("critical", default=False),
        visible_if=read_condition(fields, "visible_if"),
        opens_finding=_finding(fields),
    )
    if kind is None:
        fields.ask(*SPECIFIC, *_AFTER_KIND)
    else:
        question = _evidence(fields, _weight(fields, read_specific(fields, question)))
    fields.close(SPECIFIC)
    return question


def _weight(fields: Fields, question: Question) -> Question:
    weight = fields.integer("weight", 1, 5, default=1 if question.scored else 0)
    return replace(question, weight=weight)


def _evidence(fields: Fields, question: Question) -> Question:
    if question.kind is Kind.FILE:
        evidence = Evidence.REQUIRED if question.required else Evidence.OPTIONAL
    else:
        evidence = fields.one_of("evidence", Evidence, default=Evidence.NONE) or Evidence.NONE
    on = fields.texts("evidence_on")
    if not on and evidence is not Evidence.NONE:
        # A vendor that answers « non » has nothing to prove; one that claims a guarantee does.
        on = tuple(c.value for c in question.choices if (c.mark or 0) > 0 or (not question.scored and not c.exclusive))
    return replace(
        question,
        evidence=evidence,
        evidence_on=on,
        evidence_label=fields.bilingual("evidence_label", required=False),
        evidence_max_age_months=fields.integer("evidence_max_age_months", 1, 120, default=0) or None,
    )


def _finding(fields: Fields) -> FindingRule | None:
    if "opens_finding" not in fields:
        fields.ask("opens_finding")
        return None
    table = fields.table("opens_finding")
    if table is None:
        return None
    rule = FindingRule(table.keyed("on", Severity), table.bilingual("action"), table.bilingual("proof"))
    table.close()
    return rule
