import shutil
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.operations.batch import BatchOperationsImpl
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    MetaData,
    Table,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.chain.models import ChainCompanyWord
from portal.contracts.models import ClauseSet, Contract, ContractWord
from portal.contracts.rules.clause_editions import digest_of, held_clauses
from portal.core import migrating, schema
from portal.core.db import Base, Database
from portal.core.schema import SchemaState
from portal.findings.models import Finding, FindingWord
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.journal.verification import verify_journal
from portal.paper.models import PaperReview, PaperReviewWord
from portal.processing.models import ActivityWord
from portal.questionnaires.models import QuestionnaireVersion
from portal.vendors.models import Service, Vendor
from tests.conftest import NOW, TRUE_BATCH, TRUE_UPGRADE
from tests.factories.vendors import entered


@pytest.fixture
def empty(empty_url):
    database = Database.at(empty_url)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def walked(tmp_path_factory):
    """A SQLite file that every migration has made, without the shortcuts of the suite."""
    path = tmp_path_factory.mktemp("walked") / "walked.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchOperationsImpl, "__init__", TRUE_BATCH)
        database = Database.at(f"sqlite:///{path}")
        TRUE_UPGRADE(database)
        database.engine.dispose()
    return path


@pytest.fixture
def whole(empty, request, tmp_path):
    """A database that every migration has made without a shortcut; PostgreSQL has none."""
    if empty.engine.dialect.name == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('walked'), tmp_path / 'whole.db')}"
    else:
        url = request.getfixturevalue("own_postgres")(request.getfixturevalue("migrated_postgres"))
    database = Database.at(url)
    yield database
    database.engine.dispose()


def tables_of(database: Database) -> dict[tuple[str, str], list[str]]:
    """What a SQLite file says of each table, index and trigger, the order of constraints aside."""
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master").all()
    return {(kind, name): sorted(line.strip(" ,") for line in (sql or "").splitlines()) for kind, name, sql in rows}


def test_the_shortcut_of_the_suite_leaves_the_same_tables_both_ways(
    migrated, walked, tmp_path, true_migrations, monkeypatch
):
    quick = Database.at(f"sqlite:///{shutil.copy(migrated, tmp_path / 'quick.db')}")
    whole = Database.at(f"sqlite:///{shutil.copy(walked, tmp_path / 'whole.db')}")
    assert tables_of(whole) == tables_of(quick)
    migrating.downgrade(whole, "0001")
    monkeypatch.undo()
    migrating.downgrade(quick, "0001")
    assert tables_of(whole) == tables_of(quick)
    for one in (quick, whole):
        one.engine.dispose()


@pytest.mark.usefixtures("true_migrations")
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_migrations_build_what_the_models_say(whole):
    settings = migrating.config()
    with whole.engine.begin() as connection:
        settings.attributes["connection"] = connection
        command.check(settings)
    assert set(Base.metadata.tables) <= set(inspect(whole.engine).get_table_names())


def test_an_index_of_an_expression_is_the_one_that_the_models_say(whole):
    """SQLAlchemy reads none of these on SQLite, so that the comparison above passes over them."""
    kept = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = :name",
        "postgresql": "SELECT pg_get_indexdef(CAST(:name AS regclass))",
    }[whole.engine.dialect.name]
    counted = [
        index for table in Base.metadata.tables.values() for index in table.indexes
        if not all(isinstance(one, Column) for one in index.expressions)
    ]  # fmt: skip
    assert sorted(str(index.name) for index in counted) == [
        "ix_case_sample_listed", "ix_contract_version_listed", "ix_incident_first_undecided",
        "ix_incident_listed", "ix_person_request_listed",
    ]  # fmt: skip
    with whole.engine.begin() as connection:
        for index in counted:
            migrated = connection.scalar(text(kept), {"name": index.name})
            index.drop(connection)
            index.create(connection)
            made = connection.scalar(text(kept), {"name": index.name})
            assert "".join(migrated.split()).lower() == "".join(made.split()).lower()


