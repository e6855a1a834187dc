"""Reading TOML that a person wrote: what is wrong, where, and in a sentence rather than in a parser's words."""

import re
import tomllib
from typing import Any

from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.questionnaires.toml_fields import QuestionnaireDefect

MAX_BYTES = 2_000_000
"""Of one questionnaire as text."""
_PLACE = expression(r"\A(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)

_SAID = {
    "Expected '=' after a key": say("un signe « = » est attendu après un nom de champ"),
    "Expected newline or end of document": say("il reste du texte après la fin de la valeur"),
    "Expected ']": say("il manque un crochet fermant « ] »"),
    "Invalid date": say("cette date n'existe pas"),
    "Invalid value": say("la valeur n'est ni un texte entre guillemets, ni un nombre, ni une liste, ni true ou false"),
    "Invalid statement": say("cette ligne n'est ni un champ, ni un titre de table, ni un commentaire"),
    "Invalid initial character for a key": say("un nom de champ ne peut pas commencer ainsi"),
    "Unclosed array": say("la liste n'est pas fermée"),
    "Unclosed inline table": say("l'accolade n'est pas fermée"),
    "Unterminated string": say("le texte n'est pas fermé par des guillemets"),
    "Expected '\"": say("le texte n'est pas fermé par des guillemets"),
    "Unescaped '\\'": say("une barre oblique inverse s'écrit deux fois"),
    "Illegal character": say("le texte contient un caractère interdit, par exemple un retour à la ligne"),
    "Cannot overwrite a value": say("ce champ est donné deux fois"),
    "Duplicate inline table key": say("ce champ est donné deux fois"),
    "Cannot declare": say("cette table est déclarée deux fois"),
}


class NotToml(ValueError):
    """A text that is not TOML; `problem` says where and why."""

    def __init__(self, problem: QuestionnaireDefect) -> None:
        self.problem = problem
        super().__init__(str(problem.message))


def read_toml(data: bytes) -> dict[str, Any]:
    """The document in these bytes (UTF-8, with or without a byte order mark); raises `NotToml`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        message = say("Ce fichier n'est pas encodé en UTF-8.")
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise NotToml(QuestionnaireDefect("", message, before.count(b"\n") + 1, column)) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotToml(_located(str(error), text)) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or lists nested by the hundred: the parser gives up without a place.
        raise NotToml(QuestionnaireDefect("", say("Ce fichier contient une valeur démesurée."))) from error


def _located(message: str, text: str) -> QuestionnaireDefect:
    place = _PLACE.fullmatch(message)
    what = place["what"] if place else message
    line = int(place["line"]) if place and place["line"] else text.count("\n") + 1
    column = int(place["column"]) if place and place["column"] else None
    return QuestionnaireDefect("", say("Syntaxe TOML : %(reason)s.", reason=_reason(what)), line, column)


def _reason(what: str) -> Sentence | str:
    return next((sentence for start, sentence in _SAID.items() if what.startswith(start)), what)
