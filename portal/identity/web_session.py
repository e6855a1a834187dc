"""Who is signed in: the cookie's token, the account behind it, and the pages it must pass by before any other."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Protocol

from flask import Flask, Response, after_this_request, current_app, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import NOBODY, SYSTEM, Actor, Role
from portal.core import logs, tokens
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.identity import queries, rules, services
from portal.identity.models import User
from portal.identity.queries import KnownAccount
from portal.identity.services import BY_PASSWORD, Caller, Challenge, ChallengePurpose, Entry
from portal.web import edge

log = logs.get_logger()
SEEN_EVERY = timedelta(minutes=1)
"""How often a session in use is noted."""
_CHALLENGE, _PROVED = "challenge:", "proved"
NOTE_SECONDS = 0.5
"""How long noting it may wait for the database: when others write, it is noted by a later request."""


class Place(Protocol):
    """A vendor that an external account may answer for."""

    @property
    def vendor_id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """Its name."""


class Binding(Protocol):
    """Which vendors an account is bound to, as what, and the last day of its access."""

    @property
    def vendor_ids(self) -> frozenset[int]:
        """The vendors."""

    @property
    def until(self) -> date | None:
        """The last day, included; None without an end."""

    @property
    def role(self) -> Role | None:
        """What an external account is at the vendor it answers for; None when it has said none."""

    @property
    def places(self) -> Sequence[Place]:
        """The vendors that an external account may answer for."""

    @property
    def last_chosen(self) -> int | None:
        """The vendor that the next session of an external account begins with."""


class FindBinding(Protocol):
    """How the account of a vendor or of an expert is bound; the domain of vendors, above this one, knows."""

    def __call__(self, session: Session, user_id: int, /, *, today: date, chosen: int | None = None) -> Binding:
        """The binding of an account on a day, in a session that has chosen a vendor."""


@dataclass(frozen=True)
class RequiredStep:
    """Pages a signed-in person must pass by before any other: the second factor."""

    endpoint: str
    allowed: frozenset[str]


_ALWAYS = frozenset({"identity.sign_out", "identity.language", "static", "bootstrap.static"})
SECOND_FACTOR = RequiredStep("identity.second_factor", _ALWAYS | {"identity.second_factor"})
ENROLMENT = RequiredStep("identity.enrol", _ALWAYS | {"identity.enrol", "identity.passkeys", "identity.add_passkey"})


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]
    """The person of this request, as flask-login holds it."""

    token: str = field(repr=False)
    session_id: int
    actor: Actor
    required_step: RequiredStep | None = None
    places: Sequence[Place] = ()
    """The vendors that an external account may answer for; `actor` reaches one of them at a time."""

    def get_id(self) -> str:
        """What the signed cookie keeps."""
        return self.token


def install(app: Flask, bind: FindBinding) -> None:
    """Have flask-login find the person of a request; `bind` is asked for vendors' accounts and for experts."""
    services.check_roles(app.extensions["vigie.settings"].provider)
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(load)
    app.extensions["vigie.bind"] = bind


def load(token: str) -> SignedIn | None:
    """The person of a cookie's token; None once the session, or the account, is over."""
    now = edge.request_time()
    with edge.identifying() as reading:
        known = queries.find_session(reading, token, now)
        if known is None:
            return None
        required_step = SECOND_FACTOR if known.owes_second_factor else ENROLMENT if known.owes_enrolment else None
        actor, places = _actor(reading, known)
        found = SignedIn(token, known.session.id, actor, required_step, places)
        is_to_note = now - known.session.seen_at >= SEEN_EVERY
    if is_to_note:
        _note(found.session_id, now)
    return found


def _note(session_id: int, now: datetime) -> None:
    """Note that a session is in use, if the database can: nobody is kept from reading by a lock."""
    try:
        with edge.writing_now(NOTE_SECONDS) as writing:
            services.touch_session(Context(writing, SYSTEM, now), session_id)
    except OperationalError as failure:
        log.warning("session not noted", session=session_id, why=str(failure.orig))


def _actor(reading: Session, known: queries.KnownSession) -> tuple[Actor, Sequence[Place]]:
    user = known.user
    if not _is_bound(user):
        return actor_of(reading, user), ()
    bound = _binding(reading, user, known.session.vendor_id)
    role = bound.role or user.role
    actor = Actor(role, user.id, user.name, user.email, user.language, bound.vendor_ids, bound.until)
    return actor, bound.places


def actor_of(reading: Session, user: User | KnownAccount) -> Actor:
    """An account as the policy sees it, apart from any session."""
    if not _is_bound(user):
        return Actor(user.role, user.id, user.name, user.email, user.language)
    bound = _binding(reading, user, None)
    return Actor(bound.role or user.role, user.id, user.name, user.email, user.language, bound.vendor_ids, bound.until)


