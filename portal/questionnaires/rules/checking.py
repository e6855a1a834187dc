"""Whether a questionnaire makes sense as a whole: defects that no single field shows."""

from collections import Counter
from collections.abc import Iterable, Iterator

from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.questionnaires.definition import AnswerAmong, EvidenceDemand, Question, Questionnaire
from portal.questionnaires.rules.articles import is_article
from portal.questionnaires.rules.conditions import elementary_conditions
from portal.questionnaires.toml_fields import QuestionnaireDefect

_OBLIGATION = expression(r"C[0-9]{2}")
_CLAUSE = expression(r"CL[0-9]{2}|CL-[A-Z0-9]+")


def definition_defects(questionnaire: Questionnaire) -> Iterator[QuestionnaireDefect]:
    """Defects between fields, between questions and between sections."""
    for key, times in Counter(section.key for section in questionnaire.sections).items():
        if key and times > 1:
            yield QuestionnaireDefect(key, say("Deux sections portent cette clé."))
    seen: dict[str, Question] = {}
    everywhere = {question.key for question in questionnaire.questions}
    for question in questionnaire.questions:
        if question.key in seen:
            yield QuestionnaireDefect(question.key, say("Deux questions portent cette clé."))
        for sentence in _of_question(question):
            yield QuestionnaireDefect(question.key, sentence)
        for among in elementary_conditions(question.visible_if):
            for sentence in _of_condition(among, seen, everywhere):
                yield QuestionnaireDefect(question.key, sentence)
        if question.key:
            seen[question.key] = question


def _of_condition(among: AnswerAmong, seen: dict[str, Question], everywhere: set[str]) -> Iterator[Sentence]:
    target = seen.get(among.question)
    if target is None:
        if among.question in everywhere:
            yield say("La condition porte sur « %(question)s », posée plus loin.", question=among.question)
        else:
            yield say("La condition porte sur « %(question)s », qui n'existe pas.", question=among.question)
    elif not target.kind.offers_choices:
        yield say(
            "La condition porte sur « %(question)s », qui n'est pas une question à choix.", question=among.question
        )
    elif target.choices:
        for value in among.values:
            if target.choice(value) is None:
                yield say(
                    "La condition attend « %(value)s », que « %(question)s » ne propose pas.",
                    value=value,
                    question=among.question,
                )


def _of_question(question: Question) -> Iterator[Sentence]:
    yield from _references(question)
    yield from _choices(question)
    yield from question.kind.definition_defects(question)
    yield from _scoring(question)
    yield from _evidence(question)


def _references(question: Question) -> Iterator[Sentence]:
    for article in question.articles:
        if not is_article(article):
            yield say(
                "L'article « %(article)s » n'est ni dans le RGPD ni dans un code connu (écrire « 28(3)(h) » ou "
                "« conso L221-18 »).",
                article=article,
            )
    for obligation in question.obligations:
        if not _OBLIGATION.fullmatch(obligation):
            yield say("« %(value)s » n'est pas un numéro d'obligation (écrire « C42 »).", value=obligation)
    for clause in question.clauses:
        if not _CLAUSE.fullmatch(clause):
            yield say("« %(value)s » n'est pas un numéro de clause (écrire « CL18 »).", value=clause)


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if value and times > 1]


def _choices(question: Question) -> Iterator[Sentence]:
    for value in _repeated(choice.value for choice in question.choices):
        yield say("Deux choix portent la valeur « %(value)s ».", value=value)


def _scoring(question: Question) -> Iterator[Sentence]:
    if question.scored and question.kind.best_mark(question) < 1 - 1e-9:
        yield say("Aucune réponse ne permet d'atteindre la note 1.")
    if question.scored and not question.required:
        yield say("Une question notée ne peut pas être facultative : ne pas répondre améliorerait la note.")
    if not question.scored and question.weight:
        yield say("« weight » n'a pas d'effet : aucune réponse n'est notée.")
    if not question.scored and question.critical:
        yield say("« critical » n'a pas d'effet : aucune réponse n'est notée.")
    if question.opens_finding:
        for value, _ in question.opens_finding.on:
            if question.choice(value) is None:
                yield say("Le constat s'ouvre sur « %(value)s », qui n'est pas une réponse proposée.", value=value)
        if not question.opens_finding.on:
            yield say("Le constat ne dit pas sur quelles réponses il s'ouvre (« on »).")


def _evidence(question: Question) -> Iterator[Sentence]:
    if question.evidence is EvidenceDemand.NONE:
        for name, given in (
            ("evidence_on", question.evidence_on),
            ("evidence_label", question.evidence_label),
            ("evidence_max_age_months", question.evidence_max_age_months),
            ("evidence_kinds", question.evidence_kinds),
        ):
            if given:
                yield say("« %(field)s » n'a pas d'effet : aucune preuve n'est demandée.", field=name)
    elif not question.evidence_label:
        yield say("Une preuve est demandée sans dire laquelle (« evidence_label »).")
    if question.no_evidence and question.evidence is not EvidenceDemand.NONE:
        yield say("« no_evidence » dit pourquoi aucune preuve n'est demandée, alors qu'une l'est.")
    for value in question.evidence_on:
        if question.choice(value) is None:
            yield say("La preuve est attendue pour « %(value)s », qui n'est pas une réponse proposée.", value=value)
