"""The messages of a wave that people may reword: what may be named in each, and what no wording may leave out."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from portal.campaigns.rules.recurrence import FieldProblem
from portal.core.language import N_, Sentence, say
from portal.core.placeholders import PLACE

LONGEST_SUBJECT, LONGEST_BODY = 150, 5000
FEWEST_LETTERS = 40
"""Letters of a message besides what it names: below, it says nothing to whoever reads it."""
LINK = "lien"


class LetterKind(StrEnum):
    """A message of a wave; the value is the name of its template."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    LATE = "late"
    EXTENDED = "extended"


_EVERYWHERE: Mapping[str, str] = {
    "nom": N_("le nom de la personne à qui l'on écrit"),
    "organisation": N_("le nom de votre organisation"),
    "questionnaire": N_("le titre du questionnaire"),
    "echeance": N_("le jour où il est attendu"),
    LINK: N_("le lien, avec la phrase qui l'annonce ; seul sur sa ligne, obligatoire"),
}
_PROGRESS: Mapping[str, str] = {"avancement": N_("où en est le prestataire : rien commencé, commencé, ou renvoyé")}
VARIABLES: Mapping[LetterKind, Mapping[str, str]] = {
    LetterKind.INVITATION: {
        **_EVERYWHERE,
        "avant_le": N_("« d'ici au » et le jour ; rien si ce jour est passé"),
        "attendu": N_("quand il est attendu, ou pourquoi il arrive en retard"),
        "effort": N_("combien de questions, et combien de temps"),
        "deja_la": N_("combien de réponses sont déjà là ; rien s'il n'y en a pas"),
    },
    LetterKind.REMINDER: {**_EVERYWHERE, **_PROGRESS},
    LetterKind.LATE: {**_EVERYWHERE, **_PROGRESS},
    LetterKind.EXTENDED: _EVERYWHERE,
}
"""What may be named in each message, and what it becomes."""


def letter_problems(kind: LetterKind, language: str, subject: str, body: str) -> list[FieldProblem]:
    """What is wrong with a wording, each on its field (`subject_fr`, `body_fr`).

    >>> [problem.field for problem in letter_problems(LetterKind.LATE, "fr", "Retard", "Répondez.")]
    ['body_fr', 'body_fr']
    """
    return [
        *(FieldProblem(f"subject_{language}", text) for text in _subject_problems(kind, subject)),
        *(FieldProblem(f"body_{language}", text) for text in _body_problems(kind, body)),
    ]


def _subject_problems(kind: LetterKind, subject: str) -> Iterator[Sentence]:
    if not _letters(subject):
        yield say("Écrivez un objet.")
    if len(subject) > LONGEST_SUBJECT:
        yield say("Un objet tient en %(longest)s caractères.", longest=LONGEST_SUBJECT)
    if LINK in PLACE.findall(subject):
        yield say("Le lien n'a pas sa place dans l'objet.")
    yield from _unknown(kind, subject)


def _body_problems(kind: LetterKind, body: str) -> Iterator[Sentence]:
    lines = [line.strip() for line in body.splitlines()]
    place = f"{{{LINK}}}"
    if place not in body:
        yield say("Le lien manque : sans {lien}, personne ne peut répondre.")
    elif body.count(place) > 1 or place not in lines:
        yield say("{lien} se met une fois, seul sur sa ligne.")
    if _letters(body) < FEWEST_LETTERS:
        yield say("Ce message ne dit presque rien : écrivez-le.")
    if len(body) > LONGEST_BODY:
        yield say("Un message tient en %(longest)s caractères.", longest=LONGEST_BODY)
    yield from _unknown(kind, body)


def _unknown(kind: LetterKind, text: str) -> Iterator[Sentence]:
    known = VARIABLES[kind]
    for name in dict.fromkeys(PLACE.findall(text)):
        if name not in known:
            names = ", ".join(f"{{{one}}}" for one in known)
            yield say("« {%(name)s} » n'existe pas. Dans ce message : %(names)s.", name=name, names=names)
    if set(PLACE.sub("", text)) & set("{}"):
        yield say("Une accolade ne sert qu'à nommer une variable, comme {nom}.")


def _letters(text: str) -> int:
    """How many letters it holds besides what it names."""
    return sum(letter.isalpha() for letter in PLACE.sub("", text))
