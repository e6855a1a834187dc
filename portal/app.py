"""The composition root: settings in, application out. It knows every domain; no domain knows it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, request, session, url_for
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import cli
from portal.audits import origins
from portal.audits import tasks as audit_tasks
from portal.audits import views as audits
from portal.audits.events import AuditAccepted, AuditSubmitted, EvidenceJudged, FindingAnswered
from portal.authz import policy
from portal.authz.context import Context
from portal.authz.policy import ROLE_NAMES, Actor, Permission
from portal.campaigns import tasks as campaign_tasks
from portal.campaigns import views as campaigns
from portal.contracts import tasks as contract_tasks
from portal.contracts import views as contracts
from portal.core import logs, process
from portal.core.config import Environment, Settings, Tasks
from portal.core.db import Database
from portal.core.language import N_
from portal.dashboard import system
from portal.dashboard import tasks as dashboard_tasks
from portal.dashboard import views as dashboard
from portal.dashboard import wording as dashboard_wording
from portal.identity import signin
from portal.identity import tasks as identity_tasks
from portal.identity import views as identity
from portal.jobs import carriers, ledger
from portal.jobs.ledger import subscribe
from portal.journal import views as journal
from portal.paper import tasks as paper_tasks
from portal.paper import views as paper
from portal.questionnaires import views as questionnaires
from portal.scorecards import tasks as scorecard_tasks
from portal.scorecards import views as scorecards
from portal.vendor_space import views as vendor_space
from portal.vendors import accounts
from portal.vendors import tasks as vendor_tasks
from portal.vendors import views as vendors
from portal.vendors.events import VendorReclassified
from portal.web import edge, formats, guard, text
from portal.web.routing import RowNumber
from portal.withdrawals import tasks as withdrawal_tasks
from portal.withdrawals import views as withdrawals
from portal.withdrawals import wording as withdrawal_wording
from portal.withdrawals.events import SampleMeasured

PACKAGE = Path(__file__).resolve().parent

TASKS = (
    audit_tasks, campaign_tasks, contract_tasks, dashboard_tasks, identity_tasks, paper_tasks, scorecard_tasks,
    vendor_tasks, withdrawal_tasks,
)  # fmt: skip
"""Imported so that their tasks and ticks are registered."""
WORDS = (dashboard_wording, withdrawal_wording)
"""Imported so that the journal can name what they write."""

BLUEPRINTS = (
    identity.bp,
    dashboard.bp,
    system.bp,
    vendors.bp,
    questionnaires.bp,
    audits.bp,
    scorecards.bp,
    contracts.bp,
    paper.bp,
    withdrawals.bp,
    campaigns.bp,
    journal.bp,
    vendor_space.bp,
)

NAVIGATION = (
    ("dashboard.home", N_("Accueil"), Permission.HOME_VIEW, "house"),
    ("dashboard.portfolio", N_("Portefeuille"), Permission.PORTFOLIO_VIEW, "grid"),
    ("vendors.index", N_("Sous-traitants"), Permission.VENDOR_VIEW, "building"),
    ("audits.index", N_("Audits"), Permission.AUDIT_VIEW, "clipboard"),
    ("audits.findings", N_("Constats"), Permission.FINDING_VIEW, "flag"),
    ("campaigns.index", N_("Campagnes"), Permission.CAMPAIGN_VIEW, "calendar"),
    ("contracts.index", N_("Contrats"), Permission.CONTRACT_VIEW, "file-text"),
    ("paper.index", N_("Contrats reçus"), Permission.PAPER_VIEW, "scales"),
    ("withdrawals.index", N_("Rétractation"), Permission.WITHDRAWAL_VIEW, "return"),
    ("questionnaires.index", N_("Questionnaires"), Permission.QUESTIONNAIRE_VIEW, "list"),
    ("vendors.entities", N_("Entités du groupe"), Permission.ENTITY_MANAGE, "building"),
    ("identity.users", N_("Comptes"), Permission.USER_MANAGE, "people"),
    ("journal.index", N_("Journal"), Permission.JOURNAL_VIEW, "clock"),
    ("system.jobs", N_("Tâches"), Permission.JOB_MANAGE, "gear"),
)


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """Build the application; opens no connection."""
    settings = settings or Settings.from_env()
    is_https = settings.base_url.startswith("https://")
    app = Flask("portal", root_path=str(PACKAGE), static_folder="web/static", static_url_path="/static")
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        SECRET_KEY=settings.secrets.session,
        # Over TLS the prefix makes browsers refuse the cookie from a neighbouring site or over plain HTTP.
        SESSION_COOKIE_NAME="__Host-vigie" if is_https else "vigie",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        MAX_CONTENT_LENGTH=edge.FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=edge.FORM_BYTES,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.environment is Environment.TEST,
    )
    app.extensions["vigie.settings"] = settings
    if settings.trusted_proxies:
        # Without one, X-Forwarded-For is what the caller likes: it would escape the throttle of its address.
        near = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near)  # type: ignore[method-assign]
    logs.configure()
    process.prepare(settings)
    _templates(app)
    Bootstrap5(app)
    CSRFProtect(app)
    text.install(app)
    formats.install(app)
    signin.install(app, accounts.binding)
    edge.install(app, database or Database.at(settings.database_url), guard.check_endpoint)
    app.context_processor(_page_context)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    cli.install(app)
    _subscribe()
    _name_origins()
    _choose_carrier(settings.tasks)
    guard.assert_all_declared(app)
    return app


def _choose_carrier(tasks: Tasks) -> None:
    """Whom the ledger tells of its jobs; procrastinate is loaded here, by name, and only when it is asked for."""
    if tasks is Tasks.PROCRASTINATE:
        carriers.distributed().install()
    else:
        ledger.defer_with_nothing()


def _subscribe() -> None:
    """Which task answers which fact: the only place where a lower domain reaches a higher one."""
    subscribe(AuditSubmitted, "audits.receipt", "audits.tell_reviewers", "scorecards.on_submission")
    subscribe(AuditAccepted, "scorecards.on_acceptance")
    subscribe(EvidenceJudged, "scorecards.on_evidence")
    subscribe(FindingAnswered, "audits.tell_finding_answered")
    subscribe(SampleMeasured, "withdrawals.tell_measured", "scorecards.on_sample")
    subscribe(VendorReclassified, "scorecards.on_reclassification")


def _name_origins() -> None:
    """Where findings come from when no audit asked: audits link to pages they do not know."""
    origins.name(
        "case_sample",
        origins.Origin(N_("Voir l'échantillon"), lambda number: url_for("withdrawals.sample", sample_id=number)),
    )
    origins.name(
        "mystery_test",
        origins.Origin(N_("Voir le test mystère"), lambda number: url_for("withdrawals.mystery_show", test_id=number)),
    )


def _templates(app: Flask) -> None:
    domains: Mapping[str, FileSystemLoader] = {
        folder.parent.name: FileSystemLoader(folder) for folder in sorted(PACKAGE.glob("*/templates"))
    }
    app.jinja_options = {
        "loader": ChoiceLoader([FileSystemLoader(PACKAGE / "web" / "templates"), PrefixLoader(domains)]),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
    }
    app.jinja_loader = app.jinja_options["loader"]


def _page_context() -> dict[str, Any]:
    context = edge.current() if current_user.is_authenticated else edge.anonymous(policy.NOBODY)
    signed_in = current_user.is_authenticated and current_user.detour is None
    return {
        "csp_nonce": edge.nonce(),
        "language": text.current_language().value,
        "today": context.today,
        "current_actor": _shown(context.actor) if current_user.is_authenticated else None,
        "can": lambda permission, row=None: signed_in and context.can(Permission(permission), row),
        "nav": list(_navigation(context)) if signed_in and not context.actor.role.is_vendor else [],
        "shell": _shell(context),
        "organisation": edge.settings().organisation,
    }


def _shown(actor: Actor) -> SimpleNamespace:
    return SimpleNamespace(
        name=actor.name, initials=actor.initials, role=text.said(ROLE_NAMES[actor.role]), language=actor.language.value
    )


def _shell(context: Context) -> dict[str, str]:
    urls = {"language_url": url_for("identity.language"), "sign_in_url": url_for("identity.sign_in")}
    if current_user.is_authenticated:
        urls |= {
            "home_url": signin.home_url(context.actor),
            "account_url": url_for("identity.account"),
            "sign_out_url": url_for("identity.sign_out"),
        }
    return urls


def _navigation(context: Context) -> Iterator[SimpleNamespace]:
    here = _place()
    for endpoint, label, permission, icon in NAVIGATION:
        if context.can(permission):
            yield SimpleNamespace(
                url=url_for(endpoint), label=text.said(label), active=endpoint == here, icon=icon, count=0
            )


def _place() -> str:
    """Under which entry of the navigation this page is found; one that is under none shows none as its own."""
    endpoint = request.endpoint or ""
    return endpoint if endpoint in _NAMED else _UNDER.get(endpoint, f"{request.blueprint}.index")


_NAMED = frozenset(entry[0] for entry in NAVIGATION)
_UNDER = {
    "audits.amend_finding": "audits.findings",
    "audits.finding": "audits.findings",
    "dashboard.report": "dashboard.portfolio",
    "identity.invite": "identity.users",
    "identity.user": "identity.users",
    "scorecards.show": "vendors.index",
    "scorecards.vendor": "vendors.index",
    "system.mails": "system.jobs",
    "vendors.edit_entity": "vendors.entities",
    "vendors.new_entity": "vendors.entities",
}
__all__ = ["create_app", "session"]
