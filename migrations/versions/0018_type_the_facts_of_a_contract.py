"""the language of a contract, why its facts differ from the register, and what its vendor is asked for it"""

import portal.core.db
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
LANGUAGE = sa.Enum('fr', 'en', name='language', native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.add_column(sa.Column('overrides', JSON, nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('language', LANGUAGE, nullable=False, server_default='fr'))
    _follow_the_newest_version()
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.alter_column('overrides', server_default=None)
        batch_op.alter_column('language', server_default=None)
    _create_requests()


def _follow_the_newest_version() -> None:
    """A contract is in the language of its newest version; one without a version, in that of its vendor."""
    contract = sa.table('contract', *map(sa.column, ('id', 'vendor_id', 'language')))
    version = sa.table('contract_version', *map(sa.column, ('contract_id', 'number', 'language')))
    vendor = sa.table('vendor', *map(sa.column, ('id', 'language')))
    of_newest = (
        sa.select(version.c.language)
        .where(version.c.contract_id == contract.c.id)
        .order_by(version.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    of_vendor = sa.select(vendor.c.language).where(vendor.c.id == contract.c.vendor_id).scalar_subquery()
    op.get_bind().execute(contract.update().values(language=sa.func.coalesce(of_newest, of_vendor, 'fr')))


def _create_requests() -> None:
    op.create_table(
        'contract_facts_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('contract_id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('language', LANGUAGE, nullable=False),
        sa.Column('asked', JSON, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('asked_by_id', sa.Integer(), nullable=True),
        sa.Column('asked_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('expires_at', portal.core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column('answered_by', sa.String(length=200), nullable=False),
        sa.Column('answered_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('answers', JSON, nullable=False),
        sa.Column('settled_at', portal.core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column('accepted', sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ['asked_by_id'], ['user.id'], name=op.f('fk_contract_facts_request_asked_by_id_user')
        ),
        sa.ForeignKeyConstraint(
            ['contract_id'], ['contract.id'], name=op.f('fk_contract_facts_request_contract_id_contract'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_contract_facts_request_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_facts_request')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_contract_facts_request_token_hash')),
    )
    with op.batch_alter_table('contract_facts_request', schema=None) as batch_op:
        for column in ('asked_by_id', 'contract_id', 'vendor_id'):
            batch_op.create_index(batch_op.f(f'ix_contract_facts_request_{column}'), [column], unique=False)


def downgrade() -> None:
    op.drop_table('contract_facts_request')
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.drop_column('language')
        batch_op.drop_column('overrides')
