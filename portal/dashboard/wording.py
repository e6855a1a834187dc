"""How the journal's page says what the pages of management and of operations write."""

from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={
        "portfolio.report_asked": N_("Portefeuille demandé en PDF"),
        "questionnaire.published": N_("Questionnaire figé"),
    },
    objects={"PortfolioReport": N_("Portefeuille"), "QuestionnaireVersion": N_("Version figée")},
    families={"portfolio": N_("Portefeuille"), "questionnaire": N_("Questionnaire")},
)
