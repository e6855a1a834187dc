"""audits by wave, state and day due are counted by triggers, in the write that changes them"""

from alembic import op

revision = '0088'
down_revision = '0087'
branch_labels = None
depends_on = None

DAY, STATE = 'DATE', 'VARCHAR(40)'
NAME, SOURCE = 'audit_tally', 'audit'
COLUMNS = {'wave_id': 'INTEGER', 'state': STATE, 'due_on': DAY}
ACTS = ('insert', 'update', 'delete')
TOLD = """
        WITH changed AS (
            SELECT {listed}, sum(n) AS n FROM ({moved}) AS moved GROUP BY {listed} HAVING sum(n) <> 0
        ), held AS (
            DELETE FROM {name} WHERE ctid = ANY (ARRAY(
                SELECT kept.ctid FROM {name} AS kept JOIN changed ON {same} FOR UPDATE OF kept SKIP LOCKED
            )) RETURNING {listed}, n
        )
        INSERT INTO {name} ({listed}, n)
            SELECT {listed}, sum(n) FROM (SELECT * FROM changed UNION ALL SELECT * FROM held) AS told
            GROUP BY {listed} HAVING sum(n) <> 0;"""
FUNCTION = """
CREATE FUNCTION keep_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN{insert}
    ELSIF TG_OP = 'UPDATE' THEN{update}
    ELSIF TG_OP = 'DELETE' THEN{delete}
    ELSE
        DELETE FROM {name};
    END IF;
    RETURN NULL;
END $$
"""
ROWS = {'insert': 'NEW TABLE AS after_rows', 'delete': 'OLD TABLE AS before_rows'}
ROWS['update'] = f'{ROWS["delete"]} {ROWS["insert"]}'


def _on_sqlite(name, source, columns):
    come = ' AND '.join(f'{one} IS NEW.{one}' for one in columns)
    gone = ' AND '.join(f'{one} IS OLD.{one}' for one in columns)
    news = ', '.join(f'NEW.{one}' for one in columns)
    moved = ' OR '.join(f'OLD.{one} IS NOT NEW.{one}' for one in columns)
    less, empty = f'UPDATE {name} SET n = n - 1 WHERE {gone}', f'DELETE FROM {name} WHERE {gone} AND n = 0'
    added = f'INSERT INTO {name} SELECT {news}, 0 WHERE NOT EXISTS (SELECT 1 FROM {name} WHERE {come})'
    more = f'UPDATE {name} SET n = n + 1 WHERE {come}'
    steps = {'insert': [added, more], 'update': [less, added, more, empty], 'delete': [less, empty]}
    for act in ACTS:
        of_columns, when = (f' OF {", ".join(columns)}', f' WHEN {moved}') if act == 'update' else ('', '')
        op.execute(
            f'CREATE TRIGGER {name}_{act} AFTER {act.upper()}{of_columns} ON {source}{when}'
            f' BEGIN {"; ".join(steps[act])}; END'
        )


def _on_postgresql(name, source, columns):
    listed = ', '.join(columns)
    same = ' AND '.join(f'kept.{one} IS NOT DISTINCT FROM changed.{one}' for one in columns)

    def told(act):
        moved = [
            f'SELECT {listed}, {sign} AS n FROM {rows}'
            for rows, sign, absent in (('after_rows', '1', 'delete'), ('before_rows', '-1', 'insert'))
            if act != absent
        ]
        return TOLD.format(name=name, listed=listed, same=same, moved=' UNION ALL '.join(moved))

    op.execute(FUNCTION.format(name=name, **{act: told(act) for act in ACTS}))
    for act in ACTS:
        op.execute(
            f'CREATE TRIGGER {name}_{act} AFTER {act.upper()} ON {source} REFERENCING {ROWS[act]}'
            f' FOR EACH STATEMENT EXECUTE FUNCTION keep_{name}()'
        )
    op.execute(
        f'CREATE TRIGGER {name}_emptied AFTER TRUNCATE ON {source} FOR EACH STATEMENT EXECUTE FUNCTION keep_{name}()'
    )


def upgrade() -> None:
    keep = _on_postgresql if op.get_bind().dialect.name == 'postgresql' else _on_sqlite
    listed, kinds = ', '.join(COLUMNS), ', '.join(f'{one} {kind}' for one, kind in COLUMNS.items())
    # No model has this table: what comes into the rows that it counts is counted there.
    op.execute(f'CREATE TABLE {NAME} ({kinds}, n INTEGER NOT NULL)')
    op.execute(f'CREATE INDEX ix_{NAME} ON {NAME} ({listed})')
    op.execute(f'INSERT INTO {NAME} SELECT {listed}, count(*) FROM {SOURCE} GROUP BY {listed}')
    keep(NAME, SOURCE, tuple(COLUMNS))


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for act in (*ACTS, 'emptied') if is_postgresql else ACTS:
        op.execute(f'DROP TRIGGER IF EXISTS {NAME}_{act}' + (f' ON {SOURCE}' if is_postgresql else ''))
    if is_postgresql:
        op.execute(f'DROP FUNCTION IF EXISTS keep_{NAME}()')
    op.execute(f'DROP TABLE {NAME}')
