"""What the law obliges to is asked before a breach is decided or closed, and every decision has words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core.errors import Refused
from portal.incidents import services
from portal.incidents.rules.decision import Exemption, RiskLevel
from portal.incidents.rules.life import IncidentState
from portal.incidents.services import ClosingWords, Notification, PersonsTold
from portal.journal.models import JournalEntry
from tests.conftest import NOW
from tests.factories.incidents import WHY, assessed, declared, notified
from tests.factories.world import vendor_of

ENDED = ClosingWords("Aucun appel suspect en trente jours de suivi.", "Le serveur public a été retiré pour de bon.")


@pytest.fixture
def ours(acting, app):
    return acting(Role.DPO)


@pytest.fixture
def incident(session, app):
    return declared(Context(session, SYSTEM, NOW), vendor_of(session))


def later(ctx, **by):
    return Context(ctx.session, ctx.actor, ctx.now + timedelta(**by))


def test_a_decision_takes_an_assessment_first(ours, incident):
    with pytest.raises(Refused):
        notified(ours, incident)
    with pytest.raises(Refused):
        services.spare_notification(ours, incident, WHY)


@pytest.mark.parametrize("risk", [RiskLevel.RISK, RiskLevel.HIGH])
def test_a_risk_cannot_be_spared_the_authority(ours, incident, risk):
    assessed(ours, incident, risk)
    with pytest.raises(Refused):
        services.spare_notification(ours, incident, WHY)
    with pytest.raises(Refused):
        services.close_incident(ours, incident, ENDED)


def test_an_unlikely_risk_is_closed_without_notification_but_with_reasons(ours, incident):
    assessed(ours, incident, RiskLevel.UNLIKELY)
    with pytest.raises(Refused):
        services.spare_notification(ours, incident, "ok")
    services.spare_notification(ours, incident, WHY)
    with pytest.raises(Refused):
        services.close_incident(ours, incident, ClosingWords("rien", "rien"))
    services.close_incident(ours, incident, ENDED)
    assert incident.state is IncidentState.CLOSED


def test_a_high_risk_is_closed_once_the_persons_are_told_or_an_exception_is_given(ours, incident):
    assessed(ours, incident, RiskLevel.HIGH)
    notified(ours, incident)
    with pytest.raises(Refused):
        services.close_incident(ours, incident, ENDED)
    services.note_persons_told(ours, incident, PersonsTold(None, WHY, Exemption.OVERCOME))
    services.close_incident(ours, incident, ENDED)
    assert incident.state is IncidentState.CLOSED


def test_a_notification_within_72_hours_asks_no_reason_and_one_after_does(ours, incident):
    assessed(ours, incident)
    late = later(ours, hours=74)
    with pytest.raises(Refused):
        notified(late, incident)
    with pytest.raises(Refused):
        notified(late, incident, delay_reason="en retard")
    notified(late, incident, at=NOW + timedelta(hours=72))
    assert incident.delay_reason == ""
    notified(late, incident, delay_reason="Le volume réel n'a été connu que ce matin.")
    assert incident.delay_reason


def test_a_notification_has_a_number_and_is_neither_to_come_nor_before_we_knew(ours, incident):
    assessed(ours, incident)
    with pytest.raises(Refused):
        services.note_notification(ours, incident, Notification(NOW, " "))
    for at in (NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)):
        with pytest.raises(Refused):
            services.note_notification(ours, incident, Notification(at, "FR-1"))


def test_a_notification_of_the_very_minute_is_taken_for_forms_give_no_seconds(ours, incident):
    incident.aware_at = NOW + timedelta(seconds=40)
    assessed(ours, incident)
    notified(later(ours, minutes=1), incident, at=NOW)
    assert incident.state is IncidentState.NOTIFIED


def test_dating_our_awareness_later_takes_a_reason_keeps_the_declaration_and_leaves_a_trace(session, ours, incident):
    """The cheapest lie about 72 hours: move their start."""
    now = later(ours, hours=80)
    with pytest.raises(Refused):
        services.set_awareness(now, incident, NOW + timedelta(hours=40), "")
    services.set_awareness(
        now, incident, NOW + timedelta(hours=40), "Le message était illisible jusque-là, sans objet."
    )
    assert incident.declared_at == NOW
    session.commit()
    [entry] = session.scalars(select(JournalEntry).where(JournalEntry.action == "incident.awareness_set"))
    assert entry.before["aware_at"] != entry.after["aware_at"]
    assert entry.after["aware_reason"]


def test_a_mistake_stays_in_the_register_and_may_be_taken_up_again(ours, incident):
    services.withdraw_incident(ours, incident, "Le fichier ne contenait aucune donnée personnelle.")
    assert incident.state is IncidentState.MISTAKEN
    with pytest.raises(Refused):
        assessed(ours, incident)
    services.resume_assessment(ours, incident, "Une seconde lecture y a trouvé des noms.")
    assert incident.state is IncidentState.ASSESSING


def test_what_the_vendor_says_after_the_end_is_new_until_one_of_ours_acts(session, ours, incident):
    assessed(ours, incident, RiskLevel.UNLIKELY)
    services.spare_notification(ours, incident, WHY)
    services.close_incident(ours, incident, ENDED)
    system = Context(session, SYSTEM, NOW)
    services.add_phase(system, incident, incident.known, "Une seconde adresse était concernée.")
    assert (incident.state, incident.unread_since) == (IncidentState.CLOSED, NOW)
    services.resume_assessment(ours, incident, "Une seconde adresse était concernée.")
    assert incident.unread_since is None