def calendar_actor(reading: Session, user: User) -> Actor | None:
    """Who reads an account's dates apart from any session: all the vendors it answers for; None once there are none.

    Its roles there may differ: it reads, and does nothing else.
    """
    if not user.role.is_vendor:
        return actor_of(reading, user)
    vendor_ids = frozenset(place.vendor_id for place in _binding(reading, user, None).places)
    if not vendor_ids:
        return None
    return Actor(Role.VENDOR_READER, user.id, user.name, user.email, user.language, vendor_ids)


def _is_bound(user: User | KnownAccount) -> bool:
    return user.role.is_vendor or user.role is Role.EXPERT


def _binding(reading: Session, user: User | KnownAccount, chosen: int | None) -> Binding:
    bind: FindBinding = current_app.extensions["vigie.bind"]
    return bind(reading, user.id, today=legal_date(edge.request_time()), chosen=chosen)


def sign_in_session(user: User, entry: Entry = BY_PASSWORD, *, is_first: bool = False) -> SignedIn:
    """Open a session for an account that has proved who it is; it begins with the vendor answered for last.

    `is_first` when the account has just been opened: nobody is told of a browser that they cannot have known.
    """
    ctx = edge.anonymous(NOBODY)
    vendor_id = _binding(ctx.session, user, None).last_chosen if _is_bound(user) else None
    return start_session(services.open_session(ctx, user, caller(), vendor_id, entry), is_first=is_first)


def start_session(token: str, *, is_first: bool = False) -> SignedIn:
    """Make this browser the one of a session just opened or renewed.

    Whatever the cookie held before is dropped, so that nobody can have planted it (session fixation); the language
    chosen on the way in stays.
    """
    chosen = session.get("language")
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF's, drawn from what the cookie held: the answer's forms need a fresh one
    if chosen is not None:
        session["language"] = chosen
    found = load(token)
    if found is None:
        raise LookupError("a session that was just opened cannot be read")
    login_user(found)
    if found.required_step is not SECOND_FACTOR:
        _remember_browser(found, is_first=is_first)
    return found


def _remember_browser(found: SignedIn, *, is_first: bool) -> None:
    """Have this browser keep that the account knows it, and tell the account of one that it did not know."""
    here, now, settings = caller(), edge.request_time(), edge.settings()
    number = services.known_as(settings.secrets, found.actor.email, here.devices)
    cookie = services.device_cookie(settings.secrets, found.actor.email, now, number)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            device_prefix() + cookie.name, cookie.value, max_age=timedelta(days=rules.DEVICE_DAYS),
            secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
        )  # fmt: skip
        return response

    if number is None and not is_first:
        ctx = edge.anonymous(found.actor)
        place = rules.network_part(here.address)
        services.tell_new_browser(ctx, ctx.session.get_one(User, found.actor.id), here.user_agent, place)


def device_prefix() -> str:
    """What the names of the cookies of known browsers begin with."""
    return "__Host-vigie-device-" if current_app.config["SESSION_COOKIE_SECURE"] else "vigie-device-"


def end_session() -> None:
    """Close this browser's session, here and in the table."""
    if current_user.is_authenticated:
        services.close_session(edge.current(), current_user.session_id)
    chosen = session.get("language")
    logout_user()
    session.clear()
    if chosen is not None:
        session["language"] = chosen


def draw_challenge(purpose: ChallengePurpose, user_id: int | None = None) -> Challenge:
    """Ask something of this browser, once and soon; what it was asked before for the same purpose is dropped."""
    drawn = Challenge(tokens.draw(), purpose, edge.request_time(), user_id)
    session[_CHALLENGE + purpose.value] = [drawn.token, drawn.drawn_at.isoformat(), drawn.user_id]
    return drawn


def take_challenge(purpose: ChallengePurpose) -> Challenge | None:
    """What this browser was asked for a purpose, taken out of its cookie; None when it was asked nothing."""
    held = session.pop(_CHALLENGE + purpose.value, None)
    return Challenge(held[0], purpose, datetime.fromisoformat(held[1]), held[2]) if held else None


def note_proof() -> None:
    """Note in this browser's cookie that its person has just proved who they are."""
    session[_PROVED] = [current_user.session_id, edge.request_time().isoformat()]


def is_proved() -> bool:
    """Whether the person of this browser has proved who they are of late."""
    session_id, at = session.get(_PROVED) or (None, None)
    proved_at = datetime.fromisoformat(at) if at and session_id == current_user.session_id else None
    return services.is_proved(edge.current(), current_user.session_id, proved_at)


def caller() -> Caller:
    """Where this request comes from."""
    now, prefix = edge.request_time(), device_prefix()
    offered = (value for name, value in request.cookies.items() if name.startswith(prefix))
    devices = tuple(value for value in offered if services.is_recent(value, now))
    return Caller(request.remote_addr or "", request.headers.get("User-Agent", ""), devices)


def has_lapsed() -> bool:
    """Whether this browser was signed in and no longer is."""
    return "_user_id" in session and not current_user.is_authenticated


def home_url(actor: Actor) -> str:
    """The page a person arrives at; their account where the portal has no home for them yet."""
    home = "vendor_space.home" if actor.role.is_vendor else "dashboard.home"
    return url_for(home if home in current_app.view_functions else "identity.account")
