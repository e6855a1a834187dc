"""an audit is accepted until its last day, included: what was kept was the day after

A reviewer read « avant ce jour, rien n'est redemandé ». A day less says the same with the last day included, as every
other « until » of the portal is told. A day that was erased or never given stays so.
"""

from alembic import op

revision = '0090'
down_revision = '0089'
branch_labels = None
depends_on = None


def _move(days: int) -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    moved = f'accepted_until + ({days})' if is_postgresql else f"date(accepted_until, '{days:+} days')"
    op.execute(f'UPDATE audit SET accepted_until = {moved} WHERE accepted_until IS NOT NULL')


def upgrade() -> None:
    _move(-1)


def downgrade() -> None:
    _move(1)
