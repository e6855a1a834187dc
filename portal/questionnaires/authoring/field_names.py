"""What the reader of files says of a field, in the words of the form in which it is written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from portal.core.language import N_, Sentence

LABELS: Mapping[str, str] = {
    "title.fr": N_("Titre"), "title.en": N_("Titre en anglais"),
    "introduction.fr": N_("Introduction"), "introduction.en": N_("Introduction en anglais"),
    "text.fr": N_("Question"), "text.en": N_("Question en anglais"),
    "help.fr": N_("Aide : ce qui suffit"), "help.en": N_("Aide en anglais"),
    "why.fr": N_("Pourquoi nous le demandons"), "why.en": N_("Pourquoi, en anglais"),
    "unit.fr": N_("Unité"), "unit.en": N_("Unité en anglais"),
    "weight": N_("Poids"), "articles": N_("Articles, un par ligne"),
    "evidence": N_("Pièce à joindre"),
    "evidence_label.fr": N_("Laquelle"), "evidence_label.en": N_("Laquelle, en anglais"),
    "no_evidence.fr": N_("Sinon, pourquoi aucune"), "no_evidence.en": N_("Pourquoi aucune, en anglais"),
    "opens_finding.gap.fr": N_("Ce qui ne va pas"), "opens_finding.gap.en": N_("Ce qui ne va pas, en anglais"),
    "opens_finding.action.fr": N_("Correction demandée"), "opens_finding.action.en": N_("Correction, en anglais"),
    "opens_finding.proof.fr": N_("Preuve qui fermera le constat"),
    "opens_finding.proof.en": N_("Preuve, en anglais"),
    "reviewer_note.fr": N_("Note du réviseur, jamais montrée au prestataire"),
    "reviewer_note.en": N_("Note du réviseur en anglais"),
}  # fmt: skip
"""The labels of `forms`, by the name of the field in a file."""
KIND_NAMES: Mapping[str, str] = {
    "yes_no": N_("Oui, en partie, non"),
    "single": N_("Un choix"),
    "multiple": N_("Plusieurs choix"),
    "text": N_("Un texte"),
    "number": N_("Un nombre"),
    "date": N_("Une date"),
    "file": N_("Un fichier"),
    "table": N_("Un tableau"),
}
"""What the kinds of question are called."""


def in_words(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """The same sentences, a field named as the form labels it; one that the form has not keeps its name in files.

    >>> said = Sentence("Le champ « %(field)s » manque.", {"field": "text.en"})
    >>> [one.values["field"] for one in in_words([said, replace(said, values={"field": "choices[2]"})])]
    [Sentence(text='Question en anglais', values={}, plural=''), 'choices[2]']
    """
    return tuple(map(_worded, sentences))


def _worded(sentence: Sentence) -> Sentence:
    label = LABELS.get(str(sentence.values.get("field", "")))
    return replace(sentence, values={**sentence.values, "field": Sentence(label)}) if label else sentence
