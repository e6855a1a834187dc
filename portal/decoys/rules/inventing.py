"""Inventing customers who do not exist: names, addresses and numbers that nobody has, and that look like any other."""

from collections.abc import Container, Sequence
from random import Random

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.vendors.rules.naming import plain

_NOT_DIGITS = expression(r"\D")


@dataclass(frozen=True, slots=True)
class NameStock:
    """What people are put together from (`data/people.toml`)."""

    first_names: Sequence[str]
    last_names: Sequence[str]
    streets: Sequence[str]
    towns: Sequence[tuple[str, str]]
    """Postal code and name."""
    phone_ranges: Sequence[str]
    """First six digits of numbers that the regulator keeps for fiction: nobody is disturbed."""


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """A customer who does not exist."""

    first_name: str
    last_name: str
    street: str
    postal_code: str
    town: str
    email: str
    phone: str

    @property
    def full_name(self) -> str:
        """First name and name."""
        return f"{self.first_name} {self.last_name}"


def invent(chance: Random, stock: NameStock, domain: str, number: int, taken: Container[str]) -> list[InventedPerson]:
    """So many people, no two with one address, none with an address already taken.

    >>> stock = NameStock(["Léa"], ["Morel"], ["rue du Puits"], [("69003", "Lyon")], ["063998"])
    >>> people = invent(Random(1), stock, "courrier.example", 2, set())
    >>> people[0].email != people[1].email, people[0].email.startswith("lea.morel"), people[0].phone[:9]
    (True, True, '06 39 98 ')
    """
    found: dict[str, InventedPerson] = {}
    while len(found) < number:
        first, last = chance.choice(stock.first_names), chance.choice(stock.last_names)
        local = f"{plain(first)}.{plain(last)}".replace(" ", "-")
        # Four digits: an address that somebody else could have guessed accuses nobody.
        email = f"{local}{chance.randrange(1000, 10_000)}@{domain}"
        if email in found or email in taken:
            continue
        code, town = chance.choice(stock.towns)
        digits = f"{chance.choice(stock.phone_ranges)}{chance.randrange(10_000):04}"
        found[email] = InventedPerson(
            first, last, f"{chance.randrange(1, 120)} {chance.choice(stock.streets)}", code, town, email,
            " ".join(digits[at : at + 2] for at in range(0, 10, 2)),
        )  # fmt: skip
    return list(found.values())


def person_words(name: str, postal_code: str) -> str:
    """A name and a postal code as they are compared, whatever the order and the accents.

    >>> person_words("MOREL Léa", "69 003") == person_words("Léa Morel", "69003")
    True
    """
    return f"{' '.join(sorted(plain(name).split()))} {_NOT_DIGITS.sub('', postal_code)}"


def normal_phone(number: str) -> str:
    """A French number as ten digits.

    >>> normal_phone("+33 6 39 98 12 34"), normal_phone("06.39.98.12.34")
    ('0639981234', '0639981234')
    """
    digits = _NOT_DIGITS.sub("", number[:40])
    for prefix in ("0033", "33"):
        if digits.startswith(prefix) and len(digits) > 10:
            return "0" + digits[len(prefix) :].removeprefix("0")
    return digits
