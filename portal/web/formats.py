"""Jinja filters: dates in letters, numbers, sizes, French typography, in the reader's language."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask, current_app, url_for
from markupsafe import Markup

from portal.core.citations import cited
from portal.core.clock import legal_date
from portal.core.dates import LOCALES, DateStyle, written, written_month, written_time
from portal.core.language import N_, Language, colon, printed, quoted, semicolon
from portal.core.translation import translate
from portal.web.edge import request_time
from portal.web.routing import numbered
from portal.web.text import current_language, said


def _locale() -> str:
    return LOCALES[current_language()]


def long_date(value: date | datetime | None) -> str:
    """« 24 novembre 2026 »; nothing for nothing."""
    return "" if value is None else written(_day(value), current_language())


def short_date(value: date | datetime | None) -> str:
    """« 24 nov. 2026 »."""
    return "" if value is None else written(_day(value), current_language(), DateStyle.SHORT)


def month_of(value: date) -> str:
    """« Novembre 2026 », at the head of a list."""
    return written_month(value, current_language())


def date_time(value: datetime | None) -> str:
    """« 24 novembre 2026 à 14:32 », Paris time."""
    if value is None:
        return ""
    language = current_language()
    return written_time(value, language, join=" at " if language is Language.EN else " à ")


def relative(value: date | datetime | None) -> str:
    """« dans 3 jours », « il y a 2 mois », « aujourd'hui »."""
    if value is None:
        return ""
    return _away((_day(value) - legal_date(request_time())).days, current_language())


_YEAR = 365.2425
_MONTH = _YEAR / 12
_FIRST_YEARS = 24
"""Months from which years are said: before, « 1 an » or « 2 ans » would hide half a year of what a proof has lost."""


@lru_cache(maxsize=2048)
def _away(days: int, language: Language) -> str:
    near = {0: N_("aujourd'hui"), 1: N_("demain"), -1: N_("hier")}
    if days in near:
        return translate(near[days], language)
    locale = LOCALES[language]
    if abs(days) < 60:
        return format_timedelta(timedelta(days), granularity="day", add_direction=True, threshold=60, locale=locale)
    months = round(days / _MONTH)
    # Babel reckons months of thirty days: it is given as many of them, or of years, as there really are.
    away = timedelta(months * 30) if abs(months) < _FIRST_YEARS else timedelta(round(days / _YEAR) * 365)
    return format_timedelta(away, granularity="month", add_direction=True, threshold=2, locale=locale)


def _day(value: date | datetime) -> date:
    return legal_date(value) if isinstance(value, datetime) else value


def number(value: float | int | None, digits: int = 0) -> str:
    """A number with the separators of the language."""
    if value is None:
        return ""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return _decimal(value, pattern, _locale())


@lru_cache(maxsize=2048)
def _decimal(value: float, pattern: str, locale: str) -> str:
    return format_decimal(value, pattern, locale=locale)


def percent(value: float | None, digits: int = 0) -> str:
    """A share 0–1 as a percentage: whole only when it is, nothing only when it is; « < 0,1 % » otherwise."""
    if value is None:
        return ""
    pattern = ("#,##0." + "0" * digits if digits else "#,##0") + (
        "%" if current_language() is Language.EN else "\u202f%"
    )
    least = 1 / 10 ** (digits + 2)
    if 0 < value < least / 2:
        return f"<\u00a0{format_percent(least, pattern, locale=_locale())}"
    if 1 - least < value < 1:
        value = 1 - least
    return format_percent(value, pattern, locale=_locale())


def file_size(size: int) -> str:
    """Bytes as people read them: ko, Mo (decimal)."""
    english = current_language() is Language.EN
    for limit, french_unit, english_unit in ((1_000_000, "Mo", "MB"), (1_000, "ko", "kB")):
        if size >= limit:
            return f"{number(size / limit, 1)}\u00a0{english_unit if english else french_unit}"
    return f"{size}\u00a0{'bytes' if english else 'octets'}"


def tongue(spoken: Any) -> Markup:
    """The attribute that says in which language a text is, for screen readers; nothing when it is the reader's."""
    if not isinstance(spoken, Language) or spoken is current_language():
        return Markup()
    return Markup(' lang="{}"').format(spoken.value)


def typography(text: Any) -> Any:
    """Set a text of the database with the typography of the reader's language; markup passes unharmed."""
    if text is None:
        return text
    said = printed(str(text), current_language())
    return Markup(said) if isinstance(text, Markup) else said  # noqa: S704 - was markup already


def paragraphs(text: str | None) -> Markup:
    """Typed text as paragraphs, escaped."""
    parts = [p for p in str(text or "").split("\n") if p.strip()]
    return Markup().join(Markup("<p>{}</p>").format(typography(p)) for p in parts)


@lru_cache(maxsize=1024)
def draw_icon(name: str, label: str | None = None) -> Markup:
    """An icon of the sprite, decorative without a label: drawn once per process, a page shows a hundred."""
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    sprite = url_for("static", filename="img/icons.svg")
    drawn = Markup('<svg class="icon icon--{}" width="20" height="20" {}><use href="{}#{}"></use></svg>')
    return drawn.format(name, spoken, sprite, name)


def has_endpoint(name: str) -> bool:
    """Whether a page exists: a lower domain links to a higher one only where it is installed."""
    return name in current_app.view_functions


def install(app: Flask) -> None:
    """Register every filter, and what templates may ask."""
    app.jinja_env.globals.update(
        has_endpoint=has_endpoint, draw_icon=draw_icon, numbered=numbered,
        colon=lambda: colon(current_language()), semicolon=lambda: semicolon(current_language()),
    )  # fmt: skip
    app.jinja_env.filters.update(
        date=long_date, shortdate=short_date, month=month_of, datetime=date_time, relative=relative,
        number=number, percent=percent, filesize=file_size, typo=typography, paragraphs=paragraphs, said=said,
        tongue=tongue, quoted=lambda text: quoted(text, current_language()),
        cited=lambda articles: cited(articles, current_language()),
    )  # fmt: skip
    app.jinja_env.tests["french_code"] = lambda articles: articles.startswith("C.")  # « C. conso. L221-18 »
