from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audits.models import Answer, Audit
from portal.audits.rules import AuditState
from portal.authz.policy import Role
from portal.campaigns import queries, services
from portal.campaigns.models import Campaign, CampaignState, LetterText, Wave, WaveAudit
from portal.core.clock import now
from portal.core.language import Language
from portal.identity.models import User
from portal.jobs.models import Job, JobState, Mail, MailState
from portal.vendors.models import Contact
from portal.vendors.rules.status import VendorStatus
from tests.factories.campaigns import (
    YEARLY,
    campaign_of,
    contact_named,
    reachable_vendor,
    register_of,
    started_wave,
)
from tests.factories.people import user_of
from tests.factories.world import audit_of, vendor_of

FORM = {
    "name": "Socle annuel", "questionnaire_key": "socle-rgpd", "statuses": ["actif"], "every": "years", "step": "1",
    "start": "2027-01-04", "at": "09:00", "zone": "Europe/Paris", "delay_days": "30", "reminders": "J-7, J-1, J+3",
    "escalation_email": "Direction@Exemple.test", "escalation_after_days": "7",
}  # fmt: skip


@pytest.fixture
def dpo(as_):
    return as_(Role.DPO)


def latest(session, kind):
    return session.scalars(select(kind).order_by(kind.id.desc())).first()


