"""`flask contracts deadlines`: when a contract ends, until when notice can be given; no database is opened."""

from datetime import date
from typing import TypeVar

import click

from portal.contracts.rules.deadlines import ContractTerms, deadlines, parse_notice
from portal.core import clock
from portal.core.dates import written
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say
from portal.core.translation import translate
from portal.web.command_output import json_option, language_option, show_json

_DAY = expression(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = expression(r"[0-9]{1,12}")
Found = TypeVar("Found")


@click.command(
    "deadlines",
    help="Dire quand un contrat finit, jusqu'à quand le dénoncer et quand il se renouvelle, avec le raisonnement.",
)
@click.option("--effective", required=True, metavar="DATE", help="Date d'effet, AAAA-MM-JJ.")
@click.option("--term", required=True, metavar="MOIS", help="Durée initiale, en mois.")
@click.option("--renewal", required=True, metavar="MOIS", help="Durée de chaque reconduction, en mois ; 0 : aucune.")
@click.option("--notice", required=True, metavar="MOIS|JOURSd", help="Préavis : 3 (mois) ou 90d (jours civils).")
@click.option("--at", metavar="DATE", help="Donner la période qui contient ce jour ; la première sinon.")
@language_option
@json_option
def command(
    effective: str, term: str, renewal: str, notice: str, at: str | None, language: Language, *, as_json: bool
) -> None:
    """Say when a contract ends, until when notice can be given and when it renews, with the reasoning."""
    given = _or_refuse(parse_notice(notice), language)
    terms = ContractTerms(
        _day("--effective", effective, language),
        _count("--term", term, language),
        _count("--renewal", renewal, language),
        given,
    )
    day = None if at is None else _day("--at", at, language)
    found = _or_refuse(deadlines(terms, day, clock.legal_date(clock.now())), language)
    steps = [translate(step, language) for step in found.steps]
    if as_json:
        show_json({
            "starts_on": found.period.starts_on, "ends_on": found.ends_on, "notice_by": found.notice_by,
            "renews_on": found.renews_on, "steps": steps,
        })  # fmt: skip
        return
    for label, when in (
        (say("Fin de la période :"), found.ends_on),
        (say("Dernier jour du préavis :"), found.notice_by),
        (say("Reconduction :"), found.renews_on),
    ):
        click.echo(f"{translate(label, language)} {written(when, language) if when else '–'}")
    for step in steps:
        click.echo(f"- {step}")


def _or_refuse(found: Found | Sentence, language: Language) -> Found:
    if isinstance(found, Sentence):
        raise click.ClickException(translate(found, language))
    return found


def _day(option: str, text: str, language: Language) -> date:
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        told = say("%(option)s : « %(text)s » n'est pas un jour du calendrier ; écrivez-le ainsi : 2026-12-31.",
                   option=option, text=text[:40])  # fmt: skip
        raise click.ClickException(translate(told, language)) from None


def _count(option: str, text: str, language: Language) -> int:
    if _COUNT.fullmatch(text) is None:
        told = say("%(option)s : « %(text)s » n'est pas un nombre entier de mois.", option=option, text=text[:40])
        raise click.ClickException(translate(told, language))
    return int(text)
