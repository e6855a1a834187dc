"""Questionnaires of Fit4Cybersecurity and its sisters: a flat list of questions, each with its scored answers."""

from collections.abc import Mapping
from typing import Any

from portal.core.language import say
from portal.questionnaires.importing.drafting import Draft, DraftChoice, DraftQuestion, DraftSection, Texts, joined
from portal.questionnaires.importing.expressions import Either, Picked
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import entries, flag, number, tables, words

_KINDS = {"S": "single", "M": "multiple", "SO": "single", "T": "text", "MT": "multiple", "ST": "single", "CL": "single"}
_LONGEST_NOTE = 15_000


def recognises(source: ImportSource) -> bool:
    """A list of questions that say their type and their answers."""
    found = _questions(source)
    return bool(found) and any("qtype" in one and ("answers" in one or "label" in one) for one in found)


def _questions(source: ImportSource) -> list[Mapping[str, Any]]:
    content = source.content
    held = content if isinstance(content, list) else content.get("questions") if isinstance(content, Mapping) else None
    return tables(held) if isinstance(held, list) else []


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire, in the order of the numbers when each question has its own."""
    raw = _questions(source)
    ranks = [number(one.get("qindex")) for one in raw]
    if len(set(ranks)) == len(ranks) and None not in ranks:
        raw = sorted(raw, key=lambda one: number(one.get("qindex")) or 0.0)
    draft = Draft(source.stem, {"": source.stem.replace("_", " ")})
    by_label: dict[str, DraftQuestion] = {}
    for rank, one in enumerate(raw, start=1):
        name = words(one.get("section")) or "questions"
        if not draft.sections or draft.sections[-1].source != name:
            title = "Contexte" if name == "__context" else name
            draft.sections.append(DraftSection(name, {"": title}))
        question = _question(one, f"question-{words(one.get('qindex')) or rank}", losses)
        by_label.setdefault(words(one.get("label")), question)
        draft.sections[-1].questions.append(question)
    _follow(raw, by_label, losses)
    return [draft]


def _question(raw: Mapping[str, Any], source: str, losses: LossReport) -> DraftQuestion:
    given = words(raw.get("qtype")).upper()
    answers = tables(raw.get("answers") or [])
    kind = _KINDS.get(given)
    if kind is None:
        kind = "single" if answers else "text"
        losses.add(LossKind.ANSWER, say("Type de réponse inconnu : « %(kind)s ».", kind=given[:60]), source)
    question = DraftQuestion(source, kind, _texts(raw, "label"), help=_texts(raw, "tooltip"))
    if kind != "text":
        question.choices = [_choice(one, rank, source, losses) for rank, one in enumerate(answers, start=1)]
    elif texts := [words(one.get("label")) for one in answers if words(one.get("label")).strip()]:
        question.help = joined(question.help, {"": "\n".join(texts)})
    question.note = _advice(answers, source, losses)
    if given == "CL" and not answers:
        losses.add(LossKind.ANSWER, say("Liste de pays : posée comme un texte."), source)
    if raw.get("answers_order"):
        losses.add(LossKind.PRESENTATION, say("L'ordre d'affichage des réponses n'est pas repris."), source)
    if number(raw.get("maxPoints")):
        losses.add(LossKind.SCORE, say("« %(field)s » n'est pas repris.", field="maxPoints"), source)
    if raw.get("service_category"):
        losses.add(
            LossKind.GROUP,
            say("Catégorie « %(group)s » : non reprise.", group=words(raw["service_category"])[:80]),
            source,
        )
    return question


def _choice(raw: Mapping[str, Any], rank: int, source: str, losses: LossReport) -> DraftChoice:
    if number(raw.get("bonus_points")):
        losses.add(LossKind.SCORE, say("« %(field)s » n'est pas repris.", field="bonus_points"), source)
    if raw.get("dependant_answers"):
        losses.add(LossKind.CONDITION, say("« %(field)s » n'est pas repris.", field="dependant_answers"), source)
    label = _texts(raw, "label")
    return DraftChoice(
        f"reponse-{words(raw.get('aindex')) or rank}",
        label or {"fr": "Autre (à préciser)", "en": "Other (please specify)"},
        number(raw.get("score")),
        is_exclusive=flag(raw.get("uniqueAnswer")),
        must_explain=words(raw.get("atype")).upper() == "T",
    )


def _advice(answers: list[Mapping[str, Any]], source: str, losses: LossReport) -> Texts:
    """The recommendations, for the reviewer, each after the answer that calls for it."""
    lines = []
    for answer in answers:
        for one in tables(answer.get("recommendations") or []):
            said = words(one.get("label"))
            if not said:
                continue
            chosen = one.get("answerChosen") is not False
            lines.append(f"{words(answer.get('label'))} {'→' if chosen else '✗ →'} {said}".strip())
            if one.get("sector") or (one.get("min_e_count"), one.get("max_e_count")) not in {("a", "j"), (None, None)}:
                losses.add(
                    LossKind.CONDITION,
                    say("Recommandation réservée à un secteur ou à une taille : lue par tous."),
                    source,
                )
    if lines:
        losses.add(LossKind.TEXT, say("Recommandations : reprises dans la note du réviseur."), source)
    text = "\n".join(dict.fromkeys(lines))
    if len(text) > _LONGEST_NOTE:
        losses.add(LossKind.TEXT, say("Recommandations trop longues : coupées."), source)
    return {"": text[:_LONGEST_NOTE]} if text else {}


def _follow(raw: list[Mapping[str, Any]], by_label: Mapping[str, DraftQuestion], losses: LossReport) -> None:
    """A question that answers lead to is asked after one of them; the others are asked of everybody."""
    leads: dict[str, list[Picked]] = {}
    for one in raw:
        asking = by_label[words(one.get("label"))]
        for rank, answer in enumerate(tables(one.get("answers") or []), start=1):
            source = f"reponse-{words(answer.get('aindex')) or rank}"
            for target in entries(answer.get("questions_map")):
                label = words(target.get("label")) if isinstance(target, Mapping) else words(target)
                if label in by_label and by_label[label] is not asking:
                    leads.setdefault(label, []).append(Picked(asking.source, frozenset({source})))
                else:
                    losses.add(LossKind.CONDITION, say("Suite vers une question qui n'existe pas."), asking.source)
    for label, picked in leads.items():
        by_label[label].asked_if = picked[0] if len(picked) == 1 else Either(tuple(picked))


def _texts(raw: Mapping[str, Any], name: str) -> Texts:
    held = raw.get(name)
    if isinstance(held, Mapping):
        return {str(language): words(text) for language, text in held.items() if words(text).strip()}
    return {"": words(held)} if words(held).strip() else {}
