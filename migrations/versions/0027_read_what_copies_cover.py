"""what a contract covers of art. 28, also when its text was not written here"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

CONTRACT = sa.table(
    'contract', *(sa.column(name) for name in ('id', 'counting_number', 'covered', 'required', 'origin', 'copy_reading'))
)
VERSION = sa.table(
    'contract_version', *(sa.column(name) for name in ('contract_id', 'number', 'covered', 'required'))
)


def _of_version(name: str) -> sa.ScalarSelect:
    counting = sa.and_(VERSION.c.contract_id == CONTRACT.c.id, VERSION.c.number == CONTRACT.c.counting_number)
    return sa.select(VERSION.c[name]).where(counting).scalar_subquery()


def upgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('covered', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('required', sa.Integer(), nullable=True))
    op.execute(sa.update(CONTRACT).values(covered=_of_version('covered'), required=_of_version('required')))
    # Copies that were read for their name alone are read again, for what they cover: the calendar asks for it.
    elsewhere = sa.and_(CONTRACT.c.origin != 'drafted', CONTRACT.c.copy_reading == 'read')
    op.execute(sa.update(CONTRACT).where(elsewhere).values(copy_reading=None))


def downgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('required')
        batch_op.drop_column('covered')
