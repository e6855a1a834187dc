"""What proofs say each morning."""

from portal.evidence.mails import note_expiring_proofs
from portal.notices.morning import every_morning

every_morning("evidence.expiring")(note_expiring_proofs)
