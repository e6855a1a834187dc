"""What an import could not keep, or what the draft still lacks: each loss is named, with every place."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence


class LossKind(StrEnum):
    """What is lost, in the order of the report; the value is what scripts read."""

    TEXT = "text"
    CHOICE = "choice"
    ANSWER = "answer"
    CONDITION = "condition"
    SCORE = "score"
    REQUIRED = "required"
    EVIDENCE = "evidence"
    GROUP = "group"
    REFERENCE = "reference"
    PRESENTATION = "presentation"
    IDENTITY = "identity"
    LANGUAGE = "language"
    REASON = "reason"
    ARTICLE = "article"

    @property
    def stops_publication(self) -> bool:
        """Whether it is what the draft lacks before it can be published, not what the source said and we do not."""
        return self in {LossKind.LANGUAGE, LossKind.REASON, LossKind.ARTICLE}


KIND_LABELS = {
    LossKind.TEXT: N_("Texte"),
    LossKind.CHOICE: N_("Choix"),
    LossKind.ANSWER: N_("Forme de la réponse"),
    LossKind.CONDITION: N_("Condition"),
    LossKind.SCORE: N_("Note"),
    LossKind.REQUIRED: N_("Obligation de répondre"),
    LossKind.EVIDENCE: N_("Pièce"),
    LossKind.GROUP: N_("Groupe"),
    LossKind.REFERENCE: N_("Référence"),
    LossKind.PRESENTATION: N_("Présentation"),
    LossKind.IDENTITY: N_("Identifiant"),
    LossKind.LANGUAGE: N_("Langue"),
    LossKind.REASON: N_("Raison"),
    LossKind.ARTICLE: N_("Article"),
}


@dataclass(frozen=True)
class ImportLoss:
    """One loss, in a sentence, and every place where it stands."""

    kind: LossKind
    message: Sentence
    places: tuple[str, ...]
    """Keys of the draft's questions where there is one, else the source's own identifiers."""


class LossReport:
    """Losses as they are met; the same sentence said of several places is one line.

    >>> from portal.core.language import say
    >>> report = LossReport()
    >>> for place in ("a", "b", "a"):
    ...     report.add(LossKind.SCORE, say("La note est perdue."), place)
    >>> [(str(loss.message), loss.places) for loss in report]
    [('La note est perdue.', ('a', 'b'))]
    """

    def __init__(self) -> None:
        self._places: dict[tuple[LossKind, str, tuple[tuple[str, str], ...]], tuple[Sentence, dict[str, None]]] = {}

    def add(self, kind: LossKind, message: Sentence, *places: str) -> None:
        """Note a loss at these places."""
        signature = (kind, message.text, tuple(sorted((name, str(value)) for name, value in message.values.items())))
        held = self._places.setdefault(signature, (message, {}))[1]
        held.update(dict.fromkeys(places))

    def __iter__(self) -> Iterator[ImportLoss]:
        """Every loss, by kind and then as met."""
        order: Sequence[LossKind] = tuple(LossKind)
        for (kind, *_), (message, places) in sorted(self._places.items(), key=lambda item: order.index(item[0][0])):
            yield ImportLoss(kind, message, tuple(places))