class TestPlanning:
    def test_a_questionnaire_is_named_as_the_rest_of_the_page(self, dpo):
        named = dpo.get("/campagnes/nouvelle").one("#questionnaire_key").text_content()
        assert "hors de l’EEE" in named
        assert "'" not in named

    def test_without_campaigns_the_page_says_what_to_do_next(self, dpo):
        page = dpo.get("/campagnes")
        assert "Aucune campagne n’est préparée" in page.words
        assert page.all("//a[contains(@href, '/campagnes/nouvelle')]")

    def test_a_campaign_typed_is_kept_as_a_draft_and_shown_in_words(self, dpo, session):
        page = dpo.follow(
            dpo.post("/campagnes/nouvelle", {**FORM, "tiers": ["critique", "eleve"], "countries": "France"})
        )
        campaign = latest(session, Campaign)
        assert campaign.state is CampaignState.DRAFT
        assert campaign.audience == {"statuses": ["actif"], "tiers": ["critique", "eleve"], "countries": ["FR"]}
        assert campaign.escalation_email == "direction@exemple.test"
        assert campaign.reminders == [-7, -1, 3]
        for words in (
            "criticité critique ou élevée", "pays France", "Chaque année à 09:00", "4 janvier 2027",
            "7 jours avant l’échéance, la veille, 3 jours après", "À direction@exemple.test, 7 jours après",
        ):  # fmt: skip
            assert words in page.words

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"name": " "}, "Donnez un nom à cette campagne"),
            ({"questionnaire_key": "disparu"}, "questionnaire"),
            ({"statuses": []}, "Choisissez au moins un statut"),
            ({"countries": "Atlantide"}, "Atlantide"),
            ({"vendors": "Inconnu SARL"}, "« Inconnu SARL » n’est pas dans le registre"),
            ({"start": "31/12/26"}, "Cette date n’est pas reconnue"),
            ({"at": "02:30"}, "Choisissez une heure avant 02:00"),
            ({"at": "midi"}, "00:00 à 23:59"),
            ({"step": "beaucoup"}, "nombre entier"),
            ({"delay_days": "0", "reminders": ""}, "de 1 à 365"),
            ({"reminders": "J-7, bientôt"}, "« bientôt » n’est pas un jour"),
            ({"reminders": "J-40"}, "avant l’invitation"),
            ({"escalation_email": "direction"}, "adresse n’est pas complète"),
            ({"until": "2026-01-01"}, "précède le premier"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, dpo, session, changes, words):
        page = dpo.post("/campagnes/nouvelle", {**FORM, **changes}, status=422)
        assert words in page.words
        assert page.one("#delay_days").get("value") == changes.get("delay_days", "30")
        assert page.one("#reminders").get("value") == changes.get("reminders", "J-7, J-1, J+3")
        assert latest(session, Campaign) is None

    def test_vendors_can_be_chosen_by_name_or_key(self, dpo, session):
        first, second = vendor_of(session, name="Hébergeur Provence"), vendor_of(session, name="Paie Facile")
        session.commit()
        dpo.post("/campagnes/nouvelle", {**FORM, "statuses": [], "vendors": f"hébergeur provence SAS\n{second.key}"})
        campaign = latest(session, Campaign)
        assert campaign.audience == {"vendor_ids": sorted([first.id, second.id])}
        page = dpo.get(f"/campagnes/{campaign.id}/modifier")
        assert page.one("#vendors").text.split() == [first.key, second.key]

    def test_criteria_kept_under_a_name_are_chosen_in_another_campaign(self, dpo, session):
        reachable_vendor(session, name="Active")
        session.commit()
        dpo.post("/campagnes/nouvelle", {**FORM, "countries": "France", "save_as": "France"})
        first = latest(session, Campaign)
        saved = first.saved_audience_id
        assert saved is not None
        assert "porte déjà ce nom" in dpo.post("/campagnes/nouvelle", {**FORM, "save_as": "France"}, status=422).words
        dpo.post("/campagnes/nouvelle", {**FORM, "saved_audience_id": saved})
        session.expire_all()
        second = latest(session, Campaign)
        assert second.id != first.id
        assert second.audience == first.audience == {"statuses": ["actif"], "countries": ["FR"]}
        refused = dpo.post(
            "/campagnes/nouvelle", {**FORM, "saved_audience_id": saved, "countries": "Italie"}, status=422
        )
        assert "ne sont plus ceux de «\u202fFrance\u202f»" in refused.text
        assert refused.one("#countries").get("value") == "Italie"
        assert "2 campagnes" in dpo.get("/campagnes/filtres").words

    def test_the_page_of_a_filter_says_who_is_in_it_and_what_uses_it(self, dpo, session):
        reachable_vendor(session, name="Active")
        session.commit()
        typed = {"name": "Actifs", "statuses": ["actif"]}
        dpo.post("/campagnes/filtres/nouveau", typed)
        path = "/campagnes/filtres/1"
        dpo.post("/campagnes/nouvelle", {**FORM, "saved_audience_id": "1"})
        page = dpo.get(path)
        for words in ("1 sous-traitant aujourd’hui", "Active", "1 campagne se sert de ce filtre", "Socle annuel"):
            assert words in page.words
        counted = dpo.post(path, {**typed, "countries": "Italie", "apercu": "1"}, status=200)
        assert "0 sous-traitant aujourd’hui" in counted.words
        dpo.post(f"{path}/retirer")
        dpo.post(path, {**typed, "countries": "Italie"})
        session.expire_all()
        assert latest(session, Campaign).audience == {"statuses": ["actif"], "countries": ["IT"]}

    def test_a_name_that_two_vendors_share_asks_for_the_key(self, dpo, session):
        for _ in range(2):
            vendor_of(session, name="Jumeaux")
        session.commit()
        page = dpo.post("/campagnes/nouvelle", {**FORM, "vendors": "Jumeaux"}, status=422)
        assert "donnez sa clé" in page.words

    def test_counting_first_keeps_nothing_and_says_whom_a_wave_would_ask(self, dpo, session):
        asked = [reachable_vendor(session) for _ in range(2)]
        busy, silent = reachable_vendor(session), vendor_of(session)
        audit_of(session, busy)
        session.commit()
        keys = "\n".join(vendor.key for vendor in [*asked, busy, silent])
        page = dpo.post("/campagnes/nouvelle", {**FORM, "vendors": keys, "apercu": "1"}, status=200)
        assert "interrogerait 3 sous-traitants" in page.words
        assert "1 autre répond déjà à ce questionnaire" in page.words
        assert "1 n’a personne à qui écrire" in page.words
        assert latest(session, Campaign) is None

    def test_a_plan_of_default_values_goes_tomorrow_once_the_hour_has_passed(self, dpo):
        page = dpo.get("/campagnes/nouvelle")
        assert page.one("#start").get("value") == "2026-11-25"  # it is 10:00, its hour is 09:00

    def test_a_first_wave_a_year_away_is_said_and_today_or_tomorrow_are_one_click(self, dpo, session):
        vendor_of(session)
        typed = {**FORM, "start": "2026-11-24"}
        page = dpo.post("/campagnes/nouvelle", {**typed, "apercu": "1"}, status=200)
        assert "Première vague le 24 novembre 2027 à 09:00, dans 12 mois" in page.words
        assert "Celle du 24 novembre 2026 à 09:00 est passée" in page.words
        assert [one.get("value") for one in page.all("//button[@name='commencer']")] == ["aujourd-hui", "demain"]
        default = page.all("//main//form[@method='post']//button")[0]
        assert default.get("name") is None, "the return key saves, and launches nothing"
        dpo.post("/campagnes/nouvelle", {**typed, "commencer": "demain"})
        campaign = latest(session, Campaign)
        assert (campaign.state, campaign.next_run_at.day) == (CampaignState.ACTIVE, 25)
        assert latest(session, Wave) is None
        dpo.post("/campagnes/nouvelle", {**typed, "commencer": "aujourd-hui"})
        assert latest(session, Wave).campaign_id == latest(session, Campaign).id

    def test_saved_without_a_look_the_campaign_s_page_says_it_too(self, dpo, session):
        page = dpo.follow(dpo.post("/campagnes/nouvelle", {**FORM, "start": "2026-11-24"}))
        assert "Première vague le 24 novembre 2027 à 09:00, dans 12 mois" in page.words
        path = f"/campagnes/{latest(session, Campaign).id}"
        page = dpo.follow(dpo.post(f"{path}/commencer", {"commencer": "demain"}, page=path))
        assert "Première vague le 25 novembre 2026 à 09:00, demain" in page.words
        assert not page.all("//form[contains(@action, 'commencer')]")

    def test_a_first_wave_still_ahead_is_said_and_nothing_else_proposed(self, dpo):
        page = dpo.post("/campagnes/nouvelle", {**FORM, "apercu": "1"}, status=200)
        assert "Première vague le 4 janvier 2027 à 09:00" in page.words
        assert not page.all("//button[@name='commencer']")

    def test_a_day_that_is_no_choice_is_refused(self, dpo, session, ctx):
        campaign = campaign_of(ctx)
        session.commit()
        path = f"/campagnes/{campaign.id}"
        dpo.post(f"{path}/commencer", {"commencer": "hier"}, page=path, status=400)

    def test_an_audience_of_nobody_is_said_before_it_is_activated(self, dpo, session, ctx):
        campaign = campaign_of(ctx, audience={"statuses": ["sorti"], "countries": ["IS"]})
        session.commit()
        assert "n’interrogerait personne" in dpo.get(f"/campagnes/{campaign.id}?apercu=1").words

    def test_a_campaign_s_page_counts_its_audience_only_once_asked_and_for_whoever_may_launch(
        self, dpo, as_, session, ctx, statements
    ):
        campaign = campaign_of(ctx)
        session.commit()
        path = f"/campagnes/{campaign.id}"
        page = dpo.get(path)
        assert page.one("//*[@id='apercu']//a").get("href") == f"{path}?apercu=1#apercu"
        assert "interrogerait 1 sous-traitant" not in page.words
        statements.clear()
        dpo.get(path)
        without = len(statements)
        statements.clear()
        counted = dpo.get(f"{path}?apercu=1")
        assert len(statements) == without + 8
        assert not counted.all("//*[@id='apercu']//a[@data-portal-later]")
        assert counted.all("//*[@id='apercu']//details//a[starts-with(@href, '/sous-traitants/')]"), "by name"
        assert not as_(Role.MANAGEMENT).get(f"{path}?apercu=1").all("#apercu")

    def test_revising_shows_the_plan_as_it_stands_and_keeps_the_change(self, dpo, session, ctx):
        campaign = campaign_of(ctx, recurrence={**YEARLY, "every": "months", "step": 6, "day": 31})
        session.commit()
        path = f"/campagnes/{campaign.id}/modifier"
        page = dpo.get(path)
        assert page.one("#day").get("value") == "31"
        assert page.one("#reminders").get("value") == "J-7, J-1, J+3"
        dpo.post(path, {**FORM, "every": "months", "step": "3", "day": "15"})
        session.refresh(campaign)
        assert (campaign.recurrence["step"], campaign.recurrence["day"]) == (3, 15)

    def test_an_active_campaign_refuses_a_rhythm_that_is_over_beside_its_field(self, dpo, session, ctx):
        campaign = campaign_of(ctx, active=True)
        session.commit()
        page = dpo.post(
            f"/campagnes/{campaign.id}/modifier", {**FORM, "every": "once", "start": "2020-01-06"}, status=422
        )
        assert "dernière date de cette campagne est passée" in page.words
        session.refresh(campaign)
        assert campaign.recurrence["every"] == "years"

    def test_activating_and_pausing_say_what_happens_next(self, dpo, session, ctx):
        campaign = campaign_of(ctx, recurrence={**YEARLY, "start": "2030-01-07"})
        session.commit()
        path = f"/campagnes/{campaign.id}"
        page = dpo.follow(dpo.post(f"{path}/activer", page=path))
        assert "Campagne activée" in page.words
        assert "7 janvier 2030 à 09:00" in page.words
        page = dpo.follow(dpo.post(f"{path}/suspendre", page=path))
        assert "Les vagues en cours continuent" in page.words
        assert "Ces dates valent une fois la campagne activée" in page.words

    def test_a_refusal_is_said_on_the_page_and_changes_nothing(self, dpo, session, ctx):
        campaign = campaign_of(ctx, recurrence={**YEARLY, "every": "once", "start": "2020-01-06"})
        session.commit()
        path = f"/campagnes/{campaign.id}"
        page = dpo.follow(dpo.post(f"{path}/activer", page=path))
        assert "La dernière date de cette campagne est passée" in page.words
        session.refresh(campaign)
        assert campaign.state is CampaignState.DRAFT

    def test_a_campaign_whose_questionnaire_is_gone_says_so_and_offers_no_start(self, dpo, session, ctx):
        campaign = campaign_of(ctx)
        campaign.questionnaire_key = "disparu"
        session.commit()
        page = dpo.get(f"/campagnes/{campaign.id}")
        assert "ne peut plus partir telle quelle" in page.words
        assert "statut actif" in page.words, "what can still be read is said"
        assert not page.all("//form[contains(@action, 'lancer') or contains(@action, 'activer')]")

    def test_a_wave_that_should_have_started_is_said_to_be_late(self, dpo, session, ctx):
        campaign = campaign_of(ctx, active=True)
        campaign.next_run_at = now() - timedelta(minutes=30)
        session.commit()
        assert "n’a pas encore démarré" in dpo.get(f"/campagnes/{campaign.id}").words

    def test_the_list_is_narrowed_by_state(self, dpo, session, ctx):
        campaign_of(ctx, name="Brouillonne")
        campaign_of(ctx, name="Vivante", active=True)
        session.commit()
        words = dpo.get("/campagnes?etat=active").words
        assert "Vivante" in words
        assert "Brouillonne" not in words
        assert "Aucune campagne dans cet état" in dpo.get("/campagnes?etat=terminee").words


