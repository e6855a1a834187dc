"""`flask withdrawals …`: compute a deadline, list the rules with their articles, give legal ceilings."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import click
from flask.cli import AppGroup

from portal.consumer_law import legislation
from portal.consumer_law.rules.exposure import Breach, Party, ceiling, has_ceiling, tiers
from portal.consumer_law.rules.law import Rule, Rules
from portal.consumer_law.rules.periods import (
    Channel,
    ContractFacts,
    ContractKind,
    Deadline,
    DeadlineStep,
    Unsupported,
    deadline,
)
from portal.core.calendar import BeyondCalendar, given_day
from portal.core.citations import cited
from portal.core.clock import legal_date, now
from portal.core.language import Language
from portal.web.command_output import DAY, json_option, language_option, show, show_json

withdrawals = AppGroup("withdrawals", help="Le droit de rétractation des consommateurs.")
FILES = ("periods", "clocks", "exceptions", "function", "telephone", "ceilings")


def _choice(kind: type[StrEnum]) -> click.Choice[str]:
    """The values of an enumeration: given its members, click would ask for their names in Python."""
    return click.Choice([member.value for member in kind])


def _region(typed: str) -> str:
    """The code of a region from its name as people write it.

    >>> _region(" Réunion "), _region("Saint-Pierre et Miquelon")
    ('reunion', 'saint-pierre-et-miquelon')
    """
    letters = (one for one in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(one))
    return "-".join("".join(letters).lower().split())


@withdrawals.command("deadline", help="Donner le dernier jour où un consommateur peut se rétracter, pas à pas.")
@click.option("--kind", type=_choice(ContractKind), required=True, help="Ce que le contrat a pour objet.")
@click.option(
    "--received", type=DAY, multiple=True, help="Jour de réception ; plusieurs fois pour plusieurs livraisons."
)
@click.option("--concluded", type=DAY, help="Jour de conclusion du contrat.")
@click.option("--country", default="FR", show_default=True, help="Pays du consommateur, deux lettres.")
@click.option(
    "--region",
    default="",
    help="alsace-moselle, guadeloupe, martinique, guyane, reunion, mayotte, saint-pierre-et-miquelon…",
)
@click.option(
    "--channel",
    type=_choice(Channel),
    default="distance",
    show_default=True,
    help="Comment le contrat est conclu : à distance, au téléphone, hors établissement.",
)
@click.option("--informed", default="yes", show_default=True, help="yes, no, ou le jour où l'information a été reçue.")
@click.option("--online", is_flag=True, help="Contrat conclu par une interface en ligne.")
@language_option
@json_option
def show_deadline(
    *, kind: str, received: tuple[date, ...], concluded: date | None, country: str, region: str, channel: str,
    informed: str, online: bool, language: Language, as_json: bool,
) -> None:  # fmt: skip
    """Give the last day on which a consumer may withdraw, step by step."""
    facts = ContractFacts(
        kind=ContractKind(kind), concluded=concluded, deliveries=received, country=country.upper(),
        region=_region(region), channel=Channel(channel), informed=informed != "no",
        informed_on=_informed(informed), online=online,
    )  # fmt: skip
    _refuse_contradictions(facts)
    try:
        found = deadline(facts, legislation.periods())
    except Unsupported as refusal:
        raise click.ClickException(str(refusal.sentence)) from refusal
    if as_json:
        show_json(_plain(found))
        return
    for step in found.steps:
        click.echo(f"{step.day}  {cited(step.article, language)} – {_said(step, language)}")
    for notice in found.notices:
        click.echo(f"            {cited(notice.article, language)} – {_said(notice, language)}")
    click.echo(f"{found.last_day}")


def _refuse_contradictions(facts: ContractFacts) -> None:
    """Refuse what would change nothing without a word: an option that does not go with another."""
    if facts.deliveries and facts.kind.is_financial:
        raise click.BadParameter(
            "le jour où les conditions d'un service financier sont reçues se donne par --informed.",
            param_hint="--received",
        )
    if facts.deliveries and facts.concluded and not facts.kind.from_receipt:
        raise click.BadParameter(
            "un service ou un contenu numérique part de sa conclusion ; s'il livre un bien, écrivez --kind mixed.",
            param_hint="--received",
        )
    if facts.online and not facts.is_by_interface:
        raise click.BadParameter(
            "un contrat conclu hors établissement ne l'est pas à distance, par une interface en ligne.",
            param_hint="--online",
        )


def _informed(text: str) -> date | None:
    if text in {"yes", "no"}:
        return None
    try:
        return given_day(text)
    except BeyondCalendar as refusal:
        raise click.BadParameter(str(refusal.sentence), param_hint="--informed") from refusal
    except ValueError as error:
        raise click.BadParameter("écrivez yes, no ou une date : 2026-09-01.", param_hint="--informed") from error


def _said(step: DeadlineStep, language: Language) -> str:
    detail = f" ({step.detail.said(language)})" if step.detail else ""
    return f"{step.rule.text.said(language)}{detail} [{step.rule.sure}]"


def _plain(found: Deadline) -> dict[str, Any]:
    return {
        "deadline": found.last_day.isoformat(),
        "start": found.start.isoformat(),
        "initial": found.initial.isoformat(),
        "country": found.place.country,
        "region": found.place.region,
        "steps": [_step(step) for step in found.steps],
        "notices": [_step(notice) for notice in found.notices],
        "doubts": [_step(step) for step in found.steps if not step.rule.sure.is_firm],
        "law_read_on": legislation.periods().read_on.isoformat(),
    }


def _step(step: DeadlineStep) -> dict[str, Any]:
    return {
        "rule": step.rule.id,
        "article": step.article,
        "date": step.day.isoformat(),
        "text": {"fr": step.rule.text.fr, "en": step.rule.text.en},
        "detail": {"fr": step.detail.fr, "en": step.detail.en} if step.detail else None,
        "sure": step.rule.sure.value,
        "source": step.rule.source,
        "valid_from": step.rule.valid_from.isoformat(),
    }


@withdrawals.command(
    "rules", help="Lister chaque règle : article, source, premier jour, et à quel point elle est sûre."
)
@json_option
def list_rules(*, as_json: bool) -> None:
    """List every rule with its article, its source, its first day and how sure we are of it."""
    rows = [_row(name, rule) for name in FILES for rule in _rules(name)]
    show(rows, ("key", "article", "sure", "valid_from", "fr"), as_json=as_json)


def _rules(name: str) -> Rules:
    found: Rules = legislation.periods().rules if name == "periods" else getattr(legislation, name)()
    return found


def _row(name: str, rule: Rule) -> dict[str, Any]:
    return {
        "key": rule.id, "name": rule.text.fr, "file": f"{name}.toml", "article": rule.article, "source": rule.source,
        "sure": rule.sure.value, "valid_from": rule.valid_from.isoformat(),
        "valid_until": rule.valid_until and rule.valid_until.isoformat(), "fr": rule.text.fr, "en": rule.text.en,
    }  # fmt: skip


@withdrawals.command(
    "exposure", help="Donner le plafond légal encouru pour des manquements au RGPD : un plafond, non une prévision."
)
@click.option("--turnover", help="Chiffre d'affaires mondial du groupe, dernier exercice clos, en euros.")
@click.option("--article", "articles", multiple=True, required=True, help="Article du RGPD enfreint ; à répéter.")
@click.option(
    "--party",
    type=_choice(Party),
    default="controller",
    show_default=True,
    help="Pour qui : responsable, sous-traitant, ou sous-traitant qui a déterminé les finalités (art. 28-10).",
)
@click.option("--unlinked", is_flag=True, help="Opérations non liées : les plafonds s'additionnent.")
@json_option
def show_exposure(
    *, turnover: str | None, articles: tuple[str, ...], party: str, unlinked: bool, as_json: bool
) -> None:  # fmt: skip
    """Give the legal ceiling of breaches of the RGPD: a ceiling, not a forecast."""
    rules, day = legislation.ceilings(), legal_date(now())
    amount = _turnover(turnover)
    breaches = [_breach(article) for article in articles]
    both = tiers(amount, rules, day)
    groups = [[one] for one in breaches] if unlinked else [breaches]
    found = ceiling(groups, Party(party), amount, rules, day)
    uncovered = [one.article for one in breaches if not has_ceiling(one, rules, day)]
    # Nothing of article 83 answers them: that is no ceiling, and not a ceiling of nothing.
    is_without = len(uncovered) == len(breaches)
    row = {
        "lower": str(both.lower), "upper": str(both.upper), "ceiling": None if is_without else str(found.amount),
        "label": "plafond légal, pas une prévision", "rules": [rule.article for rule in found.rules],
        "uncovered": uncovered,
    }  # fmt: skip
    if as_json:
        show_json(row)
        return
    if not is_without:
        click.echo(f"Plafond légal, pas une prévision : {found.amount} €")
    if uncovered:
        click.echo(f"L'article 83 ne fixe pas de plafond pour : art. {', '.join(uncovered)}")


def _turnover(text: str | None) -> Decimal | None:
    """A turnover in euros; none, or nothing, leaves the fixed amounts alone."""
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,2})?", text):
        raise click.ClickException("Le chiffre d'affaires s'écrit en euros, sans signe ni espace : 1200000000.")
    return Decimal(text) or None


def _breach(article: str) -> Breach:
    if not re.match(r"(art\. ?)?[0-9]{1,2}(?![0-9])", article):
        raise click.ClickException(f"« {article} » n'est pas un article du RGPD : écrivez 28 ou 28(3)(h).")
    return Breach(article)
