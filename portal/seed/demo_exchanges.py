"""What the call centre arranges around its questionnaires: a section given to a colleague, two questions, a delay."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audits import services
from portal.audits.models import Audit
from portal.audits.rules import AuditState, usual_day
from portal.audits.services import DelegationOrder
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core import process, workdays
from portal.core.clock import legal_date
from portal.core.language import Language
from portal.identity.models import User
from portal.identity.services import Person
from portal.questionnaires.queries import questionnaire_of
from portal.vendors.memberships import settle_contact
from portal.vendors.models import Membership, Vendor

COLLEAGUE = Person("youssef@callisto.example", "Youssef Amrani", Role.VENDOR_RESPONDENT, Language.FR)
At = Callable[[datetime, User | None, Vendor | None], Context]


def arrange(now: datetime, at: At, vendor: Vendor, admin: User, colleague: User, reviewer: User) -> None:
    """Everything of it, over the last week; `at` gives a context for somebody at some moment."""
    began = at(now - timedelta(days=10), None, None)
    began.session.add(Membership(user_id=colleague.id, vendor_id=vendor.id, role=Role.VENDOR_RESPONDENT))
    settle_contact(began, vendor.id, colleague, colleague.name)
    with_vendor = [state for state in AuditState if state.is_with_vendor]
    audits = began.session.scalars(
        select(Audit)
        .options(joinedload(Audit.questionnaire_version))
        .where(Audit.vendor_id == vendor.id, Audit.state.in_(with_vendor))
        .order_by(Audit.due_on)
    ).all()
    of_calls = [one for one in audits if one.questionnaire_version.key == "relation-client-retractation"]
    under_way, late = of_calls[0], next(one for one in audits if one not in of_calls)
    questionnaire = questionnaire_of(began.session, under_way.questionnaire_version)
    first, last = questionnaire.sections[0], questionnaire.sections[-1]
    asking = at(now - timedelta(days=6), admin, vendor)
    services.ask_about_question(
        asking, under_way.id, first.questions[0].key,
        "Parlez-vous de tous nos clients, ou seulement des appels pris pour la Maison Verdelet ?",
    )  # fmt: skip
    services.answer_question(
        at(now - timedelta(days=5), reviewer, None), under_way.id, first.questions[0].key,
        "Seulement des appels pris pour nous. Si votre organisation est la même pour tous, dites-le en précision.",
    )  # fmt: skip
    giving = at(now - timedelta(days=3), admin, vendor)
    order = DelegationOrder(
        colleague.email, note="Tu tiens les plannings : ces chiffres, c'est toi qui les as. Merci !",
        due_on=legal_date(now) + timedelta(days=4),
    )  # fmt: skip
    services.give_part(giving, process.settings().secrets, under_way.id, last.key, "", order)
    services.ask_about_question(
        at(now - timedelta(days=2), admin, vendor), under_way.id, last.questions[0].key,
        "Le relevé du premier semestre suffit-il, ou faut-il l'année entière ?",
    )  # fmt: skip
    wanted = usual_day(late.due_on, legal_date(late.opened_at), legal_date(now - timedelta(days=1)))
    if wanted is not None:
        services.ask_delay(
            at(now - timedelta(days=1), admin, vendor), late.id, workdays.next_working(wanted),
            "Notre responsable de la sécurité est absent jusqu'à la fin du mois.",
        )  # fmt: skip
