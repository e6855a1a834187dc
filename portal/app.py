"""The composition root: settings in, application out. It knows every domain; no domain knows it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Flask, request, url_for
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.answer_book.domain import DOMAIN as ANSWER_BOOK
from portal.audits.domain import DOMAIN as AUDITS
from portal.authority.domain import DOMAIN as AUTHORITY
from portal.authz import policy
from portal.authz.context import Context
from portal.authz.policy import ROLE_NAMES, Actor, Permission
from portal.calendars.domain import DOMAIN as CALENDARS
from portal.campaigns.domain import DOMAIN as CAMPAIGNS
from portal.chain.domain import DOMAIN as CHAIN
from portal.changes.domain import DOMAIN as CHANGES
from portal.consumer_law.domain import DOMAIN as CONSUMER_LAW
from portal.contracts.domain import DOMAIN as CONTRACTS
from portal.core import process
from portal.core.config import Environment, Settings
from portal.core.db import Database
from portal.core.late import late
from portal.dashboard.domain import DOMAIN as DASHBOARD
from portal.decoys.domain import DOMAIN as DECOYS
from portal.dora.domain import DOMAIN as DORA
from portal.drills import mode as drill_mode
from portal.drills.domain import DOMAIN as DRILLS
from portal.evidence.domain import DOMAIN as EVIDENCE
from portal.findings.domain import DOMAIN as FINDINGS
from portal.identity import web_session
from portal.identity.domain import DOMAIN as IDENTITY
from portal.incidents.domain import DOMAIN as INCIDENTS
from portal.jobs import carriers, ledger
from portal.journal.domain import DOMAIN as JOURNAL
from portal.mystery.domain import DOMAIN as MYSTERY
from portal.notices.domain import DOMAIN as NOTICES
from portal.operations.domain import DOMAIN as OPERATIONS
from portal.operations.request_figures import RequestFigures
from portal.paper.domain import DOMAIN as PAPER
from portal.person_requests.domain import DOMAIN as PERSON_REQUESTS
from portal.privacy.domain import DOMAIN as PRIVACY
from portal.processing.domain import DOMAIN as PROCESSING
from portal.published_terms.domain import DOMAIN as PUBLISHED_TERMS
from portal.questionnaires.domain import DOMAIN as QUESTIONNAIRES
from portal.samples.domain import DOMAIN as SAMPLES
from portal.scorecards.domain import DOMAIN as SCORECARDS
from portal.search.domain import DOMAIN as SEARCH
from portal.vendor_space import seen_as
from portal.vendor_space.domain import DOMAIN as VENDOR_SPACE
from portal.vendors import accounts
from portal.vendors.domain import DOMAIN as VENDORS
from portal.web import (
    assets,
    body_clock,
    compression,
    edge,
    error_pages,
    formats,
    frame,
    guard,
    landings,
    manifest,
    request_trace,
    routing,
    security_headers,
    signing,
    text,
    upload_limit,
)
from portal.web.csrf import MaskedCsrf
from portal.web.late_commands import LateCommands
from portal.web.routing import Address, RowNumber

if TYPE_CHECKING:
    from portal import cli
else:
    cli = late("portal.cli")

PACKAGE = Path(__file__).resolve().parent

DOMAINS = (
    JOURNAL,
    IDENTITY,
    VENDORS,
    NOTICES,
    FINDINGS,
    QUESTIONNAIRES,
    EVIDENCE,
    AUDITS,
    ANSWER_BOOK,
    CONSUMER_LAW,
    SAMPLES,
    MYSTERY,
    CONTRACTS,
    PAPER,
    SCORECARDS,
    CAMPAIGNS,
    PROCESSING,
    CHAIN,
    INCIDENTS,
    PERSON_REQUESTS,
    CHANGES,
    DECOYS,
    DORA,
    PUBLISHED_TERMS,
    AUTHORITY,
    DRILLS,
    VENDOR_SPACE,
    DASHBOARD,
    SEARCH,
    CALENDARS,
    OPERATIONS,
    PRIVACY,
)
"""Every domain, from the lowest floor up: where several answer an event, the lower ones are told first."""

NAVIGATION = manifest.navigation_of(DOMAINS)
PAGES_UNDER = manifest.entry_of_page(DOMAINS)
BLUEPRINTS_UNDER = manifest.entry_of_blueprint(DOMAINS)
_ENTRIES = frozenset(entry.endpoint for entry in NAVIGATION)


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """Build the application; opens no connection."""
    settings = settings or Settings.from_env()
    is_https = settings.base_url.startswith("https://")
    app = Flask("portal", root_path=str(PACKAGE), static_folder="web/static", static_url_path="/static")
    app.ensure_sync = _as_it_is  # type: ignore[method-assign,assignment]
    app.cli = LateCommands(app.name, lambda: cli.commands_of(DOMAINS))
    app.url_rule_class = Address
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        SECRET_KEY=settings.secrets.session,
        # Over TLS the prefix makes browsers refuse the cookie from a neighbouring site or over plain HTTP.
        SESSION_COOKIE_NAME="__Host-vigie" if is_https else "vigie",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
        TESTING=settings.environment is Environment.TEST,
    )
    app.extensions["vigie.settings"] = settings
    process.begin(settings)
    _templates(app)
    frame.install(app)
    assets.install(app)
    routing.install(app)
    if settings.trusted_proxies:
        # Without one, X-Forwarded-For is what the caller likes: it would escape the throttle of its address.
        near = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=near, x_proto=near)  # type: ignore[method-assign]
    Bootstrap5(app)
    signing.install(app)
    compression.install(app)
    MaskedCsrf(app)
    text.install(app)
    formats.install(app)
    web_session.install(app, accounts.account_binding)
    drill_mode.install(app)
    seen_as.install(app)
    guard.install(app)
    upload_limit.install(app)
    app.wsgi_app = body_clock.timed(app.wsgi_app)  # type: ignore[method-assign,assignment]
    security_headers.install(app)
    error_pages.install(app)
    edge.install(app, database or Database.at(settings.database_url))
    app.context_processor(_page_context)
    for domain in DOMAINS:
        for blueprint in domain.blueprints:
            app.register_blueprint(blueprint)
    ledger.subscribe(manifest.subscriptions_of(DOMAINS))
    manifest.install_finding_sightings(app, DOMAINS)
    manifest.install_finding_stages(app, DOMAINS)
    manifest.install_last_check(app, DOMAINS)
    manifest.install_questionnaire_uses(app, DOMAINS)
    manifest.install_last_write(app, DOMAINS)
    manifest.install_searchables(app, DOMAINS)
    manifest.install_dated(app, DOMAINS)
    manifest.install_file_parts(app, DOMAINS)
    landings.install(app)
    _watch(app, settings)
    carriers.carrier_of(settings.tasks).install()
    guard.assert_all_declared(app)
    return app


def _as_it_is(function: Any) -> Any:
    """Nothing here is asynchronous: Flask would look at each function that each request calls, to see whether it is."""
    return function


def _watch(app: Flask, settings: Settings) -> None:
    """Number, log and count the requests, each as far as the settings ask."""
    counted = RequestFigures(settings.metrics_dir) if settings.metrics_token else None
    app.extensions["vigie.request_figures"] = counted
    request_trace.install(app, from_proxy=settings.trusted_proxies > 0, is_logged=settings.access_log, observer=counted)


def _templates(app: Flask) -> None:
    domains: Mapping[str, FileSystemLoader] = {
        folder.parent.name: FileSystemLoader(folder) for folder in sorted(PACKAGE.glob("*/templates"))
    }
    app.jinja_options = {
        "loader": ChoiceLoader([FileSystemLoader(PACKAGE / "web" / "templates"), PrefixLoader(domains)]),
        "undefined": StrictUndefined,
        # All of them are kept: they are as many as their files, and Jinja's own limit of 400 walks through a list of
        # what it keeps each time that a template is imported.
        "cache_size": -1,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
    }
    app.jinja_loader = app.jinja_options["loader"]


def _page_context() -> dict[str, Any]:
    who = current_user._get_current_object()  # one look by the proxy instead of one for each thing asked of them
    is_known = who.is_authenticated
    context = edge.current() if is_known else edge.anonymous(policy.NOBODY)
    signed_in = is_known and who.required_step is None
    return {
        "csp_nonce": security_headers.nonce(),
        "language": text.current_language().value,
        "today": context.today,
        "current_actor": _shown(context.actor) if is_known else None,
        "can": lambda permission, row=None: signed_in and context.can(Permission(permission), row),
        "nav": _navigation(context) if signed_in and not context.actor.role.is_vendor else "",
        "shell": _shell(context, who),
        "organisation": edge.settings().organisation,
    }


def _shown(actor: Actor) -> SimpleNamespace:
    return SimpleNamespace(
        name=actor.name, initials=actor.initials, role=text.said(ROLE_NAMES[actor.role]), language=actor.language.value
    )


def _shell(context: Context, who: Any) -> dict[str, str]:
    urls = {"language_url": url_for("identity.language"), "sign_in_url": url_for("identity.sign_in")}
    if seen := seen_as.seen_vendor():
        urls |= {"seen_as": seen, "end_seen_url": url_for("seen_as.end")}
    if drill := drill_mode.entered():
        urls |= {"drill": drill.label, "drill_url": drill_mode.true_url("drills.show", number=drill.number)}
    if who.is_authenticated:
        urls |= {
            "home_url": web_session.home_url(context.actor),
            "search_url": url_for("search.index") if _may_search(context) else "",
            "account_url": url_for("identity.account"),
            "sign_out_url": url_for("identity.sign_out"),
        }
        if len(who.places) > 1:
            here = context.actor.vendor_id
            names = [place.name for place in who.places if place.vendor_id == here]
            urls |= {"answers_for": next(iter(names), ""), "choose_url": url_for("vendor_space.choose")}
    return urls


def _may_search(context: Context) -> bool:
    return context.can(Permission.HOME_VIEW) and bool(manifest.searchables(context))


def _navigation(context: Context) -> Markup:
    """The groups that hold something this person may open, put into words once for all who may open the same."""
    here = _place()
    open_to_them = tuple(
        place
        for place, entry in enumerate(NAVIGATION)
        if context.can(entry.permission) and (entry.is_shown is None or entry.is_shown(context))
    )
    language = text.current_language()
    return frame.kept((open_to_them, here, language), lambda: frame.navigation(_groups(open_to_them, here)))


def _groups(places: Iterable[int], here: str) -> Iterator[SimpleNamespace]:
    """The name of a group with a single entry is that entry's."""
    for group, members in groupby((NAVIGATION[place] for place in places), key=lambda entry: entry.group):
        entries = [
            SimpleNamespace(
                url=url_for(entry.endpoint),
                label=text.said(entry.label),
                active=entry.endpoint == here,
                icon=entry.icon,
            )
            for entry in members
        ]
        label = entries[0].label if len(entries) == 1 else text.said(group.value)
        yield SimpleNamespace(label=label, entries=entries, active=any(entry.active for entry in entries))


def _place() -> str:
    """Under which entry of the navigation this page is found; one that is under none shows none as its own."""
    endpoint = request.endpoint or ""
    own = BLUEPRINTS_UNDER.get(request.blueprint or "", f"{request.blueprint}.index")
    return endpoint if endpoint in _ENTRIES else PAGES_UNDER.get(endpoint, own)
