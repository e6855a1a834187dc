"""one person may answer for several vendors: a role at each, the vendor of a session, the invitations of colleagues"""

import sqlalchemy as sa
from alembic import op

import portal.core.db

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

INSTANT = portal.core.db.UtcDateTime(timezone=True)
ROLES = ('admin', 'dpo', 'juriste', 'acheteur', 'direction', 'expert', 'prestataire_admin', 'prestataire_repondant', 'prestataire_lecteur', 'anonyme', 'systeme')
ROLE = sa.Enum(*ROLES, name='role', native_enum=False, length=40)
LANGUAGE = sa.Enum('fr', 'en', name='language', native_enum=False, length=40)
USER = sa.table('user', sa.column('id'), sa.column('role'))
MEMBERSHIP = sa.table('membership', sa.column('user_id'), sa.column('role'))


def upgrade() -> None:
    op.add_column('login_session', sa.Column('vendor_id', sa.Integer(), nullable=True))
    op.add_column('membership', sa.Column('chosen_at', INSTANT, nullable=True))
    op.add_column('membership', sa.Column('role', ROLE, nullable=True))
    held = sa.select(USER.c.role).where(USER.c.id == MEMBERSHIP.c.user_id).scalar_subquery()
    op.execute(MEMBERSHIP.update().values(role=held))
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.alter_column('role', existing_type=ROLE, nullable=False)
    op.create_table(
        'colleague_invitation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('vendor_id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('role', ROLE, nullable=False),
        sa.Column('language', LANGUAGE, nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=False),
        sa.Column('invited_by_id', sa.Integer(), nullable=True),
        sa.Column('sent_at', INSTANT, nullable=False),
        sa.Column('expires_at', INSTANT, nullable=False),
        sa.Column('closed_at', INSTANT, nullable=True),
        sa.ForeignKeyConstraint(['invited_by_id'], ['user.id'], name=op.f('fk_colleague_invitation_invited_by_id_user')),
        sa.ForeignKeyConstraint(
            ['vendor_id'], ['vendor.id'], name=op.f('fk_colleague_invitation_vendor_id_vendor'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_colleague_invitation')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_colleague_invitation_token_hash')),
    )
    op.create_index('ix_colleague_invitation_vendor', 'colleague_invitation', ['vendor_id', 'sent_at'], unique=False)
    op.create_index(
        op.f('ix_colleague_invitation_invited_by_id'), 'colleague_invitation', ['invited_by_id'], unique=False
    )


def downgrade() -> None:
    op.drop_table('colleague_invitation')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_column('role')
        batch_op.drop_column('chosen_at')
    with op.batch_alter_table('login_session', schema=None) as batch_op:
        batch_op.drop_column('vendor_id')
    # The role that only reads is unknown before: its holders answer again rather than break their sign-in.
    op.execute(USER.update().where(USER.c.role == 'prestataire_lecteur').values(role='prestataire_repondant'))
