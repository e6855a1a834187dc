"""The words that every question of a page repeats, looked up once for each language and not once for each question."""

from functools import lru_cache
from types import SimpleNamespace

from portal.core.language import N_, Language
from portal.core.translation import translate

_WORDS = {
    "optional": N_("(facultatif)"),
    "why": N_("Pourquoi nous le demandons"),
    "redone": N_("Reprise"),
    "to_redo": N_("À reprendre"),
    "reviewer": N_("Message du relecteur :"),
    "justify": N_("à préciser"),
    "row": N_("Ligne"),
    "remove_row": N_("Retirer cette ligne"),
    "add_row": N_("Ajouter une ligne"),
    "add_comment": N_("Ajouter une précision"),
    "comment": N_("Précision"),
    "change_file": N_("Dater ou retirer"),
    "attach": N_("Joindre un fichier"),
    "drop_here": N_("ou déposez-les ici, plusieurs à la fois"),
    "reuse": N_("Voir tous vos justificatifs"),
    "sending": N_("Envoi en cours"),
    "failed": N_("L'envoi a échoué. Le fichier n'est pas enregistré ; essayez de nouveau."),
    "progress": N_("Envoi du fichier"),
    "saving": N_("Enregistrement"),
    "unsaved": N_(
        "Non enregistré : pas de réponse du serveur. Votre texte est gardé ici, nouvel essai automatique."
    ),
    "edit": N_("Modifier"),
    "still": N_("Toujours exact"),
    "no_answer": N_("Sans réponse"),
    "help": N_("Besoin d'aide ?"),
    "ask_us": N_("Nous poser une question"),
    "give": N_("Confier à un collègue"),
    "we_owe": N_("Question posée, réponse attendue"),
    "answered_thread": N_("Notre réponse est là"),
}  # fmt: skip


@lru_cache(maxsize=len(Language))
def page_labels(language: Language) -> SimpleNamespace:
    """The words, by name, in one language."""
    return SimpleNamespace(**{name: translate(text, language) for name, text in _WORDS.items()})