class TestWave:
    def test_launching_leads_to_the_board_that_waits_for_the_audits(self, dpo, session, ctx):
        vendor = reachable_vendor(session)
        campaign = campaign_of(ctx, audience={"vendor_ids": [vendor.id]})
        session.commit()
        path = f"/campagnes/{campaign.id}"
        page = dpo.follow(dpo.post(f"{path}/lancer", page=path))
        assert "Vague lancée" in page.words
        wave = latest(session, Wave)
        progress = dpo.client.get(f"/campagnes/vagues/{wave.id}/avancement").json
        assert progress == {"done": 0, "total": 0, "message": "Choix des sous-traitants", "next": None}

    def test_progress_counts_audits_and_ends_on_the_board(self, dpo, session, ctx):
        ids = register_of(session, 3)
        wave = services.launch_now(ctx, campaign_of(ctx, audience={"vendor_ids": ids}))
        wave = services.waves.queries.get_wave(ctx, wave.id)
        services.launch(ctx, wave)
        services.open_batch(ctx, wave, ids[:2])
        session.commit()
        path = f"/campagnes/vagues/{wave.id}/avancement"
        assert dpo.client.get(path).json["message"] == "2 audits ouverts sur 3"
        services.open_batch(ctx, wave, ids[2:])
        session.commit()
        assert dpo.client.get(path).json["next"] == f"/campagnes/vagues/{wave.id}"

    def test_the_board_shows_states_messages_and_audits(self, dpo, session, ctx):
        vendors = [reachable_vendor(session, name=f"Prestataire Zoé {n}") for n in range(3)]
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]}))
        audits = session.scalars(select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)).all()
        audits[0].state = AuditState.ACCEPTED
        session.commit()
        page = dpo.get(f"/campagnes/vagues/{wave.id}")
        assert "Réponses reçues : 1 sur 3 ; acceptées : 1" in page.words
        bars = {
            row.text_content().split()[0]: row.xpath("string(td[2])") for row in page.all("//table[@class='bars']//tr")
        }
        assert bars["Accepté"] == "1"
        assert bars["Envoyé"] == "2"
        assert "Invitations" in page.words
        assert len(page.all("//section[@id='audits']//a[starts-with(@href, '/audits/')]")) == 3

    @pytest.mark.parametrize(("query", "count"), [("", 3), ("?etat=accepte", 1), ("?etat=annule", 0), ("?q=zoé 2", 1)])
    def test_the_audits_are_narrowed(self, dpo, session, ctx, query, count):
        vendors = [reachable_vendor(session, name=f"Prestataire Zoé {n}") for n in range(3)]
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]}))
        session.scalars(
            select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id)
        ).first().state = AuditState.ACCEPTED
        session.commit()
        page = dpo.get(f"/campagnes/vagues/{wave.id}{query}")
        assert len(page.all("//section[@id='audits']//tbody/tr/th")) == count

    def test_those_nobody_could_reach_are_listed_with_what_to_do_and_invited_once_they_can_be(self, dpo, session, ctx):
        vendor = vendor_of(session, name="Silencieux")
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        session.commit()
        path = f"/campagnes/vagues/{wave.id}"
        page = dpo.get(path)
        assert "Aucun contact : ajoutez-en un à la fiche" in page.words
        page = dpo.follow(dpo.post(f"{path}/inviter", page=path))
        assert "Personne de plus ne peut être invité" in page.words
        contact_named(session, vendor, "enfin@un.test")
        session.commit()
        page = dpo.follow(dpo.post(f"{path}/inviter", page=path))
        assert "1 sous-traitant invité" in page.words
        assert "À joindre" not in page.words

    def test_those_left_alone_are_named_with_their_audit(self, dpo, session, ctx):
        busy = reachable_vendor(session, name="Occupé")
        audit = audit_of(session, busy, state=AuditState.IN_PROGRESS)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [busy.id]}))
        session.commit()
        page = dpo.get(f"/campagnes/vagues/{wave.id}")
        assert "Déjà sollicités" in page.words
        assert page.all(f"//section[@id='deja-sollicites']//a[@href='/audits/{audit.id}']")

    def test_a_wave_over_nobody_says_why(self, dpo, session, ctx):
        vendor = vendor_of(session)
        wave = services.launch_now(ctx, campaign_of(ctx))
        vendor.status = VendorStatus.OFFBOARDED
        session.flush()
        services.launch(ctx, queries.get_wave(ctx, wave.id))
        job = session.scalars(select(Job).where(Job.dedup == f"wave:{wave.id}")).one()
        job.state = JobState.DONE
        session.commit()
        assert "Cette vague ne visait personne" in dpo.get(f"/campagnes/vagues/{wave.id}").words

    def test_in_english_the_board_is_english(self, as_, session, ctx):
        vendor = vendor_of(session)
        wave = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [vendor.id]}))
        reader = user_of(session, Role.DPO, language=Language.EN)
        page = as_(reader).get(f"/campagnes/vagues/{wave.id}")
        assert "To reach" in page.words
        assert "Avancement" not in page.words


