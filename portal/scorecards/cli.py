"""`flask scorecards …`: the level of demonstrated guarantees of each vendor, and how it was counted."""

from typing import Any

import click
from flask.cli import AppGroup

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.clock import instant_text
from portal.core.errors import NotFound
from portal.core.language import N_, Language
from portal.questionnaires.queries import questionnaire_of
from portal.scorecards import queries
from portal.scorecards.models import Scorecard
from portal.scorecards.scorecard_page import Explanation, explain
from portal.vendors.queries import vendor_by_key
from portal.web.command import working
from portal.web.command_output import json_option, show, show_json

scorecards = AppGroup("scorecards", help="Les niveaux de garanties démontrées (art. 28(1)).")
COLUMNS = ("key", "name", "grade", "level", "coverage", "residual", "taken_at")


@scorecards.command("list", help="Lister le niveau le plus récent de chaque sous-traitant, par nom.")
@json_option
def list_cards(as_json: bool) -> None:
    """List the newest level of every vendor, by name."""
    with working(write=False) as ctx:
        rows = [
            {"key": vendor.key, "name": vendor.name, **_figures(card)} for card, vendor in queries.latest_cards(ctx)
        ]  # fmt: skip
    show(rows, COLUMNS, as_json=as_json)


@scorecards.command("explain", help="Montrer le niveau le plus récent d'un sous-traitant, terme par terme.")
@click.argument("vendor_key")
@json_option
def explain_card(vendor_key: str, as_json: bool) -> None:
    """Show the newest level of a vendor, term by term."""
    with working(write=False) as ctx:
        card = _newest(ctx, vendor_key)
        kept = {"vendor": vendor_key, "name": card.vendor.name, **_figures(card), **card.detail}
        found = explain(card, questionnaire_of(ctx.session, card.audit.questionnaire_version), Language.FR)
    if as_json:
        show_json(kept)
        return
    click.echo(f"{kept['name']} : {kept['level']:.2f} sur 100, niveau {kept['grade'] or '-'}")
    for line in _lines(found):
        click.echo(line)


def _newest(ctx: Context, vendor_key: str) -> Scorecard:
    vendor = vendor_by_key(ctx, vendor_key, to=Permission.SCORECARD_VIEW)
    if vendor.card_id is None:
        raise NotFound(N_("Ce sous-traitant n'a pas encore de niveau : rien n'a été mesuré."))
    return queries.get_card(ctx, vendor.card_id)


def _figures(card: Scorecard) -> dict[str, Any]:
    return {
        "card": card.id,
        "grade": card.grade,
        "level": card.basis_points / 100,
        "coverage": card.coverage_points / 10_000,
        "inherent": card.inherent,
        "residual": None if card.residual_points is None else card.residual_points / 10_000,
        "taken_at": instant_text(card.taken_at),
        "reason": card.reason,
        "scale_sha256": card.scale_sha256,
    }


def _lines(found: Explanation) -> list[str]:
    said = ["poids\tnote\tpreuve\tfraîcheur\tpoints\tsur\tquestion"]
    for part in found.parts:
        said.append(f"# {part.title}")
        said += [
            "\t".join([str(x.weight), x.mark or "-", x.multiplier, x.freshness, x.points, str(x.maximum), x.key])
            for x in part.lines
        ]
    said.append(f"{found.points} ÷ {found.maximum} = {found.before_cap / 100:.2f} sur 100")
    said += [f"plafond : {text} – {reason}" for text, reason in found.caps]
    said += [f"ferait bouger : {one.text} – {one.action} {one.effect}" for one in found.suggestions]
    return said