@pytest.mark.usefixtures("true_migrations")
def test_migrations_go_down_to_nothing_and_up_again(whole):
    migrating.downgrade(whole, "base")
    left = set(inspect(whole.engine).get_table_names()) - {"alembic_version"}
    assert not left & set(Base.metadata.tables)
    migrating.upgrade(whole)
    assert schema.state(whole) is SchemaState.CURRENT


def test_an_empty_database_is_told_from_an_older_and_a_foreign_one(empty, whole):
    assert schema.state(empty) is SchemaState.EMPTY
    assert schema.state(whole) is SchemaState.CURRENT
    with whole.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'ffff'")
    assert schema.state(whole) is SchemaState.UNKNOWN


class StandingTables(dict[str, Table]):
    """The tables of a database as they stand, each read when it is first asked for."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def __missing__(self, name: str) -> Table:
        return self.setdefault(
            name, Table(name, MetaData(), autoload_with=self._connection, resolve_fks=False)
        )  # fmt: skip


def _row(connection: Connection, tables: StandingTables, table: str, **values: Any) -> int:
    """Insert a row of a table as it was, with anything in the columns that must have a value."""
    kinds = {Boolean: False, Integer: 1, DateTime: datetime(2026, 1, 1, tzinfo=UTC), Date: date(2026, 1, 1), JSON: {}}
    filled: dict[str, Any] = {}
    for column in tables[table].columns:
        if not column.nullable and not column.primary_key and column.computed is None:
            filled[column.name] = next((v for kind, v in kinds.items() if isinstance(column.type, kind)), "x")
    key = connection.execute(tables[table].insert().values(**{**filled, **values})).inserted_primary_key
    assert key is not None
    return int(key[0])


def test_drills_come_with_their_steps_and_people_and_nothing_else_goes_with_them(standing_at):
    store = standing_at("0064")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        user = _row(connection, tables, "user", email="0@exemple.test", role="dpo", language="fr")
    migrating.upgrade(store, "0065")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        drill = _row(connection, tables, "drill", kind="fuite", state="en_cours", subject="vendor", held_by_id=user)
        _row(connection, tables, "drill_step", drill_id=drill, step="connaissance")
        _row(connection, tables, "drill_member", drill_id=drill, user_id=user)
    migrating.downgrade(store, "0064")
    assert not {"drill", "drill_step", "drill_member"} & set(inspect(store.engine).get_table_names())
    with store.engine.begin() as connection:
        assert connection.execute(select(StandingTables(connection)["user"].c.id)).scalars().all() == [user]


def test_proofs_of_before_know_when_they_were_sent_and_the_age_their_questions_accept(standing_at):
    store = standing_at("0004")
    asked = {
        "questionnaire": {"sections": [{"questions": [{"key": "q", "evidence_max_age_months": 12}, {"key": "p"}]}]}
    }
    sent = datetime(2026, 2, 1, tzinfo=UTC)
    with store.engine.begin() as connection:
        tables = StandingTables(connection)

        def row(table: str, **values: Any) -> int:
            return _row(connection, tables, table, **values)

        vendor = row("vendor", status="actif", owner_id=None)
        version = row("questionnaire_version", key="socle", content=asked)
        file = row("stored_file")
        of = {"vendor_id": vendor, "questionnaire_version_id": version}
        old, new = row("audit", **of, state="accepte", round=1), row("audit", **of, state="a_completer", round=2)
        for audit in (old, new):
            row("submission", audit_id=audit, round=1, at=sent, language="fr")
        proofs = [row("evidence", vendor_id=vendor, stored_file_id=file, verdict="a_verifier") for _ in range(5)]
        for proof, audit, key, number in zip(proofs, (old, new, new, new), "qqpq", (1, 1, 1, 2), strict=False):
            row("answer_evidence", audit_id=audit, evidence_id=proof, question_key=key, round=number)
        finding = row("finding", vendor_id=vendor, audit_id=new, severity="majeur", state="ouvert", origin="audit")
        row("finding_message", finding_id=finding, evidence_id=proofs[4], at=sent)
    migrating.upgrade(store)
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        evidence = tables["evidence"]
        found = connection.execute(select(evidence.c.sent_at, evidence.c.max_age_months).order_by(evidence.c.id)).all()
    # Replaced by a newer audit; under a question of twelve months; under one without a limit; not sent; with a finding.
    assert [(row.sent_at is not None, row.max_age_months) for row in found] == [
        (True, None), (True, 12), (True, None), (False, None), (True, None),
    ]  # fmt: skip


def test_messages_of_before_are_sent_given_up_or_waiting_and_know_their_vendor(standing_at):
    store = standing_at("0009")
    sent = datetime(2026, 2, 1, tzinfo=UTC)
    with store.engine.begin() as connection:
        tables = StandingTables(connection)

        def row(table: str, **values: Any) -> int:
            return _row(connection, tables, table, **values)

        vendor = row("vendor", status="actif", owner_id=None)
        audit = row("audit", vendor_id=vendor, questionnaire_version_id=row("questionnaire_version"), state="ouvert")
        row("user", email="ana@exemple.test", role="prestataire_admin")
        row("user", email="dpo@exemple.test", role="dpo")
        for n, (state, at, to) in enumerate(
            [("done", sent, "ana"), ("dead", None, "ana"), ("ready", None, "ana"), ("done", sent, "dpo")]
        ):
            job = row("job", state=state, dedup=f"{n}", last_error="SMTPException: " + "no " * 200, run_at=sent)
            row(
                "mail",
                message_id=f"{n}",
                job_id=job,
                sent_at=at,
                recipient=f"{to}@exemple.test",
                about=f"audit:{audit}",
            )
    migrating.upgrade(store)
    with store.reading() as session:
        columns = Mail.state, Mail.vendor_id, Mail.tries, Mail.reason, Mail.settled_at
        mails = session.execute(select(*columns).order_by(Mail.message_id)).all()
        assert [mail.state.value for mail in mails] == ["sent", "given_up", "promised", "sent"]
        assert [mail.vendor_id for mail in mails] == [vendor, vendor, vendor, None]
        assert [mail.tries for mail in mails] == [1, 0, 0, 1]
        assert (len(mails[1].reason), mails[1].settled_at) == (300, sent)
    migrating.downgrade(store, "0009")
    migrating.upgrade(store)
    with store.reading() as session:
        states = session.scalars(select(Mail.state).order_by(Mail.message_id)).all()
        assert [state.value for state in states] == ["sent", "given_up", "promised", "sent"]


def test_a_membership_of_before_keeps_what_its_account_was_and_goes_back(standing_at):
    store = standing_at("0010")
    roles = ["prestataire_admin", "prestataire_repondant", "expert"]
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", language="fr")
        for role in roles:
            user = _row(connection, tables, "user", email=role, role=role, language="fr", recovery_hashes=[])
            _row(connection, tables, "membership", user_id=user, vendor_id=vendor)
    migrating.upgrade(store, "0011")
    with store.engine.begin() as connection:
        held = connection.exec_driver_sql("SELECT role FROM membership ORDER BY id").scalars().all()
        assert held == roles
        connection.exec_driver_sql("UPDATE \"user\" SET role = 'prestataire_lecteur' WHERE role = 'prestataire_admin'")
    migrating.downgrade(store, "0010")
    with store.engine.begin() as connection:
        kept = connection.exec_driver_sql('SELECT role FROM "user" ORDER BY id').scalars().all()
    assert kept == ["prestataire_repondant", *roles[1:]], "a role that version does not know is no role of its own"


def test_a_tier_that_unknown_facts_could_raise_becomes_unknown_and_goes_back(standing_at):
    store = standing_at("0011")
    held = [("moyen", 3, "critique"), ("critique", 5, "critique"), ("eleve", 4, "critique"), (None, None, None)]
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        for n, (tier, inherent, ceiling) in enumerate(held):
            known = {"tier": tier, "inherent": inherent, "tier_ceiling": ceiling}
            _row(connection, tables, "vendor", key=f"v{n}", status="actif", language="fr", **known)
    migrating.upgrade(store, "0012")
    with store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT tier, inherent, tier_floor FROM vendor ORDER BY key").all()
    assert [tuple(row) for row in rows] == [
        (None, None, "moyen"), ("critique", 5, "critique"), (None, 4, "eleve"), (None, None, None),
    ]  # fmt: skip
    migrating.downgrade(store, "0011")
    with store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT tier FROM vendor ORDER BY key").scalars().all()
    assert rows == [tier for tier, _, _ in held]


def test_what_was_there_before_the_search_is_found_by_it_and_goes_back(standing_at):
    store = standing_at("0013")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)

        def row(table: str, **values: Any) -> int:
            return _row(connection, tables, table, **values)

        vendor = row("vendor", status="actif", owner_id=None)
        row("finding", vendor_id=vendor, severity="majeur", state="ouvert", title="Écart d'Œuvre")
        row("contract", vendor_id=vendor, title="Accord : L'Été")
        row("paper_review", vendor_id=vendor, state="checked", title="Leur DPA", file_name="Été.pdf")
    migrating.upgrade(store, "0014")
    with store.reading() as session:
        assert session.scalars(select(Finding.sought)).all() == ["ecart doeuvre"]
        assert session.scalars(select(Contract.sought)).all() == ["accord lete"]
        assert session.scalars(select(PaperReview.sought)).all() == ["leur dpa ete pdf"]
    migrating.upgrade(store, "0020")
    with store.reading() as session:
        assert session.scalars(select(FindingWord.text).order_by(FindingWord.text)).all() == ["doeuvre", "ecart"]
        assert session.scalars(select(ContractWord.text).order_by(ContractWord.text)).all() == ["accord", "lete"]
        found = session.scalars(select(PaperReviewWord.text).order_by(PaperReviewWord.text)).all()
        assert found == ["dpa", "ete", "leur", "pdf"]
    migrating.downgrade(store, "0013")
    assert "sought" not in {column["name"] for column in inspect(store.engine).get_columns("finding")}
    migrating.upgrade(store)


def test_the_names_of_the_chain_that_were_there_are_found_by_their_words_and_go_back(standing_at):
    store = standing_at("0069")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        _row(connection, tables, "chain_company", name="L'Œuvre Été", sought="loeuvre ete loeuvre", vendor_id=None)
    migrating.upgrade(store, "0070")
    words = select(ChainCompanyWord.text).order_by(ChainCompanyWord.text)
    with store.reading() as session:
        assert session.scalars(words).all() == ["ete", "loeuvre"]
    migrating.downgrade(store, "0069")
    assert "chain_company_word" not in inspect(store.engine).get_table_names()
    migrating.upgrade(store)


def test_the_lines_of_the_register_that_were_there_are_found_by_their_words_and_go_back(standing_at):
    store = standing_at("0086")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        entity = _row(connection, tables, "legal_entity", key="a", name="Armor")
        _row(
            connection, tables, "processing_activity", legal_entity_id=entity, name="Paie", sought="paie doeuvre paie",
            owner_id=None,
        )  # fmt: skip
    migrating.upgrade(store, "0087")
    words = select(ActivityWord.text).order_by(ActivityWord.text)
    with store.reading() as session:
        assert session.scalars(words).all() == ["doeuvre", "paie"]
    migrating.downgrade(store, "0086")
    assert "processing_activity_word" not in inspect(store.engine).get_table_names()
    migrating.upgrade(store)


def test_what_was_recorded_as_signed_is_in_force_and_its_copy_is_still_to_be_read(standing_at):
    store = standing_at("0014")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)

        def row(table: str, **values: Any) -> int:
            return _row(connection, tables, table, **values)

        drafting, signing = (row("vendor", key=key, status="actif", language="fr") for key in ("a", "b"))
        stored = row("stored_file")
        records = [row("signed_contract", vendor_id=signing, stored_file_id=stored, title="Leur DPA") for _ in range(2)]
        row("contract", vendor_id=drafting, key="projet")
        signed = row("contract", vendor_id=signing, key="signe")
        row("contract_version", contract_id=signed, language="fr", signature_id=records[0])
        row("paper_review", vendor_id=signing, state="checked", title="Leur DPA", signature_id=records[1])
    migrating.upgrade(store)
    with store.reading() as session:
        found = {one.key: one for one in session.scalars(select(Contract))}
        assert [(found[key].state.value, found[key].effective_on) for key in ("projet", "signe", "recu-1")] == [
            ("draft", None), ("in_force", date(2026, 1, 1)), ("in_force", date(2026, 1, 1)),
        ]  # fmt: skip
        assert (found["signe"].effective_is_assumed, found["signe"].copy_reading) == (True, None)
        assert session.scalars(select(PaperReview.contract_id)).all() == [found["recu-1"].id]
        assert [v.standing.value for v in session.scalars(select(Vendor).order_by(Vendor.key))] == [
            "drafting",
            "unread",
        ]
    migrating.downgrade(store, "0014")
    with store.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT key FROM contract ORDER BY key").scalars().all() == [
            "projet",
            "signe",
        ]
    migrating.upgrade(store)


def test_contracts_of_before_take_the_language_of_their_newest_version_and_go_back(standing_at):
    store = standing_at("0017")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        for name, spoken in (("a", "fr"), ("b", "en")):
            vendor = _row(connection, tables, "vendor", key=name, status="actif", language=spoken)
            for key, versions in (("vide", ()), ("neuf", ("fr", "en")), ("ancien", ("en", "fr"))):
                contract = _row(
                    connection, tables, "contract", vendor_id=vendor, key=f"{key}-{name}", state="draft",
                    origin="drafted",
                )  # fmt: skip
                for number, language in enumerate(versions, start=1):
                    _row(connection, tables, "contract_version", contract_id=contract, number=number, language=language)
    migrating.upgrade(store, "0018")
    with store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT key, language, overrides FROM contract").all()
    assert {key: language for key, language, _ in rows} == {
        "vide-a": "fr", "vide-b": "en", "neuf-a": "en", "neuf-b": "en", "ancien-a": "fr", "ancien-b": "fr",
    }  # fmt: skip
    assert {str(overrides) for *_, overrides in rows} == {"{}"}
    migrating.upgrade(store)
    migrating.downgrade(store, "0017")
    with store.engine.connect() as connection:
        assert len(connection.exec_driver_sql("SELECT key FROM contract").all()) == 6
    migrating.upgrade(store)


def test_contracts_of_before_know_which_clauses_they_hold_and_go_back(standing_at):
    store = standing_at("0018")
    held = [
        {"id": "CL02", "version": "1.0", "sha256": "b", "title": "…"},
        {"id": "CL01", "version": "1", "sha256": "a"},
    ]
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", key="a", status="actif", language="fr")
        for key, clauses in (("un", held), ("deux", held[::-1]), ("vide", []), ("autre", held[:1])):
            contract = _row(
                connection, tables, "contract", vendor_id=vendor, key=key, counting_number=1, state="draft",
                origin="drafted", language="fr",
            )  # fmt: skip
            _row(connection, tables, "contract_version", contract_id=contract, language="fr", clauses=clauses)
    migrating.upgrade(store)
    with store.reading() as session:
        sets = dict(session.execute(select(Contract.key, Contract.clause_set_id)).all())
        assert sets["un"] == sets["deux"] != sets["autre"]
        assert sets["vide"] is None
        kept = session.get_one(ClauseSet, sets["un"])
        assert kept.digest == digest_of(held_clauses(held))
    migrating.downgrade(store, "0018")
    migrating.upgrade(store)


def test_proofs_of_before_are_of_the_kinds_of_today_and_go_back(standing_at):
    store = standing_at("0027")
    before = ["iso-27001", "soc2-type2", "test-intrusion", "aitd", "secnumcloud", "dpf", "", "autre"]
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor, stored = _row(connection, tables, "vendor", status="actif"), _row(connection, tables, "stored_file")
        for kind in before:
            _row(connection, tables, "evidence", vendor_id=vendor, stored_file_id=stored, kind=kind)

    def kinds() -> list[str]:
        with store.engine.begin() as connection:
            return list(connection.exec_driver_sql("SELECT kind FROM evidence ORDER BY id").scalars())

    migrating.upgrade(store, "0028")
    assert kinds() == ["iso27001", "soc2", "pentest", "tia", "secnumcloud", "dpf", "", "autre"]
    migrating.downgrade(store, "0027")
    assert kinds() == before
    migrating.upgrade(store)


def test_versions_of_before_are_made_of_the_questionnaire_whose_key_they_bear(standing_at):
    store = standing_at("0029")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        for key in ("socle-rgpd", "relation-client-retractation"):
            _row(connection, tables, "questionnaire_version", key=key, sha256=key, title={}, content={})
        _row(connection, tables, "service", vendor_id=_row(connection, tables, "vendor", status="actif"))
    migrating.upgrade(store)
    with Session(store.engine) as session:
        assert session.scalars(select(QuestionnaireVersion.packs).order_by(QuestionnaireVersion.id)).all() == [
            ["socle-rgpd"],
            ["relation-client-retractation"],
        ]
        unknown = select(Service.hosts_health_data, Service.uses_ai, Service.is_cloud, Service.concerns_minors)
        assert session.execute(unknown).one() == (None, None, None, None)
    migrating.downgrade(store, "0029")
    migrating.upgrade(store)


def test_what_stood_before_version_eight_stands_after_it_and_what_it_adds_goes_with_it(standing_at):
    store = standing_at("0037")
    standard = {"standard": {"value": "ISO/IEC 27001:2022", "quote": "ISO/IEC 27001:2022"}}
    audience = {"statuses": ["actif"]}
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor, stored = _row(connection, tables, "vendor", status="actif"), _row(connection, tables, "stored_file")
        for reading in (standard, {}):
            _row(connection, tables, "evidence", vendor_id=vendor, stored_file_id=stored, reading=reading)
        version = _row(connection, tables, "questionnaire_version", title={}, content={}, packs=[])
        audit = _row(connection, tables, "audit", vendor_id=vendor, questionnaire_version_id=version, state="ouvert")
        _row(connection, tables, "campaign", audience=audience, recurrence={}, state="brouillon", reminders=[])
    migrating.upgrade(store, "0046")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        proofs = tables["evidence"]
        kept = connection.execute(select(proofs.c.standard, proofs.c.checked_at == proofs.c.uploaded_at)).all()
        assert sorted(kept) == [("", True), ("ISO/IEC 27001:2022", True)]
        assert connection.execute(select(tables["campaign"].c.saved_audience_id)).scalars().all() == [None]
        _row(connection, tables, "letter_text", kind="invitation")
        for table in ("delegation", "question_message", "delay_request"):
            _row(connection, tables, table, vendor_id=vendor, audit_id=audit)
        saved = _row(connection, tables, "saved_audience", audience=audience)
        connection.execute(tables["campaign"].update().values(saved_audience_id=saved))
    migrating.downgrade(store, "0037")
    with store.engine.connect() as connection:
        tables = StandingTables(connection)
        assert not {"letter_text", "delegation", "question_message", "delay_request", "saved_audience"} & set(
            inspect(connection).get_table_names()
        )
        counts = {name: len(connection.execute(select(tables[name])).all()) for name in ("evidence", "audit")}
        assert counts == {"evidence": 2, "audit": 1}
        assert connection.execute(select(tables["campaign"].c.audience)).scalar_one() == audience
    migrating.upgrade(store)
    with store.engine.connect() as connection:
        assert sorted(connection.exec_driver_sql("SELECT standard FROM evidence").scalars()) == [
            "",
            "ISO/IEC 27001:2022",
        ]


def test_notices_without_a_vendor_go_with_the_version_that_brought_them(standing_at):
    store = standing_at("0046")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None)
        user = _row(connection, tables, "user", email="ana@exemple.test", role="dpo")
        _row(connection, tables, "notice", vendor_id=vendor, user_id=user, key="a", values={})
    migrating.upgrade(store, "0047")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        bare = _row(connection, tables, "notice", user_id=user, key="b", values={})
        held = connection.execute(select(tables["notice"].c.vendor_id).where(tables["notice"].c.id == bare))
        assert held.scalar_one() is None
    migrating.downgrade(store, "0046")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        kept = connection.execute(select(tables["notice"].c.key, tables["notice"].c.vendor_id)).all()
        assert [tuple(row) for row in kept] == [("a", vendor)], "what is about a vendor stays"
    migrating.upgrade(store)
    assert schema.state(store) is SchemaState.CURRENT


def test_lines_of_before_are_confirmed_by_a_day_and_go_back_without_one(standing_at):
    store = standing_at("0048")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        entity = _row(connection, tables, "legal_entity", key="nous")
        entered = datetime(2026, 3, 2, 9, tzinfo=UTC)
        for key, confirmed_on in (("jamais", None), ("bissextile", date(2024, 2, 29)), ("hier", date(2026, 11, 27))):
            _row(
                connection, tables, "processing_activity", key=key, legal_entity_id=entity, role="responsable",
                confirmed_on=confirmed_on, created_at=entered, owner_id=None,
            )  # fmt: skip
    migrating.upgrade(store)
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        lines = tables["processing_activity"]
        columns = (lines.c.key, lines.c.review_by, lines.c.review_months, lines.c.review_month)
        found = {row[0]: tuple(row[1:]) for row in connection.execute(select(*columns))}
        assert found == {
            "jamais": (date(2026, 4, 1), 12, None), "bissextile": (date(2025, 2, 28), 12, None),
            "hier": (date(2027, 11, 27), 12, None),
        }  # fmt: skip
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None)
        service = _row(connection, tables, "service", vendor_id=vendor, legal_entity_id=None)
        _row(connection, tables, "proposal_dismissal", service_id=service)
    migrating.downgrade(store, "0048")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM processing_activity").scalar_one() == 3
    migrating.upgrade(store)
    assert schema.state(store) is SchemaState.CURRENT


def test_breaches_and_entities_of_before_go_through_the_map_and_back_with_what_was_written_since(standing_at):
    """From 0051 to 0055: what a breach touches, the register of DORA, announced changes, published pages."""
    store = standing_at("0051")

    def told(table: str) -> list[dict[str, Any]]:
        with store.engine.begin() as connection:
            tables = StandingTables(connection)
            return [dict(row) for row in connection.execute(select(tables[table])).mappings()]

    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", name="Hébergeur « Sud »", owner_id=None)
        _row(connection, tables, "incident", vendor_id=vendor, declared_by_id=None, declared_by="Léa")
        _row(connection, tables, "legal_entity", name="Maison Verdelet SAS")
    before = {table: told(table) for table in ("vendor", "incident", "legal_entity")}
    migrating.upgrade(store, "0055")
    [incident], [entity] = told("incident"), told("legal_entity")
    assert incident["affected"] in ({}, "{}"), "nobody had looked at what it touches"
    assert {name: value for name, value in incident.items() if name != "affected"} == before["incident"][0]
    assert before["legal_entity"][0].items() <= entity.items()
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        for table in ("announced_change", "published_page"):
            _row(connection, tables, table, vendor_id=vendor)
    migrating.downgrade(store, "0051")
    assert {table: told(table) for table in before} == before
    assert not {"announced_change", "published_page"} & set(inspect(store.engine).get_table_names())


def test_accounts_of_before_have_no_passkey_and_no_provider_and_lose_only_those_on_the_way_back(standing_at):
    store = standing_at("0057")

    def told() -> list[dict[str, Any]]:
        with store.engine.begin() as connection:
            tables = StandingTables(connection)
            accounts = tables["user"]
            return [dict(row) for row in connection.execute(select(accounts).order_by(accounts.c.id)).mappings()]

    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        for n in range(2):
            _row(connection, tables, "user", email=f"{n}@exemple.test", role="dpo", language="fr")
    before = told()
    migrating.upgrade(store, "0058")
    for old, new in zip(before, told(), strict=True):
        added = {name: value for name, value in new.items() if name not in old}
        assert added == {
            "passkey_count": 0, "provider_issuer": None, "provider_subject": None, "provider_linked_at": None,
        }  # fmt: skip
        assert old.items() <= new.items()
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        user_id = before[0]["id"]
        linked = {"provider_issuer": "https://idp.example", "provider_subject": "a", "passkey_count": 1}
        connection.execute(tables["user"].update().where(tables["user"].c.id == user_id).values(linked))
        _row(connection, tables, "passkey", user_id=user_id, public_key=b"x")
        _row(connection, tables, "spent_challenge")
    migrating.downgrade(store, "0057")
    assert told() == before
    assert not {"passkey", "spent_challenge"} & set(inspect(store.engine).get_table_names())


def test_files_of_before_have_held_nobody_knows_what_and_those_of_proofs_are_their_vendor_s(standing_at):
    store = standing_at("0059")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None)
        theirs, ours = _row(connection, tables, "stored_file"), _row(connection, tables, "stored_file")
        _row(connection, tables, "evidence", vendor_id=vendor, stored_file_id=theirs, replaced_by_id=None)
    migrating.upgrade(store)
    with store.engine.connect() as connection:
        told = "SELECT id, embedded, vendor_id FROM stored_file ORDER BY id"
        assert [tuple(row) for row in connection.exec_driver_sql(told)] == [(theirs, None, vendor), (ours, None, None)]
    migrating.downgrade(store, "0059")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM stored_file").scalar_one() == 2


def test_sessions_and_accounts_of_before_say_nothing_of_networks_and_are_whole_on_the_way_back(standing_at):
    store = standing_at("0063")

    def told(table: str) -> list[dict[str, Any]]:
        with store.engine.begin() as connection:
            tables = StandingTables(connection)
            rows = tables[table]
            return [dict(row) for row in connection.execute(select(rows).order_by(rows.c.id)).mappings()]

    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        user_id = _row(connection, tables, "user", email="0@exemple.test", role="dpo", language="fr")
        _row(connection, tables, "login_session", user_id=user_id, token_hash="a")
    before = {table: told(table) for table in ("user", "login_session")}
    migrating.upgrade(store, "0064")
    added = {"user": {"opened_at": None}, "login_session": {"network": ""}}
    for table, values in added.items():
        assert told(table) == [{**row, **values} for row in before[table]]
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        connection.execute(tables["user"].update().values(opened_at=datetime(2026, 1, 1, tzinfo=UTC)))
        demanded = tables["second_factor_demand"]
        connection.execute(demanded.insert().values(role="dpo", since=datetime(2026, 1, 1, tzinfo=UTC)))
    migrating.downgrade(store, "0063")
    assert {table: told(table) for table in before} == before
    assert "second_factor_demand" not in inspect(store.engine).get_table_names()


def test_proofs_of_before_were_never_taken_off_and_stay(standing_at):
    store = standing_at("0065")
    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None)
        file = _row(connection, tables, "stored_file", vendor_id=vendor)
        _row(connection, tables, "evidence", vendor_id=vendor, stored_file_id=file, replaced_by_id=None)
    migrating.upgrade(store)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT left_at FROM evidence").scalars().all() == [None]
    migrating.downgrade(store, "0065")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM evidence").scalar_one() == 1


def test_what_was_accepted_before_a_day_is_accepted_until_its_eve_and_goes_back(standing_at):
    """Of the first of March too, and where nothing was promised."""
    store = standing_at("0089")
    days = [date(2027, 11, 24), date(2028, 3, 1), None]

    def kept() -> list[date | None]:
        with store.engine.connect() as connection:
            audit = StandingTables(connection)["audit"]
            return list(connection.scalars(select(audit.c.accepted_until).order_by(audit.c.id)))

    with store.engine.begin() as connection:
        tables = StandingTables(connection)
        vendor = _row(connection, tables, "vendor", status="actif", owner_id=None)
        version = _row(connection, tables, "questionnaire_version")
        known = {"vendor_id": vendor, "questionnaire_version_id": version, "state": "accepte"}
        for day in days:
            _row(connection, tables, "audit", **known, accepted_until=day)
    migrating.upgrade(store, "0090")
    assert kept() == [date(2027, 11, 23), date(2028, 2, 29), None]
    migrating.downgrade(store, "0089")
    assert kept() == days


def test_a_journal_sealed_with_versions_of_rows_holds_after_the_way_back_and_forward_again(standing_at):
    store = standing_at("0067")
    migrating.upgrade(store)
    with store.transaction() as session:
        entered(Context(session, SYSTEM, NOW), "Acme")
    migrating.downgrade(store, "0066")
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal_tree_node"))  # no trigger is left that refuses it
    migrating.upgrade(store)
    with store.reading() as session:
        found = verify_journal(Context(session, SYSTEM, NOW))
        assert found.findings == ()
        assert session.scalars(select(JournalEntry.row_versions)).one()
