"""A message of waves as it is reworded: what may be named in it, and how a vendor would read it."""

from collections.abc import Sequence

from flask import url_for

from portal.authz.context import Context
from portal.campaigns import queries, services
from portal.campaigns.models import LetterText
from portal.campaigns.queries import LetterWords
from portal.campaigns.rules import VARIABLES, LetterKind
from portal.core import mail, process
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.core.mail import Letter
from portal.questionnaires import catalogue

USUAL_DELAY_DAYS = 30


@dataclass(frozen=True)
class LetterLine:
    """A message in the list, and since when it is in our own words."""

    kind: LetterKind
    own: LetterText | None


def letter_lines(ctx: Context) -> list[LetterLine]:
    """Every message that may be reworded."""
    own = queries.own_letters(ctx)
    return [LetterLine(kind, own.get(kind)) for kind in LetterKind]


def variables(kind: LetterKind) -> Sequence[tuple[str, str]]:
    """What may be named in a message, between braces, and what it becomes."""
    return [(f"{{{name}}}", meaning) for name, meaning in VARIABLES[kind].items()]


def read_as_vendor(ctx: Context, kind: LetterKind, words: LetterWords) -> list[tuple[Language, Letter]]:
    """A wording as a vendor would read it, in each language: made as the messages that are sent are."""
    settings = process.settings()
    questionnaire = catalogue.load(settings.questionnaires_dir)[catalogue.BASELINE]
    found = []
    for language in Language:
        values = services.trial_letter(ctx, questionnaire, kind, language, delay_days=USUAL_DELAY_DAYS)
        told = {
            **values, "here": 3, "here_of": values["questions"], "text": words.texts()[language.value],
            "link": url_for("vendor_space.home", _external=True), "portal": settings.base_url.partition("://")[2],
        }  # fmt: skip
        found.append((language, mail.render(f"campaigns/emails/{kind.value}", language, told)))
    return found
