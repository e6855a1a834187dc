"""From a raw document (a TOML file once parsed, or anything else) to a questionnaire, or to the list of its defects."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from portal.core.expressions import expression
from portal.core.language import say
from portal.findings.rules import RelationStage, Severity
from portal.questionnaires.definition import EvidenceDemand, FindingRule, Question, Questionnaire, QuestionnaireSection
from portal.questionnaires.kinds import OWN_FIELDS, QUESTION_KINDS
from portal.questionnaires.rules.checking import definition_defects
from portal.questionnaires.rules.conditions import read_condition
from portal.questionnaires.rules.reachable import never_asked
from portal.questionnaires.rules.snapshot import digest_of
from portal.questionnaires.toml_fields import SLUG, QuestionnaireDefect, TomlTable, UnsoundQuestionnaire

VERSION = expression(r"[0-9]+(?:\.[0-9]+){0,2}")
SHARED = "same_as"
"""The one field of an entry that asks here a question defined in another questionnaire: same key, same words."""
NOTHING_DEFINED: Mapping[str, Question] = MappingProxyType({})
_STAGES: Mapping[str, RelationStage | None] = {stage.value: stage for stage in RelationStage}
_AFTER_KIND = (
    "weight", "evidence", "evidence_on", "evidence_label", "evidence_max_age_months", "evidence_kinds", "no_evidence",
)  # fmt: skip


def questionnaire_defects(
    raw: object, defined: Mapping[str, Question] = NOTHING_DEFINED, *, draft: bool = False
) -> Iterator[QuestionnaireDefect]:
    """Every defect of a raw document, field by field then as a whole; nothing when it may be used.

    `defined` are the questions, by key, that the document may share with others (`same_as`). A draft may lack what
    stops its publication alone: a language, a reason, the articles (`articles = []`), a condition that can be met.

    >>> for defect in questionnaire_defects({"key": "socle", "version": "1"}):
    ...     print(defect.where, defect.message.text % defect.message.values)
    socle Le champ « title » manque.
    socle Le champ « introduction » manque.
    socle Le champ « sections » manque.
    """
    yield from _read(raw, defined, draft=draft)[1]


def parse_questionnaire(
    raw: object, defined: Mapping[str, Question] = NOTHING_DEFINED, *, draft: bool = False
) -> Questionnaire:
    """The questionnaire a raw document describes; raises `UnsoundQuestionnaire` with all its defects."""
    questionnaire, found = _read(raw, defined, draft=draft)
    if found or questionnaire is None:
        raise UnsoundQuestionnaire(tuple(found))
    return replace(questionnaire, sha256=digest_of(questionnaire))


def defined_questions(raw: object) -> dict[str, Question]:
    """The questions that a raw document defines itself, by key, for others to share; its defects are told elsewhere."""
    sections = raw.get("sections") if isinstance(raw, dict) else None
    found: dict[str, Question] = {}
    for section in sections if isinstance(sections, list) else ():
        questions = section.get("questions") if isinstance(section, dict) else None
        for question in questions if isinstance(questions, list) else ():
            key = question.get("key") if isinstance(question, dict) else None
            if isinstance(key, str) and SHARED not in question:
                stage = _stage(TomlTable(section, [], ""))
                read = _question(TomlTable(question, [], ""), key.rpartition(".")[0], NOTHING_DEFINED, stage)
                if read is not None:
                    found.setdefault(read.key, read)
    return found


def _read(
    raw: object, defined: Mapping[str, Question], *, draft: bool
) -> tuple[Questionnaire | None, list[QuestionnaireDefect]]:
    found: list[QuestionnaireDefect] = []
    if not isinstance(raw, dict):
        return None, [
            QuestionnaireDefect("", say("Un questionnaire est une table, avec key, version, title et sections."))
        ]
    table = TomlTable(raw, found, "questionnaire", draft=draft)
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
        sections=tuple(_section(section, defined) for section in table.tables("sections")),
    )
    table.close()
    found.extend(definition_defects(questionnaire))
    if not draft:
        found.extend(never_asked(questionnaire))
    return questionnaire, found


def _section(table: TomlTable, defined: Mapping[str, Question]) -> QuestionnaireSection:
    key = table.slug("key")
    table.report_under(key)
    stage = _stage(table)
    section = QuestionnaireSection(
        key=key,
        title=table.bilingual("title"),
        introduction=table.bilingual("introduction", required=False),
        questions=tuple(
            question
            for entry in table.tables("questions")
            if (question := _question(entry, key, defined, stage)) is not None
        ),
    )
    table.close()
    return section


def _stage(table: TomlTable, default: RelationStage | None = None) -> RelationStage | None:
    """The stage that a section or a question names; a question that names none has its section's."""
    return table.choose("stage", _STAGES, default=default)


def _question(
    table: TomlTable, section: str, defined: Mapping[str, Question], stage: RelationStage | None
) -> Question | None:
    if SHARED in table:
        return _shared(table, defined)
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
        why=table.bilingual("why", required=not table.draft),
        reviewer_note=table.bilingual("reviewer_note", required=False),
        articles=_articles(table),
        obligations=table.texts("obligations"),
        clauses=table.texts("clauses"),
        required=table.boolean("required", default=True),
        critical=table.boolean("critical", default=False),
        visible_if=read_condition(table, "visible_if"),
        replaces=_replaced(table),
        opens_finding=_finding(table),
        stage=_stage(table, stage),
    )
    if kind is None:
        table.accept(*OWN_FIELDS, *_AFTER_KIND)
    else:
        question = _evidence(table, _weight(table, kind.read_definition(table, question)))
    table.close(OWN_FIELDS)
    return question


def _shared(table: TomlTable, defined: Mapping[str, Question]) -> Question | None:
    """The question of another questionnaire that this entry asks here too."""
    key = table.text(SHARED)
    table.report_under(key)
    table.close()
    if key and key not in defined:
        table.report(say("Cette question n'est définie dans aucun questionnaire."))
    return defined.get(key)


def _replaced(table: TomlTable) -> str:
    key = table.text("replaces", required=False)
    section, _point, name = key.partition(".")
    if key and not (SLUG.fullmatch(section) and SLUG.fullmatch(name)):
        table.report(say("« replaces » n'est pas une clé de question (écrire « section.question »)."))
    return key


def _articles(table: TomlTable) -> tuple[str, ...]:
    """The articles cited; a list that is there and empty says that they are still to be found."""
    articles = table.texts("articles")
    if "articles" in table and not articles and not table.draft:
        table.report(say("Le champ « articles » est vide : citer l'article, ou retirer le champ s'il n'y en a pas."))
    return articles


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