class TestActs:
    """The board acts on the lines ticked, without scripts, and says what became of each."""

    @pytest.fixture
    def wave(self, session, ctx):
        vendors = [reachable_vendor(session, name=f"Prestataire {n}") for n in range(4)]
        made = started_wave(ctx, campaign_of(ctx, audience={"vendor_ids": [v.id for v in vendors]}))
        for mail in session.scalars(select(Mail)):
            mail.queued_at -= timedelta(days=9)
        session.commit()
        return made

    @staticmethod
    def audits(session, wave):
        found = select(Audit).join(WaveAudit).where(WaveAudit.wave_id == wave.id).order_by(Audit.id)
        return session.scalars(found).all()

    @staticmethod
    def send(dpo, wave, act, audits=(), status=200, **more):
        path = f"/campagnes/vagues/{wave.id}"
        data = {"act": act, "audit": [str(audit.id) for audit in audits], **more}
        return dpo.post(f"{path}/actes", data, page=path, status=status)

    def test_each_line_has_a_box_and_the_page_can_tick_them_all_without_a_script(self, dpo, wave):
        path = f"/campagnes/vagues/{wave.id}"
        page = dpo.get(path)
        assert len(page.all("//input[@name='audit']")) == 4
        assert not page.all("//input[@name='audit'][@checked]")
        assert len(dpo.get(f"{path}?cocher=1").all("//input[@name='audit'][@checked]")) == 4
        assert {b.get("value") for b in page.all("//button[@name='act']")} == set(services.WaveAct)

    def test_reminding_says_how_many_and_who_was_left_alone(self, dpo, session, wave):
        audits = self.audits(session, wave)
        audits[0].state = AuditState.SUBMITTED
        session.commit()
        page = self.send(dpo, wave, "relancer", audits)
        assert "3 relancés. 1 déjà rendu : rien envoyé." in page.words
        assert page.all("//tbody/tr")[0].text_content().split()[-2:] == ["Déjà", "rendu"]
        again = self.send(dpo, wave, "relancer", audits)
        assert "3 avertis aujourd’hui déjà : rien envoyé." in again.words

    def test_more_time_asks_until_when_and_a_bad_day_keeps_the_choice(self, dpo, session, wave):
        audits = self.audits(session, wave)[:2]
        page = self.send(dpo, wave, "prolonger", audits)
        assert page.one("#on").get("value") == "2026-12-08"
        assert len(page.all("//input[@name='audit']")) == 2
        page = self.send(dpo, wave, "prolonger", audits, status=422, sur="1", on="2020-01-01")
        assert "Choisissez un jour à venir" in page.words
        assert len(page.all("//input[@name='audit']")) == 2
        page = self.send(dpo, wave, "prolonger", audits, sur="1", on="2027-01-02")
        assert "2 échéances reportées au 4 janvier 2027." in page.words

    def test_cancelling_is_confirmed_on_a_page_that_says_what_it_does(self, dpo, session, wave):
        audits = self.audits(session, wave)[:2]
        page = self.send(dpo, wave, "annuler", audits)
        assert "C’est définitif" in page.words
        assert {a.state for a in self.audits(session, wave)} == {AuditState.OPENED}, "nothing before the confirmation"
        self.send(dpo, wave, "annuler", audits, status=422, sur="1", reason=" ")
        page = self.send(dpo, wave, "annuler", audits, sur="1", reason="Doublon")
        assert "2 audits annulés." in page.words
        again = self.send(dpo, wave, "annuler", audits, sur="1", reason="Doublon")
        assert "2 déjà annulés : rien changé." in again.words

    def test_the_whole_filter_can_be_acted_on_at_once(self, dpo, session, wave):
        self.audits(session, wave)[0].due_on -= timedelta(days=60)
        session.commit()
        page = self.send(dpo, wave, "relancer", tous="1", etat="en-retard")
        assert "1 relancé." in page.words

    def test_somebody_else_is_asked_and_whoever_they_replace_has_no_more_access(self, dpo, session, wave):
        audit = self.audits(session, wave)[0]
        answer = self.send(dpo, wave, "destinataire", [audit], status=302)
        page = dpo.follow(answer)
        (old,) = session.scalars(select(Contact).where(Contact.vendor_id == audit.vendor_id)).all()
        assert f"Ne plus écrire à {old.name}" in page.words
        path = f"/campagnes/vagues/{wave.id}/destinataires"
        typed = {"audit": str(audit.id), f"name-{audit.id}": "Aline Roy", f"drop-{audit.id}": str(old.id)}
        page = dpo.post(path, {**typed, f"email-{audit.id}": "aline@"}, page="/mon-compte", status=422)
        assert page.one(f"#name-{audit.id}").get("value") == "Aline Roy"
        assert page.all(f"//input[@name='drop-{audit.id}'][@checked]")
        dpo.post(path, {**typed, f"email-{audit.id}": "Aline@Un.test"}, page="/mon-compte")
        (new,) = session.scalars(select(Contact).where(Contact.vendor_id == audit.vendor_id)).all()
        assert new.email == "aline@un.test"
        assert session.get(User, new.user_id).disabled_at is None
        assert "aline@un.test" in dpo.get(f"/campagnes/vagues/{wave.id}").words

    def test_each_person_s_letter_says_what_became_of_it_with_the_server_s_words_as_text(self, dpo, session, wave):
        mails = session.scalars(select(Mail).where(Mail.series == f"wave:{wave.id}").order_by(Mail.id)).all()
        mails[0].state, mails[0].sent_at = MailState.SENT, now()
        mails[1].state, mails[1].reason = MailState.REFUSED, "550 5.1.1 <b>unknown</b> user"
        mails[2].state = MailState.UNCERTAIN
        session.commit()
        page = dpo.get(f"/campagnes/vagues/{wave.id}")
        for words in ("Envoyé", "Adresse refusée", "Envoi incertain", "À envoyer", "550 5.1.1 <b>unknown</b> user"):
            assert words in page.words
        assert all(mail.recipient in page.words for mail in mails)
        assert len(page.all("//a[contains(@href, 'destinataires')]")) == 2

    @pytest.mark.parametrize(("act", "status"), [("relancer", 302), ("exploser", 400), ("", 400)])
    def test_nothing_ticked_or_no_such_act_does_nothing(self, dpo, wave, act, status):
        page = self.send(dpo, wave, act, status=status)
        if status == 302:
            assert "Cochez d’abord au moins un audit" in dpo.follow(page).words


