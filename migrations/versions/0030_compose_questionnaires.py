"""what a service and an entity are decides which questionnaires are composed; a version says what it is made of"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

SERVICE = ('hosts_health_data', 'uses_ai', 'is_cloud', 'concerns_minors')
JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
ENTITY = ('is_financial', 'is_nis2')


def upgrade() -> None:
    for table, names in (('service', SERVICE), ('legal_entity', ENTITY)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=True))
    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('packs', JSON, nullable=True))
    # A version published until now is made of the questionnaire whose key it bears.
    versions = sa.table(
        'questionnaire_version', sa.column('id', sa.Integer), sa.column('key', sa.String), sa.column('packs', JSON)
    )
    bind = op.get_bind()
    for number, key in bind.execute(sa.select(versions.c.id, versions.c.key)).all():
        bind.execute(sa.update(versions).where(versions.c.id == number).values(packs=[key]))
    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.alter_column('packs', existing_type=JSON, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('questionnaire_version', schema=None) as batch_op:
        batch_op.drop_column('packs')
    for table, names in (('legal_entity', ENTITY), ('service', SERVICE)):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in reversed(names):
                batch_op.drop_column(name)
