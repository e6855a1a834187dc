"""What a message that reached an invented person says of the vendor it was given to."""

from collections.abc import Collection
from datetime import date

from portal.core.language import N_
from portal.vendors.rules.facts import Labelled


class Means(Labelled):
    """How it came."""

    EMAIL = "email", N_("Message électronique")
    POST = "courrier", N_("Courrier")
    PHONE = "telephone", N_("Appel ou SMS")


class DecoyVerdict(Labelled):
    """What it says."""

    EXPECTED = "attendu", N_("Attendu : le prestataire ou nous, pendant la prestation")
    NOT_PLANTED = "pas-remis", N_("Sans suite : ce lot n'avait pas encore été remis")
    AFTER_EXIT = "apres-fin", N_("Le prestataire s'en sert encore après la fin")
    STRANGER = "inconnu", N_("Un inconnu a ces données")

    @property
    def is_leak(self) -> bool:
        """Whether data went where they should not be."""
        return self in {DecoyVerdict.AFTER_EXIT, DecoyVerdict.STRANGER}


def judge(
    sender: str, received_on: date, *, planted_on: date | None, ended_on: date | None, known: Collection[str]
) -> DecoyVerdict:
    """What a message from a sender means; `known` are the domains of the vendor and our own.

    A sender can be forged: what is expected proves nothing, what is not is looked into.

    >>> on = date(2026, 5, 4)
    >>> judge("news@crm.acme.fr", on, planted_on=date(2026, 3, 1), ended_on=None, known={"acme.fr"}).value
    'attendu'
    >>> judge("news@acme.fr", on, planted_on=date(2026, 3, 1), ended_on=date(2026, 5, 3), known={"acme.fr"}).value
    'apres-fin'
    >>> judge("info@notacme.fr", on, planted_on=date(2026, 3, 1), ended_on=None, known={"acme.fr"}).value
    'inconnu'
    """
    if planted_on is None or received_on < planted_on:
        return DecoyVerdict.NOT_PLANTED
    domain = company_domain(sender)
    is_known = any(domain == one or domain.endswith(f".{one}") for one in known)
    if not is_known:
        return DecoyVerdict.STRANGER
    return DecoyVerdict.AFTER_EXIT if ended_on is not None and received_on > ended_on else DecoyVerdict.EXPECTED


def company_domain(address: str) -> str:
    """The host of an e-mail or web address, in lower case, without « www. »; empty when there is none.

    >>> company_domain("Ana@Acme.FR"), company_domain("https://www.acme.fr/contact"), company_domain("Acme")
    ('acme.fr', 'acme.fr', '')
    """
    host = address.strip().lower().partition("://")[2] or address.strip().lower()
    host = host.rpartition("@")[2].partition("/")[0].partition(":")[0].removeprefix("www.").rstrip(".>")
    return host if "." in host else ""
