"""Maturity surveys of Madis: domains, questions and answers, in the order of their positions rather than of the file.

The files give every answer the same response; the last answer is then the best, and the others follow in order.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element  # nosec B405 - the type alone

from portal.core.language import say
from portal.questionnaires.importing.drafting import Draft, DraftChoice, DraftQuestion, DraftSection, Texts, joined
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import flag, number


def recognises(source: ImportSource) -> bool:
    """A root that holds domains."""
    return source.root is not None and source.root.find("domains") is not None


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire."""
    root = source.root
    if root is None:
        return []
    draft = Draft(
        source.stem, _texts(root, "name") or {"": source.stem}, _texts(root, "description"), usual_language="fr"
    )
    for rank, domain in enumerate(_sorted(root.find("domains")), start=1):
        section = DraftSection(f"domaine-{rank}", _texts(domain, "name"), _texts(domain, "description"))
        section.questions = [
            _question(one, f"d{rank}-q{number_}", losses)
            for number_, one in enumerate(_sorted(domain.find("questions")), start=1)
        ]
        if domain.findtext("color"):
            losses.add(LossKind.PRESENTATION, say("La couleur d'un domaine n'est pas reprise."), section.source)
        draft.sections.append(section)
    return [draft]


def _question(element: Element, source: str, losses: LossReport) -> DraftQuestion:
    answers = _sorted(element.find("answers"))
    points = _points(answers, source, losses)
    optional = flag(element.findtext("optional"))
    if optional:
        losses.add(LossKind.REQUIRED, say("La source permet d'écarter la question en disant pourquoi."), source)
    return DraftQuestion(
        source,
        "single",
        _texts(element, "name"),
        help=_texts(element, "optionReason"),
        note=joined(*(_advice(answer) for answer in answers)),
        weight=number(element.findtext("weight")),
        choices=[
            DraftChoice(f"reponse-{rank}", _texts(answer, "name"), worth)
            for rank, (answer, worth) in enumerate(zip(answers, points, strict=True), start=1)
        ],
    )


def _points(answers: Sequence[Element], source: str, losses: LossReport) -> list[float | None]:
    """What each answer is worth, from 0 to 1."""
    given = [number(answer.findtext("response")) for answer in answers]
    if len(set(given)) > 1:
        most = max((value for value in given if value is not None), default=0.0)
        return [None if value is None else value / most if most > 0 else 0.0 for value in given]
    if len(answers) < 2:
        return [None for _ in answers]
    losses.add(LossKind.SCORE, say("Notes données par l'ordre des réponses : la dernière est la meilleure."), source)
    return [rank / (len(answers) - 1) for rank in range(len(answers))]


def _advice(answer: Element) -> Texts:
    """What is recommended to whoever answers so, for the reviewer."""
    said, label = answer.findtext("recommendation") or "", answer.findtext("name") or ""
    return {"": f"{label} : {said}"} if said.strip() else {}


def _sorted(parent: Element | None) -> list[Element]:
    """The entries, by position; one without a position keeps its place after the others."""
    found = list(parent) if parent is not None else []
    ranks = [number(one.findtext("position")) for one in found]
    if any(rank is None for rank in ranks):
        return found
    return [one for _rank, one in sorted(zip(ranks, found, strict=True), key=lambda pair: pair[0] or 0.0)]


def _texts(element: Element, name: str) -> Texts:
    held = element.findtext(name) or ""
    return {"": held} if held.strip() else {}
