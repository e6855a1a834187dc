"""What the journal does by itself: it is signed each day."""

from portal.jobs.schedule import every_tick
from portal.journal.signed_heads import sign_daily

every_tick("journal.signed")(sign_daily)