class TestReach:
    def test_management_reads_and_is_offered_nothing_it_may_not_do(self, as_, session, ctx):
        vendor = vendor_of(session)
        campaign = campaign_of(ctx, audience={"vendor_ids": [vendor.id]})
        wave = started_wave(ctx, campaign)
        session.commit()
        boss = as_(Role.MANAGEMENT)
        for path in ("/campagnes", f"/campagnes/{campaign.id}", f"/campagnes/vagues/{wave.id}"):
            page = boss.get(path)
            assert not page.all("//main//form[@method='post']")
            assert not page.all("//main//a[contains(@href, 'modifier') or contains(@href, 'nouvelle')]")
            assert not page.all("//main//a[starts-with(@href, '/audits/')]"), "it holds no audit:view"
        for path in ("/campagnes/nouvelle", f"/campagnes/{campaign.id}/modifier"):
            boss.get(path, status=403)

    @pytest.mark.parametrize("deed", ["activer", "suspendre", "lancer", "commencer"])
    def test_management_cannot_act_by_address(self, as_, session, ctx, deed):
        campaign = campaign_of(ctx)
        session.commit()
        as_(Role.MANAGEMENT).post(f"/campagnes/{campaign.id}/{deed}", status=403, page="/mon-compte")
        session.refresh(campaign)
        assert campaign.state is CampaignState.DRAFT

    @pytest.mark.parametrize("role", [Role.BUYER, Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN])
    def test_others_do_not_see_campaigns(self, as_, role):
        assert as_(role).client.get("/campagnes").status_code in {302, 403}

    @pytest.mark.parametrize(
        "path",
        [
            "/campagnes/987654",
            "/campagnes/vagues/987654",
            "/campagnes/987654/modifier",
            "/campagnes/99999999999999999999",
        ],
    )
    def test_what_does_not_exist_is_not_found(self, dpo, path):
        dpo.get(path, status=404)

    @pytest.mark.parametrize("page", ["-1", "abc", "999", "99999999999999999999"])
    def test_a_page_that_does_not_exist_breaks_nothing(self, dpo, session, ctx, page):
        campaign = campaign_of(ctx)
        wave = started_wave(ctx, campaign)
        session.commit()
        for path in ("/campagnes", f"/campagnes/{campaign.id}", f"/campagnes/vagues/{wave.id}"):
            dpo.get(f"{path}?page={page}")


