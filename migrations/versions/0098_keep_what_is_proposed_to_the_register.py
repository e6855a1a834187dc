"""what is proposed to the register is kept, and whoever changes what it rests on notes it

Nothing is kept by the migration itself: the worker works it out within a minute, and pages do until then.
"""

from alembic import op

revision = '0098'
down_revision = '0096'
branch_labels = None
depends_on = None

LINE_OF_VERSION = '(SELECT activity_id FROM activity_version WHERE id = {row}.version_id)'
# Of each table: the vendor, the service and the line whose proposals its rows are read for, and the columns that count.
NOTED = {
    'activity_service': ('NULL', '{row}.service_id', LINE_OF_VERSION, ''),
    'activity_version': ('NULL', 'NULL', '{row}.activity_id', 'activity_id, content, valid_until'),
    'data_transfer': ('{row}.vendor_id', 'NULL', 'NULL', ''),
    'processing_activity': ('NULL', 'NULL', '{row}.id', 'role, sought'),
    'proposal_dismissal': ('NULL', '{row}.service_id', '{row}.activity_id', ''),
    'service': (
        'NULL', '{row}.id', 'NULL',
        'categories, data_details, ended_on, locations, name, purpose, retention, special_categories, subjects,'
        ' transfer_mechanism, vendor_id, volume',
    ),
    'sub_processor': ('{row}.vendor_id', 'NULL', 'NULL', ''),
    'vendor': ('{row}.id', 'NULL', 'NULL', 'folded_name, name, status'),
}  # fmt: skip
ACTS = ('insert', 'delete', 'update')
ROWS = {'insert': ('NEW',), 'delete': ('OLD',), 'update': ('OLD', 'NEW')}
FUNCTION = """
CREATE FUNCTION note_proposals_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        {old};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        {new};
    END IF;
    RETURN NULL;
END $$
"""
EMPTIED = """
CREATE FUNCTION forget_proposals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE proposal_keeping SET day = NULL, turn = turn + 1;
    RETURN NULL;
END $$
"""


def _noting(whose, row):
    vendor, service, activity = (one.format(row=row) for one in whose)
    return f'INSERT INTO proposal_change (vendor_id, service_id, activity_id) SELECT {vendor}, {service}, {activity}'


def _on_sqlite():
    for name, (*whose, columns) in NOTED.items():
        for act in ACTS:
            of = f' OF {columns}' if act == 'update' and columns else ''
            steps = '; '.join(_noting(whose, row) for row in ROWS[act])
            op.execute(f'CREATE TRIGGER proposals_{name}_{act} AFTER {act.upper()}{of} ON {name} BEGIN {steps}; END')


def _on_postgresql():
    op.execute(EMPTIED)
    for name, (*whose, columns) in NOTED.items():
        old, new = (_noting(whose, row) for row in ('OLD', 'NEW'))
        op.execute(FUNCTION.format(name=name, old=old, new=new))
        for act in ACTS:
            of = f' OF {columns}' if act == 'update' and columns else ''
            op.execute(
                f'CREATE TRIGGER proposals_{name}_{act} AFTER {act.upper()}{of} ON {name}'
                f' FOR EACH ROW EXECUTE FUNCTION note_proposals_of_{name}()'
            )
        op.execute(
            f'CREATE TRIGGER proposals_{name}_emptied AFTER TRUNCATE ON {name}'
            ' FOR EACH STATEMENT EXECUTE FUNCTION forget_proposals()'
        )


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    # No model has these tables: what is kept says something of this database alone, and is never copied to another.
    op.execute(
        'CREATE TABLE proposal_keeping (language VARCHAR(8) NOT NULL PRIMARY KEY, version VARCHAR(40) NOT NULL,'
        ' day DATE, turn INTEGER NOT NULL, lines INTEGER NOT NULL, services INTEGER NOT NULL, corrections INTEGER NOT NULL)'
    )
    for language in ('fr', 'en'):
        op.execute(f"INSERT INTO proposal_keeping VALUES ('{language}', '', NULL, 0, 0, 0, 0)")
    op.execute(
        'CREATE TABLE kept_proposal (language VARCHAR(8) NOT NULL, is_service BOOLEAN NOT NULL, number INTEGER NOT'
        ' NULL, sought VARCHAR(600) NOT NULL, corrections INTEGER NOT NULL,'
        ' PRIMARY KEY (language, is_service, number))'
    )
    op.execute('CREATE INDEX ix_kept_proposal_listed ON kept_proposal (language, is_service, sought, number)')
    number = 'INTEGER GENERATED ALWAYS AS IDENTITY' if is_postgresql else 'INTEGER NOT NULL'
    op.execute(
        f'CREATE TABLE proposal_change (id {number} PRIMARY KEY, vendor_id INTEGER, service_id INTEGER,'
        ' activity_id INTEGER)'
    )
    if is_postgresql:
        _on_postgresql()
    else:
        _on_sqlite()


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for name in NOTED:
        for act in (*ACTS, 'emptied') if is_postgresql else ACTS:
            op.execute(f'DROP TRIGGER IF EXISTS proposals_{name}_{act}' + (f' ON {name}' if is_postgresql else ''))
        if is_postgresql:
            op.execute(f'DROP FUNCTION IF EXISTS note_proposals_of_{name}()')
    if is_postgresql:
        op.execute('DROP FUNCTION IF EXISTS forget_proposals()')
    for table in ('proposal_change', 'kept_proposal', 'proposal_keeping'):
        op.execute(f'DROP TABLE {table}')
