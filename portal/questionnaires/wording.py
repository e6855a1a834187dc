"""How the journal says what is done with questionnaires."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={"questionnaire.published": N_("Questionnaire figé")},
    objects={"QuestionnaireVersion": N_("Version figée")},
    families={"questionnaire": N_("Questionnaire")},
)
