"""what management counts is kept by triggers, in the write that changes it

Findings by state and day due, vendors by status, risk, grade and standing, the days until which they are covered,
contracts that leave something out, proofs by the day they are good until. An index that nothing follows goes.
"""

from alembic import op
from sqlalchemy import text

revision = '0086'
down_revision = '0085'
branch_labels = None
depends_on = None

DAY, STATE = 'DATE', 'VARCHAR(40)'
# Of each: its table, what it is counted by, the rows it is kept to, and what else these depend on.
TALLIES = {
    'finding': ('finding', {'state': STATE, 'due_on': DAY}, '', ()),
    'vendor': (
        'vendor', {'status': STATE, 'inherent': 'INTEGER', 'grade': 'VARCHAR(2)', 'standing': STATE}, '', ()
    ),
    'vendor_end': (
        'vendor', {'status': STATE, 'standing': STATE, 'covered_until': DAY}, '{row}.covered_until IS NOT NULL', ()
    ),
    'contract': (
        'contract', {'state': STATE, 'kind': STATE, 'copy_reading': STATE},
        '{row}.parent_id IS NULL AND ({row}.lacking > 0 OR {row}.required IS NULL)',
        ('parent_id', 'lacking', 'required'),
    ),
    'evidence': ('evidence', {'good_until': DAY}, '{row}.good_until IS NOT NULL', ()),
}  # fmt: skip
UNREAD = ('ix_contract_unread', 'contract', ['state', 'kind', 'parent_id', 'copy_reading', 'lacking'])
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


def _on_sqlite(name, source, columns, of, watched):
    for act in ACTS:
        steps = []
        if act != 'insert':
            gone = ' AND '.join(f'{one} IS OLD.{one}' for one in columns)
            only = f' AND ({of.format(row="OLD")})' if of else ''
            steps.append(f'UPDATE {name} SET n = n - 1 WHERE {gone}{only}')
        if act != 'delete':
            come = ' AND '.join(f'{one} IS NEW.{one}' for one in columns)
            only = f' AND ({of.format(row="NEW")})' if of else ''
            news = ', '.join(f'NEW.{one}' for one in columns)
            steps.append(
                f'INSERT INTO {name} SELECT {news}, 0 WHERE NOT EXISTS (SELECT 1 FROM {name} WHERE {come}){only}'
            )
            steps.append(f'UPDATE {name} SET n = n + 1 WHERE {come}{only}')
        if act != 'insert':
            steps.append(f'DELETE FROM {name} WHERE {gone} AND n = 0')
        moved = ' OR '.join(f'OLD.{one} IS NOT NEW.{one}' for one in watched)
        of_columns, when = (f' OF {", ".join(watched)}', f' WHEN {moved}') if act == 'update' else ('', '')
        op.execute(
            f'CREATE TRIGGER {name}_{act} AFTER {act.upper()}{of_columns} ON {source}{when}'
            f' BEGIN {"; ".join(steps)}; END'
        )


def _on_postgresql(name, source, columns, of, _watched):
    listed = ', '.join(columns)
    same = ' AND '.join(f'kept.{one} IS NOT DISTINCT FROM changed.{one}' for one in columns)

    def told(act):
        moved = [
            f'SELECT {listed}, {sign} AS n FROM {rows}' + (f' WHERE {of.format(row=rows)}' if of else '')
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
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    keep = _on_postgresql if is_postgresql else _on_sqlite
    # No model has these tables: what comes into the rows that they count is counted there.
    for short, (source, columns, of, reads) in TALLIES.items():
        name, listed = f'{short}_tally', ', '.join(columns)
        kinds = ', '.join(f'{one} {kind}' for one, kind in columns.items())
        only = f' WHERE {of.format(row=source)}' if of else ''
        op.execute(f'CREATE TABLE {name} ({kinds}, n INTEGER NOT NULL)')
        op.execute(f'CREATE INDEX ix_{name} ON {name} ({listed})')
        op.execute(f'INSERT INTO {name} SELECT {listed}, count(*) FROM {source}{only} GROUP BY {listed}')
        keep(name, source, tuple(columns), of, (*columns, *reads))
    op.drop_index(UNREAD[0], table_name=UNREAD[1])


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    where = text('required IS NULL')
    op.create_index(*UNREAD, sqlite_where=where, postgresql_where=where)
    for short, (source, *_rest) in TALLIES.items():
        name = f'{short}_tally'
        for act in (*ACTS, 'emptied') if is_postgresql else ACTS:
            op.execute(f'DROP TRIGGER IF EXISTS {name}_{act}' + (f' ON {source}' if is_postgresql else ''))
        if is_postgresql:
            op.execute(f'DROP FUNCTION IF EXISTS keep_{name}()')
        op.execute(f'DROP TABLE {name}')
