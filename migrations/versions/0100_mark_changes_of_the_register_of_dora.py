"""each change of what the register of information is built from leaves a mark"""

from alembic import op

revision = '0100'
down_revision = '0099'
branch_labels = None
depends_on = None

WATCHED = {
    'audit': ' OF accepted_at, state, vendor_id',
    'contract': (
        ' OF effective_on, expires_on, key, kind, legal_entity_id, notice, parent_id, renewal_months, service_id,'
        ' state, term_months, terminates_on, vendor_id'
    ),
    'dora_contract': '',
    'dora_entity': '',
    'dora_function': '',
    'dora_provider': '',
    'dora_service': '',
    'dora_subcontractor': '',
    'dora_support': '',
    'legal_entity': '',
    'service': ' OF chain, ended_on, legal_entity_id, name, vendor_id',
    'vendor': ' OF country, folded_name, legal_name, lei, name, siren, vat',
}
ACTS = ('insert', 'delete', 'update')
FUNCTION = """
CREATE FUNCTION mark_dora_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := 'vigie.marked_' || TG_ARGV[0];
    here text := pg_current_xact_id()::text;
BEGIN
    IF current_setting(told, true) IS DISTINCT FROM here THEN
        DELETE FROM dora_mark WHERE mark IN
            (SELECT mark FROM dora_mark WHERE kind = TG_ARGV[0] FOR UPDATE SKIP LOCKED);
        INSERT INTO dora_mark VALUES (gen_random_uuid()::text, TG_ARGV[0]);
        PERFORM set_config(told, here, true);
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # No model has this table: its rows say something of this database alone, and are never copied to another.
    op.execute('CREATE TABLE dora_mark (mark VARCHAR(80) NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL)')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("INSERT INTO dora_mark VALUES (gen_random_uuid()::text, 'dora')")
        op.execute(FUNCTION)
        for table, of in WATCHED.items():
            for name, acts in ((f'dora_watch_{table}', f'INSERT OR DELETE OR UPDATE{of}'),
                               (f'dora_watch_{table}_emptied', 'TRUNCATE')):  # fmt: skip
                op.execute(
                    f'CREATE TRIGGER {name} AFTER {acts} ON {table} '
                    "FOR EACH STATEMENT EXECUTE FUNCTION mark_dora_change('dora')"
                )
        return
    op.execute("INSERT INTO dora_mark VALUES (lower(hex(randomblob(16))), 'dora')")
    for table, of in WATCHED.items():
        for act in ACTS:
            op.execute(
                f'CREATE TRIGGER dora_watch_{table}_{act} AFTER {act.upper()}{of if act == "update" else ""} '
                f"ON {table} BEGIN UPDATE dora_mark SET mark = lower(hex(randomblob(16))) WHERE kind = 'dora'; END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for table in WATCHED:
        if is_postgresql:
            op.execute(f'DROP TRIGGER dora_watch_{table} ON {table}')
            op.execute(f'DROP TRIGGER dora_watch_{table}_emptied ON {table}')
            continue
        for act in ACTS:
            op.execute(f'DROP TRIGGER dora_watch_{table}_{act}')
    if is_postgresql:
        op.execute('DROP FUNCTION mark_dora_change()')
    op.execute('DROP TABLE dora_mark')
