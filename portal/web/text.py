"""Words on pages: Flask-Babel over the catalogues of `portal.core.translation`, with French typography."""

import gettext as std_gettext
from functools import lru_cache
from typing import Any

from flask import Flask, g, has_request_context, request, session
from flask.globals import _cv_app
from flask_babel import Babel, Domain, gettext, lazy_gettext
from flask_login import current_user
from markupsafe import Markup

from portal.core.language import Language, Sentence
from portal.core.translation import filled, translate, translations

_ = gettext
lazy = lazy_gettext

SPOKEN = "spoken"
"""Where a browser's cookie keeps the language of the account that is signed in: an error page asks no database."""

__all__ = ["_", "change_language", "current_language", "install", "lazy", "ngettext", "said"]


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

    def gettext(self, string: str, **values: Any) -> str:
        language = current_language()
        text = translations(language).gettext(string)
        return filled(text, values, language) if values else text


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = _OneDomain()


def install(app: Flask) -> None:
    """Give templates and forms their words, in the language of each reader."""
    _Babel().init_app(app, default_locale="fr", locale_selector=lambda: current_language().value)
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_counted_in_template)


def _in_template(message: str, /, **values: Any) -> Markup:
    """`_()` of templates: our sentence as markup, its values escaped; a page says a hundred, most without a value."""
    language = current_language()
    return filled(_markup(language, message), values, language) if values else _plain(language, message)


def _counted_in_template(singular: str, plural: str, num: int, /, **values: Any) -> Markup:
    language = current_language()
    text = translations(language).ngettext(singular, plural, num)
    return filled(Markup(text), {"num": num, **values}, language)  # noqa: S704 - ours


def ngettext(singular: str, plural: str, num: int, /, **values: Any) -> str:
    """A sentence that says how many of a thing, in the form that its number asks for."""
    language = current_language()
    return filled(translations(language).ngettext(singular, plural, num), {"num": num, **values}, language)


@lru_cache(maxsize=4096)
def _markup(language: Language, message: str) -> Markup:
    return Markup(translations(language).gettext(message))  # noqa: S704 - a sentence of ours


@lru_cache(maxsize=4096)
def _plain(language: Language, message: str) -> Markup:
    return _markup(language, message) % {}


def current_language() -> Language:
    """The language of the present reader, chosen once per request; French outside a request."""
    try:
        # A page asks hundreds of times: by way of the proxy each look would cost ten times as much.
        found: Language = _cv_app.get().g.language
    except (AttributeError, LookupError):
        if not has_request_context():
            return Language.FR
        found = g.language = _select()
    return found


def change_language(language: Language) -> None:
    """Read in this language from now on, in this browser: the answer under way included."""
    session["language"] = language.value
    g.pop("language", None)


def read_in(language: Language) -> None:
    """Answer this request in a language, whatever the browser holds: a calendar has no cookie."""
    g.language = language


def _select() -> Language:
    """The person's own choice, else this browser's, else what it asks for, else French."""
    if session.get("language") in set(Language):
        return Language(session["language"])
    actor = getattr(current_user, "actor", None)
    if actor is not None:
        spoken = Language(actor.language)
        if session.get(SPOKEN) != spoken:
            session[SPOKEN] = spoken.value
        return spoken
    return Language(request.accept_languages.best_match([x.value for x in Language]) or Language.FR)


def said(sentence: Any) -> str:
    """A Sentence, marked string or lazy string, in the reader's language."""
    if isinstance(sentence, Sentence | str):
        return translate(sentence, current_language())
    return str(sentence)
