"""which clauses the counting version of each contract is made of, kept by set"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'clause_set',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('clauses', portal.core.db.JsonValue, nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clause_set')),
        sa.UniqueConstraint('digest', name=op.f('uq_clause_set_digest')),
    )
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('clause_set_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_contract_clause_set_id_clause_set'), 'clause_set', ['clause_set_id'], ['id']
        )
    op.create_index('ix_contract_clause_set', 'contract', ['clause_set_id', 'state'], unique=False)
    _keep_sets()


def downgrade() -> None:
    op.drop_index('ix_contract_clause_set', table_name='contract')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_contract_clause_set_id_clause_set'), type_='foreignkey')
        batch_op.drop_column('clause_set_id')
    op.drop_table('clause_set')


def _keep_sets() -> None:
    """Read the clauses of each counting version once; contracts made of the same ones share a set."""
    sets = sa.table(
        'clause_set', sa.column('id', sa.Integer), sa.column('digest', sa.String),
        sa.column('clauses', portal.core.db.JsonValue),
    )  # fmt: skip
    contract = sa.table(
        'contract', sa.column('id', sa.Integer), sa.column('counting_number', sa.Integer),
        sa.column('clause_set_id', sa.Integer),
    )  # fmt: skip
    version = sa.table(
        'contract_version', sa.column('contract_id', sa.Integer), sa.column('number', sa.Integer),
        sa.column('clauses', portal.core.db.JsonValue),
    )  # fmt: skip
    bind = op.get_bind()
    counting = sa.select(contract.c.id, version.c.clauses).join(
        version,
        sa.and_(version.c.contract_id == contract.c.id, version.c.number == contract.c.counting_number),
    )
    ids: dict[str, int] = {}
    for contract_id, clauses in bind.execute(counting).all():
        held = _held(clauses)
        if not held:
            continue
        digest = hashlib.sha256(json.dumps(held, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        if digest not in ids:
            bind.execute(sets.insert().values(digest=digest, clauses=held))
            ids[digest] = bind.execute(sa.select(sets.c.id).where(sets.c.digest == digest)).scalar_one()
        bind.execute(contract.update().where(contract.c.id == contract_id).values(clause_set_id=ids[digest]))


def _held(clauses: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    found = ((one['id'], one.get('version', ''), one.get('sha256', '')) for one in clauses)
    return [{'id': key, 'version': version, 'sha256': sha256} for key, version, sha256 in sorted(found)]
