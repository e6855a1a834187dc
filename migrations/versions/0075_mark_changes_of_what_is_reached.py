"""chain: each change of what a question reaches leaves a mark"""

from alembic import op

revision = '0075'
down_revision = '0074'
branch_labels = None
depends_on = None

REACHED = {
    'contract': ' OF key, state, title, vendor_id',
    'standing_answer': ' OF contested, question_key, value, vendor_id',
}
WIDENED = {
    'activity_version': (' OF activity_id, name, valid_until', ' OF activity_id, content, name, valid_until'),
    'processing_activity': (' OF ended_on, legal_entity_id', ' OF ended_on, key, legal_entity_id, name'),
}
ACTS = ('insert', 'delete', 'update')


def _watch(table: str, kind: str, of: str) -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for name, acts in ((f'watch_{table}', f'INSERT OR DELETE OR UPDATE{of}'),
                           (f'watch_{table}_emptied', 'TRUNCATE')):  # fmt: skip
            op.execute(
                f'CREATE TRIGGER {name} AFTER {acts} ON {table} '
                f"FOR EACH STATEMENT EXECUTE FUNCTION mark_chain_change('{kind}')"
            )
        return
    for act in ACTS:
        op.execute(
            f'CREATE TRIGGER watch_{table}_{act} AFTER {act.upper()}{of if act == "update" else ""} ON {table} '
            f"BEGIN UPDATE chain_mark SET mark = lower(hex(randomblob(16))) WHERE kind = '{kind}'; END"
        )


def _unwatch(table: str) -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f'DROP TRIGGER watch_{table} ON {table}')
        op.execute(f'DROP TRIGGER watch_{table}_emptied ON {table}')
        return
    for act in ACTS:
        op.execute(f'DROP TRIGGER watch_{table}_{act}')


def upgrade() -> None:
    drawn = 'gen_random_uuid()::text' if op.get_bind().dialect.name == 'postgresql' else 'lower(hex(randomblob(16)))'
    op.execute(f"INSERT INTO chain_mark VALUES ({drawn}, 'reached')")
    for table, of in REACHED.items():
        _watch(table, 'reached', of)
    for table, (_, of) in WIDENED.items():
        _unwatch(table)
        _watch(table, 'register', of)


def downgrade() -> None:
    for table, (of, _) in WIDENED.items():
        _unwatch(table)
        _watch(table, 'register', of)
    for table in REACHED:
        _unwatch(table)
    op.execute("DELETE FROM chain_mark WHERE kind = 'reached'")
