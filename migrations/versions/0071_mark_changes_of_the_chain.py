"""chain: each change of what is drawn leaves a mark"""

from alembic import op

revision = '0071'
down_revision = '0070'
branch_labels = None
depends_on = None

WATCHED = {
    'chain_company': ('chain', ''),
    'chain_link': ('chain', ''),
    'chain_transfer': ('chain', ''),
    'activity_service': ('register', ''),
    'activity_version': ('register', ' OF activity_id, name, valid_until'),
    'legal_entity': ('register', ' OF name'),
    'processing_activity': ('register', ' OF ended_on, legal_entity_id'),
    'service': ('register', ' OF ended_on, legal_entity_id, name, vendor_id'),
    'vendor': ('register', ' OF country, folded_name, key, name'),
}
ACTS = ('insert', 'delete', 'update')
FUNCTION = """
CREATE FUNCTION mark_chain_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := 'vigie.marked_' || TG_ARGV[0];
    here text := pg_current_xact_id()::text;
BEGIN
    IF current_setting(told, true) IS DISTINCT FROM here THEN
        DELETE FROM chain_mark WHERE mark IN
            (SELECT mark FROM chain_mark WHERE kind = TG_ARGV[0] FOR UPDATE SKIP LOCKED);
        INSERT INTO chain_mark VALUES (gen_random_uuid()::text, TG_ARGV[0]);
        PERFORM set_config(told, here, true);
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    # No model has this table: its rows say something of this database alone, and are never copied to another.
    op.execute('CREATE TABLE chain_mark (mark VARCHAR(80) NOT NULL PRIMARY KEY, kind VARCHAR(40) NOT NULL)')
    if op.get_bind().dialect.name == 'postgresql':
        for kind in ('chain', 'register'):
            op.execute(f"INSERT INTO chain_mark VALUES (gen_random_uuid()::text, '{kind}')")
        op.execute(FUNCTION)
        for table, (kind, of) in WATCHED.items():
            for name, acts in ((f'watch_{table}', f'INSERT OR DELETE OR UPDATE{of}'),
                               (f'watch_{table}_emptied', 'TRUNCATE')):  # fmt: skip
                op.execute(
                    f'CREATE TRIGGER {name} AFTER {acts} ON {table} '
                    f"FOR EACH STATEMENT EXECUTE FUNCTION mark_chain_change('{kind}')"
                )
        return
    for kind in ('chain', 'register'):
        op.execute(f"INSERT INTO chain_mark VALUES (lower(hex(randomblob(16))), '{kind}')")
    for table, (kind, of) in WATCHED.items():
        for act in ACTS:
            op.execute(
                f'CREATE TRIGGER watch_{table}_{act} AFTER {act.upper()}{of if act == "update" else ""} ON {table} '
                f"BEGIN UPDATE chain_mark SET mark = lower(hex(randomblob(16))) WHERE kind = '{kind}'; END"
            )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for table in WATCHED:
        if is_postgresql:
            op.execute(f'DROP TRIGGER watch_{table} ON {table}')
            op.execute(f'DROP TRIGGER watch_{table}_emptied ON {table}')
            continue
        for act in ACTS:
            op.execute(f'DROP TRIGGER watch_{table}_{act}')
    if is_postgresql:
        op.execute('DROP FUNCTION mark_chain_change()')
    op.execute('DROP TABLE chain_mark')
