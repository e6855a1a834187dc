"""Pages on which a questionnaire is written, on one blueprint."""

from portal.questionnaires.authoring.views import questionnaires, questions
from portal.questionnaires.authoring.views.blueprint import bp

__all__ = ["bp", "questionnaires", "questions"]
