from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.authz.policy import Permission, Role
from portal.core.errors import Forbidden, PortalError, Refused
from portal.core.language import Language
from portal.core.mail import render
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.notices.models import Notice
from portal.samples import queries, services
from portal.samples.models import SampleState
from portal.samples.rules.columns import SampleKind
from tests.factories import samples
from tests.factories.samples import asked, order

pytestmark = pytest.mark.both_databases


def mails(session, template):
    return session.scalars(select(Mail).where(Mail.template == template)).all()


def actions(session):
    return session.scalars(select(JournalEntry.action).where(JournalEntry.action.startswith("sample."))).all()


def test_a_sample_is_asked_told_to_the_vendor_and_journaled(session, dpo, vendor, sender):
    made = services.ask(dpo, vendor, order(note="Merci."))
    assert (made.sample.state, made.sample.size, made.told) == (SampleState.ASKED, 10, 1)
    [mail] = mails(session, "samples/emails/sample")
    assert mail.recipient == sender.actor.email
    session.commit()
    assert actions(session) == ["sample.asked"]


def test_without_a_size_the_one_proposed_is_asked(dpo, vendor):
    wanted = order(size=None, population=100_000)
    assert services.ask(dpo, vendor, wanted).sample.size == services.size_for(wanted) == 383


def test_two_samples_are_drawn_from_different_seeds(dpo, vendor):
    assert asked(dpo, vendor).seed != asked(dpo, vendor).seed


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": 0}, "au moins un"),
        ({"size": 101}, "pas plus"),
        ({"due_on": date(2026, 11, 23)}, "déjà passée"),
        ({"period_from": date(2026, 11, 1)}, "avant de commencer"),
        ({"period_to": date(2026, 11, 25)}, "pas finie"),
        ({"population": 0, "size": None}, "compte de 1"),
        ({"population": 100_000_000}, "compte de 1"),
    ],
)
def test_an_order_that_means_nothing_is_refused_in_a_sentence(dpo, vendor, changes, words):
    with pytest.raises(Refused, match=words):
        services.ask(dpo, vendor, order(**changes))


def test_what_is_due_today_may_be_asked_of_a_period_that_ended_yesterday_and_of_none_that_still_runs(dpo, vendor):
    today, yesterday = dpo.today, dpo.today - timedelta(days=1)
    assert asked(dpo, vendor, due_on=today, period_from=yesterday, period_to=yesterday, kind=SampleKind.CALLS).id
    with pytest.raises(Refused, match="n’est pas finie"):
        services.ask(dpo, vendor, order(period_from=today, period_to=today))


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.BUYER, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN])
def test_only_the_dpo_and_the_lawyer_ask_and_cancel(acting, dpo, vendor, role):
    sample, other = asked(dpo, vendor), acting(role)
    for act in (lambda: services.ask(other, vendor, order()), lambda: services.cancel(other, sample, "Non.")):
        with pytest.raises(Forbidden):
            act()


def test_asking_no_longer_says_why_and_tells_the_vendor_once(session, dpo, vendor, sender):
    sample = asked(dpo, vendor)
    with pytest.raises(Refused, match="pourquoi"):
        services.cancel(dpo, sample, "")
    services.cancel(dpo, sample, "Contrat fini.")
    assert (sample.state, sample.closing_reason) == (SampleState.CANCELLED, "Contrat fini.")
    assert [mail.payload["values"]["what"] for mail in mails(session, "samples/emails/sample")] == ["asked"]
    [notice] = session.scalars(select(Notice))
    assert (notice.template, notice.user_id) == ("samples/emails/notice_cancelled", sender.actor.id)
    assert not notice.expects_action, "said in the next digest, with nothing to do"
    said = {language: render(notice.template, language, notice.values).subject for language in Language}
    assert (said[Language.FR].endswith("annulée"), said[Language.EN].endswith("cancelled")) == (True, True)
    with pytest.raises(Refused, match="annulé"):
        services.cancel(dpo, sample, "Encore.")


def test_what_is_complete_can_no_longer_be_cancelled_nor_one_cancelled_be_sent(session, dpo, vendor, sender):
    sent, cancelled = asked(dpo, vendor), asked(dpo, vendor)
    samples.received(sender, sent, samples.csv(10))
    with pytest.raises(Refused, match="annulé"):
        services.cancel(dpo, sent, "Trop tard.")
    services.cancel(dpo, cancelled, "Erreur.")
    with pytest.raises(PortalError, match="clos"):
        services.receive(sender, cancelled, samples.stored(sender, samples.csv(10)))


def test_whoever_asked_is_told_once_that_it_is_measured_unless_the_account_is_closed(session, dpo, vendor):
    sample = asked(dpo, vendor)
    sample = queries.get_sample(dpo, sample.id, to=Permission.WITHDRAWAL_VIEW)
    assert [services.tell_measured(dpo, sample) for _ in range(2)] == [1, 0]
    sample.attempt += 1
    sample.asked_by.disabled_at = dpo.now - timedelta(days=1)
    assert services.tell_measured(dpo, sample) == 0


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("what", ["asked", "cancelled"])
@pytest.mark.parametrize("kind", [*SampleKind])
def test_every_word_to_the_vendor_can_be_written(language, what, kind):
    values = {
        "name": "Ana", "what": what, "kind": kind.value, "size": 10, "due_on": "2026-12-15",
        "organisation": "Vigie", "link": "https://vigie.test/x",
    }  # fmt: skip
    letter = render("samples/emails/sample", language, values)
    assert letter.subject
    assert ("10" in letter.body) is (what == "asked")
    assert "https://vigie.test/x" in letter.body


@pytest.mark.parametrize("language", [*Language])
def test_whoever_asked_reads_how_many_cases_have_a_fault(language):
    values = {"name": "Ana", "vendor": "Callisto", "cases": 40, "flagged": 7, "link": "https://vigie.test/x"}
    letter = render("samples/emails/measured", language, values)
    assert "Callisto" in letter.subject
    assert "40" in letter.body
    assert "7" in letter.body


@pytest.mark.parametrize(
    ("language", "words"),
    [(Language.FR, "échantillon de 1 rétractation que"), (Language.EN, "sample of 1 withdrawal that")],
)
def test_one_case_is_singular_and_the_last_day_is_one_of_those_given(language, words):
    values = {
        "name": "Ana", "what": "asked", "kind": "cases", "size": 1, "due_on": "2026-12-15", "organisation": "Vigie",
        "link": "https://vigie.test/x",
    }  # fmt: skip
    body = render("samples/emails/sample", language, values).body
    assert words in body
    assert {Language.FR: "au plus tard le mardi 15", Language.EN: "by Tuesday 15"}[language] in body


def test_a_message_promised_under_the_former_name_of_its_template_is_still_written(session, dpo, vendor, sender):
    asked(dpo, vendor)
    [mail] = mails(session, "samples/emails/sample")
    values = {**mail.payload["values"], "link": "/"}
    assert render("withdrawals/emails/sample", mail.language, values) == render(mail.template, mail.language, values)
    values = {"name": "Ana", "vendor": "Acme", "cases": 3, "flagged": 1, "link": "/"}
    assert render("withdrawals/emails/measured", Language.FR, values).subject
