"""How the journal says what is done with questionnaires."""

from portal.core.language import N_
from portal.journal.wording import name_words
from portal.questionnaires.authoring.field_names import KIND_NAMES, LABELS

name_words(
    actions={
        "questionnaire.published": N_("Questionnaire figé"),
        "questionnaire.written": N_("Questionnaire commencé"),
        "questionnaire.copied": N_("Questionnaire copié"),
        "questionnaire.imported": N_("Questionnaire repris d'un fichier"),
        "questionnaire.edited": N_("Titre de questionnaire modifié"),
        "questionnaire.section_added": N_("Partie ajoutée"),
        "questionnaire.section_edited": N_("Partie modifiée"),
        "questionnaire.section_removed": N_("Partie retirée"),
        "questionnaire.section_moved": N_("Partie déplacée"),
        "questionnaire.question_added": N_("Question ajoutée"),
        "questionnaire.question_edited": N_("Question modifiée"),
        "questionnaire.question_removed": N_("Question retirée"),
        "questionnaire.question_moved": N_("Question déplacée"),
        "questionnaire.questions_taken": N_("Question faite sienne"),
        "questionnaire.own_published": N_("Questionnaire publié"),
        "questionnaire.archived": N_("Questionnaire archivé"),
        "questionnaire.restored": N_("Questionnaire remis en service"),
    },
    objects={
        "QuestionnaireVersion": N_("Version figée"),
        "OwnQuestionnaire": N_("Questionnaire écrit ici"),
        "OwnSection": N_("Partie de questionnaire"),
        "OwnQuestion": N_("Question de questionnaire"),
    },
    families={"questionnaire": N_("Questionnaire")},
    fields={
        **{name.replace(".", "_"): label for name, label in LABELS.items()},
        "kind": N_("Sorte de réponse"),
        "key": N_("Clé"),
        "critical": N_("Question critique"),
        "choices": N_("Choix"),
        "label": N_("Intitulé"),
        "mark": N_("Note"),
        "marks": N_("Notes"),
        "justify": N_("Réponses à justifier"),
        "visible_if": N_("Posée si"),
    },
    values={"kind": KIND_NAMES},
)
