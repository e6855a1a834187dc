"""where each message stands, what is known of the mail server, and the instant of the last tick"""

import portal.core.db
import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

INSTANT = portal.core.db.UtcDateTime(timezone=True)
MAIL = sa.table(
    'mail', sa.column('state'), sa.column('sent_at', INSTANT), sa.column('settled_at', INSTANT), sa.column('tries'),
    sa.column('reason'), sa.column('vendor_id'), sa.column('about'), sa.column('recipient'),
    sa.column('job_id'),
)  # fmt: skip
JOB = sa.table('job', sa.column('id'), sa.column('state'), sa.column('run_at', INSTANT), sa.column('last_error'))
USER = sa.table('user', sa.column('email'), sa.column('role'))
AUDIT = sa.table('audit', sa.column('id'), sa.column('vendor_id'))


def upgrade() -> None:
    op.create_table(
        'relay_pause',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('away_since', INSTANT, nullable=True),
        sa.Column('tried_at', INSTANT, nullable=True),
        sa.Column('next_try_at', INSTANT, nullable=True),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('delays', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_relay_pause')),
    )
    op.create_table(
        'clock_mark',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('refused_at', INSTANT, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_mark')),
    )
    op.drop_index('ix_mail_series', 'mail')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        batch_op.add_column(sa.Column('vendor_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('state', _state(), server_default='promised', nullable=False))
        batch_op.add_column(sa.Column('settled_at', INSTANT, nullable=True))
        batch_op.add_column(sa.Column('tries', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('unanswered', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(length=300), server_default='', nullable=False))
    _tell_of_what_was_sent()
    with op.batch_alter_table('mail', schema=None) as batch_op:
        for column in ('state', 'tries', 'unanswered', 'reason'):
            batch_op.alter_column(column, server_default=None)
    op.create_index('ix_mail_series', 'mail', ['series', 'template', 'state'], unique=False)
    op.create_index('ix_mail_state', 'mail', ['state', 'id'], unique=False)
    op.create_index('ix_mail_vendor', 'mail', ['vendor_id', 'state'], unique=False)
    op.drop_index('ix_job_due', 'job')
    op.create_index('ix_job_lane', 'job', ['state', 'queue', 'run_at'], unique=False)


def _state() -> sa.Enum:
    return sa.Enum(
        'promised', 'sent', 'refused', 'uncertain', 'given_up', name='mailstate', native_enum=False, length=40,
    )  # fmt: skip


def _tell_of_what_was_sent() -> None:
    """A message with an hour was sent; one whose job had failed five times was given up; the others still wait."""
    connection = op.get_bind()
    connection.execute(sa.update(MAIL).where(MAIL.c.sent_at.is_not(None)).values(state='sent', tries=1))
    dead = sa.select(JOB.c.id).where(JOB.c.state == 'dead')
    own = JOB.c.id == MAIL.c.job_id
    connection.execute(
        sa.update(MAIL)
        .where(MAIL.c.sent_at.is_(None), MAIL.c.job_id.in_(dead))
        .values(
            state='given_up',
            settled_at=sa.select(JOB.c.run_at).where(own).scalar_subquery(),
            reason=sa.select(sa.func.substr(sa.func.coalesce(JOB.c.last_error, ''), 1, 300)).where(own).scalar_subquery(),
        )
    )
    outside = sa.select(USER.c.email).where(USER.c.role.in_(['prestataire_admin', 'prestataire_repondant']))
    audit = sa.literal('audit:') + sa.cast(AUDIT.c.id, sa.String)
    pairs = sa.select(audit.label('about'), AUDIT.c.vendor_id).subquery()
    connection.execute(
        sa.update(MAIL)
        .where(MAIL.c.about.in_(sa.select(pairs.c.about)), MAIL.c.recipient.in_(outside))
        .values(vendor_id=sa.select(pairs.c.vendor_id).where(pairs.c.about == MAIL.c.about).scalar_subquery())
    )


def downgrade() -> None:
    op.drop_index('ix_job_lane', 'job')
    op.create_index('ix_job_due', 'job', ['state', 'run_at'], unique=False)
    for index in ('ix_mail_vendor', 'ix_mail_state', 'ix_mail_series'):
        op.drop_index(index, 'mail')
    with op.batch_alter_table('mail', schema=None) as batch_op:
        for column in ('reason', 'unanswered', 'tries', 'settled_at', 'state', 'vendor_id'):
            batch_op.drop_column(column)
    op.create_index('ix_mail_series', 'mail', ['series', 'template', 'sent_at'], unique=False)
    op.drop_table('clock_mark')
    op.drop_table('relay_pause')