def test_a_page_costs_the_same_statements_for_two_rows_and_for_forty(dpo, session, ctx, statements):
    dpo.get("/campagnes")  # what a process asks once for its menus is not the page's
    counts = []
    for size in (2, 40):
        ids = register_of(session, size) if size > 2 else [reachable_vendor(session).id, vendor_of(session).id]
        campaign = campaign_of(ctx, audience={"vendor_ids": ids})
        wave = started_wave(ctx, campaign)
        for n in range(size - 2):
            campaign_of(ctx, name=f"Autre {n}")
        session.commit()
        each = []
        for path in ("/campagnes", f"/campagnes/{campaign.id}", f"/campagnes/vagues/{wave.id}"):
            statements.clear()
            dpo.get(path)
            each.append(len(statements))
        counts.append(each)
    small, large = counts
    assert large[:2] == small[:2]
    assert large[2] <= small[2], "the first wave also lists those nobody could reach"
    assert max(map(max, counts)) <= 18


class TestLetters:
    def test_a_message_is_read_as_a_vendor_would_then_kept_then_given_back(self, dpo, session):
        page, names = dpo.get("/campagnes/messages/reminder"), ("subject_fr", "body_fr", "subject_en", "body_en")
        shown = {name: page.one(f"//*[@name='{name}']") for name in names}
        typed = {name: one.get("value") or one.text_content().strip() for name, one in shown.items()}
        typed["body_fr"] = "Bonjour {nom},\n\nVotre réponse nous manque <script>x</script>, écrivez vite.\n\n{lien}"
        read = dpo.post("/campagnes/messages/reminder", {**typed, "apercu": "1"}, status=200)
        assert "Votre réponse nous manque <script>x</script>" in read.words
        assert not read.all("//main//script")
        assert session.scalar(select(func.count()).select_from(LetterText)) == 0
        dpo.post("/campagnes/messages/reminder", typed)
        assert "Vos mots" in dpo.get("/campagnes/messages").words
        dpo.post("/campagnes/messages/reminder/origine", {})
        assert "Vos mots" not in dpo.get("/campagnes/messages").words

    def test_a_refused_wording_comes_back_as_it_was_typed_with_a_sentence(self, dpo):
        typed = {"subject_fr": "Objet", "body_fr": "Sans lien {mdp}", "subject_en": "Subject", "body_en": "No link"}
        page = dpo.post("/campagnes/messages/late", typed, status=422)
        assert "Le lien manque" in page.words
        assert "{mdp}" in page.words
        assert page.one("//*[@name='body_fr']").text_content().strip() == "Sans lien {mdp}"
        dpo.get("/campagnes/messages/rien", status=404)

    def test_a_trial_is_one_click_and_what_is_typed_in_its_form_is_kept_nowhere(self, dpo, session, ctx):
        vendor_of(session)
        campaign = campaign_of(ctx)
        session.commit()
        page = dpo.follow(dpo.post(f"/campagnes/{campaign.id}/essai", {}))
        assert "L’essai part à" in page.words
        (mail,) = session.scalars(select(Mail)).all()
        assert mail.payload["link"] == f"questionnaire_previews.frame?source=essai&name={campaign.id}"
        dpo.get(f"/questionnaires/apercu/essai/{campaign.id}")
        tried = dpo.get(f"/questionnaires/apercu/essai/{campaign.id}/page")
        question = tried.all("//*[@data-portal-question]")[0].get("data-portal-question")
        dpo.post(f"/questionnaires/apercu/essai/{campaign.id}/page", {question: "oui"}, status=200)
        for table in (Answer, Audit, Wave):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        dpo.get("/questionnaires/apercu/essai/999/page", status=404)
