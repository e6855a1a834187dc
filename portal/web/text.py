"""Words on pages: Flask-Babel over the catalogues of `portal.core.translation`, with French typography."""

import gettext as std_gettext
from typing import Any

from flask import has_request_context, request, session
from flask_babel import Babel, Domain, get_locale, gettext, lazy_gettext, ngettext
from flask_login import current_user

from portal.core.language import Language, Sentence
from portal.core.translation import translate, translations

_ = gettext
lazy = lazy_gettext

__all__ = ["_", "babel", "current_language", "lazy", "ngettext", "said", "select_language"]


class _Catalogue:
    """What Flask-Babel and Jinja ask of a catalogue."""

    def __init__(self, catalogue: std_gettext.NullTranslations) -> None:
        self.ugettext = catalogue.gettext
        self.ungettext = catalogue.ngettext
        self.upgettext = catalogue.pgettext
        self.unpgettext = catalogue.npgettext


class _OneDomain(Domain):  # type: ignore[misc]
    """Flask-Babel's domain, reading the same catalogues as mails, documents and commands."""

    def get_translations(self) -> _Catalogue:
        return _Catalogue(translations(current_language()))


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _OneDomain()


babel = _Babel()


def current_language() -> Language:
    """The language of the present reader; French outside a request."""
    if not has_request_context():
        return Language.FR
    locale = get_locale()
    return Language.EN if locale is not None and locale.language == "en" else Language.FR


def select_language() -> str:
    """The person's own choice, else this browser's, else what it asks for, else French."""
    if session.get("language") in set(Language):
        return str(session["language"])
    actor = getattr(current_user, "actor", None)
    if actor is not None:
        return str(actor.language.value)
    return request.accept_languages.best_match([x.value for x in Language]) or Language.FR.value


def said(sentence: Any) -> str:
    """A Sentence, marked string or lazy string, in the reader's language."""
    if isinstance(sentence, Sentence | str):
        return translate(sentence, current_language())
    return str(sentence)
