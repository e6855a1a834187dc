"""`flask accounts`: the first administrator, and what remains when the pages are out of reach."""

from typing import Any

import click
from flask.cli import AppGroup

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import NotFound
from portal.core.language import N_, Language
from portal.identity import queries, second_factor, services
from portal.identity.models import User
from portal.identity.rules import INVITATION_DAYS
from portal.identity.services import STAFF_ROLES, Person
from portal.web import edge
from portal.web.command import working
from portal.web.command_output import json_option, language_option, show, show_json

accounts = AppGroup("accounts", help="Les comptes du portail.")
_COLUMNS = ("id", "email", "name", "role", "state", "second_factor")


@accounts.command("list", help="Lister les comptes, par nom.")
@json_option
def list_accounts(as_json: bool) -> None:
    """List every account, by name."""
    with working(write=False) as ctx:
        rows = [_row(user) for user in queries.users(ctx)]
    show(rows, _COLUMNS, as_json=as_json)


@accounts.command(
    "invite",
    help="Ouvrir un compte à un collègue et envoyer l'invitation ; sur une machine neuve, commencer par --role admin.",
)
@click.argument("email")
@click.argument("name")
@click.option("--role", type=click.Choice([r.value for r in STAFF_ROLES]), required=True, help="Rôle du collègue.")
@language_option
@json_option
def invite(email: str, name: str, role: str, language: Language, as_json: bool) -> None:
    """Open an account for a colleague and send the invitation; on a new machine, start with --role admin."""
    with working() as ctx:
        person = Person(email, name, Role(role), language)
        row = _row(services.invite_staff(ctx, edge.settings().secrets, person))
    if as_json:
        show_json(row)
    else:
        click.echo(f"Compte ouvert pour {row['email']} ; l'invitation part avec le prochain courrier.")


@accounts.command(
    "first-administrator",
    help="Sur une machine neuve : ouvrir le premier compte et écrire le lien, valable une fois, où choisir un mot "
    "de passe.",
)
@click.argument("email")
@click.option("--name", default="", help="Son nom ; le début de l'adresse sinon.")
@language_option
def first_administrator(email: str, name: str, language: Language) -> None:
    """On a new machine: open the first account and print the link, good once, where its person chooses a password."""
    with working() as ctx:
        person = Person(email, name.strip() or email.partition("@")[0], Role.ADMIN, language)
        address = services.first_administrator(ctx, edge.settings().secrets, person)
    click.echo(
        f"Ouvrez cette adresse, une fois, d'ici {INVITATION_DAYS} jours, et choisissez un mot de passe :", err=True
    )
    click.echo(address)


@accounts.command(
    "reset-second-factor", help="Retirer le second facteur d'un compte dont le titulaire a perdu téléphone et codes."
)
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Remove the second factor of an account whose holder has lost telephone and codes."""
    with working() as ctx:
        services.reset_second_factor(ctx, _user(ctx, email))
    click.echo("Second facteur retiré ; les sessions du compte sont fermées.")


@accounts.command(
    "link", help="Lier un compte à une personne du fournisseur d'identité (VIGIE_OIDC_ISSUER), par son sujet là-bas."
)
@click.argument("email")
@click.argument("subject")
def link(email: str, subject: str) -> None:
    """Link an account to a person of the identity provider (VIGIE_OIDC_ISSUER), by its subject there."""
    provider = edge.settings().provider
    if provider is None:
        raise click.ClickException("Aucun fournisseur d'identité n'est réglé (VIGIE_OIDC_ISSUER).")
    with working() as ctx:
        services.link_account(ctx, provider, _user(ctx, email), subject)
    click.echo("Compte lié ; son titulaire en est averti.")


@accounts.command("unlink", help="Délier un compte d'une personne du fournisseur d'identité.")
@click.argument("email")
def unlink(email: str) -> None:
    """Undo the link of an account to a person of the identity provider."""
    with working() as ctx:
        services.unlink_account(ctx, _user(ctx, email))
    click.echo("Compte délié.")


def _user(ctx: Context, email: str) -> User:
    user = queries.by_address(ctx, email)
    if user is None:
        raise NotFound(N_("Aucun compte n'a l'adresse %(email)s."), email=email)
    return user


def _row(user: User) -> dict[str, Any]:
    return {
        "id": user.id, "email": user.email, "name": user.name, "role": user.role.value,
        "state": queries.state_of(user).value, "second_factor": second_factor.has_one(user),
    }  # fmt: skip
