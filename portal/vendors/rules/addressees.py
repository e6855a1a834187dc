"""Who at a vendor is written to about a thing: whoever is in charge of it, and always somebody."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from portal.core.dataclass import dataclass


@dataclass(frozen=True)
class PersonAtVendor:
    """An open account of a vendor, by what its letters depend on."""

    user_id: int
    is_admin: bool
    for_privacy: bool
    """Entered among the vendor's contacts for data protection, or not entered at all."""


def in_charge(people: Sequence[PersonAtVendor], took_part: AbstractSet[int] = frozenset()) -> list[int]:
    """The accounts to write to: those who took part in it and the administrators in charge of data protection.

    Where there is none of these: the administrators; where there is none either: everybody who has an account.

    >>> dpo, sales = PersonAtVendor(1, True, True), PersonAtVendor(2, True, False)
    >>> in_charge([dpo, sales]), in_charge([sales]), in_charge([dpo, sales], {2})
    ([1], [2], [1, 2])
    """
    chosen = _ids(p for p in people if p.user_id in took_part or (p.is_admin and p.for_privacy))
    return chosen or _ids(p for p in people if p.is_admin) or _ids(people)


def _ids(people: Iterable[PersonAtVendor]) -> list[int]:
    return [person.user_id for person in people]
