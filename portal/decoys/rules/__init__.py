"""Rules of decoys: who is invented, and what a message that reached one of them says. Nothing here reads or writes."""

from portal.decoys.rules.inventing import InventedPerson, NameStock, invent, normal_phone, person_words
from portal.decoys.rules.judging import DecoyVerdict, Means, company_domain, judge
from portal.decoys.rules.received import ReceivedMessage, read_message

__all__ = [
    "DecoyVerdict",
    "InventedPerson",
    "Means",
    "NameStock",
    "ReceivedMessage",
    "company_domain",
    "invent",
    "judge",
    "normal_phone",
    "person_words",
    "read_message",
]
