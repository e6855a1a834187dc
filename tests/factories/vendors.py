"""Registers for tests: entered as a person would, or written at once when only their number matters."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.clock import now
from portal.core.db import Base
from portal.identity.models import User
from portal.vendors import services
from portal.vendors.models import Contact, Service, Vendor
from portal.vendors.rules.facts import (
    Access,
    Chain,
    Criticality,
    CustomerRelation,
    DataCategory,
    DataSubject,
    SpecialCategory,
    Volume,
)
from portal.vendors.rules.naming import fold, plain
from portal.vendors.rules.status import VendorStatus
from portal.vendors.rules.tier import Tier

HEAVY = services.ServiceSheet(
    "Dossier patient",
    purpose="Héberger la base des patients",
    categories=(DataCategory.IDENTITY,),
    has_special=True,
    special_categories=(SpecialCategory.HEALTH,),
    subjects=(DataSubject.PATIENTS,),
    volume=Volume.OVER_1M,
    locations=("FR",),
    access=Access.HOSTING,
    criticality=Criticality.ESSENTIAL,
    customer_relation=CustomerRelation.NONE,
    chain=Chain.NONE,
)
LIGHT = services.ServiceSheet(
    "Fleurs de l'accueil",
    categories=(DataCategory.IDENTITY,),
    has_special=False,
    subjects=(DataSubject.PARTNERS,),
    volume=Volume.UNDER_1K,
    locations=("FR",),
    access=Access.NONE,
    criticality=Criticality.ACCESSORY,
    customer_relation=CustomerRelation.NONE,
    chain=Chain.NONE,
)


def entered(ctx: Context, name: str, *, owner: User | None = None, **facts: object) -> Vendor:
    """A vendor entered by `ctx`, whatever it looks like."""
    return services.create_vendor(ctx, services.VendorSheet(name, **facts), owner=owner, despite_likeness=True)  # type: ignore[arg-type]


def contact_at(ctx: Context, vendor: Vendor, email: str = "jeanne@acme.test", name: str = "Jeanne Roy") -> Contact:
    """Someone at a vendor."""
    return services.add_contact(ctx, vendor, services.ContactSheet(name, email))


def many(session: Session, count: int, *, start: int = 0, owner: User | None = None) -> None:
    """A long register: three statements whatever the count; tiers, countries and statuses alternate."""
    tiers, statuses, countries = list(Tier), list(VendorStatus), ("FR", "DE", "US")
    rows: Sequence[dict[str, object]] = [
        {
            "key": f"v-{n}", "name": f"Société {n} Numérique", "folded_name": fold(f"Société {n} Numérique"),
            "sought": plain(f"Société {n} Numérique v {n}"), "country": countries[n % 3], "status": statuses[n % 6],
            "tier": tiers[n % 4], "tier_ceiling": tiers[3], "inherent": 1 + n % 5, "created_at": now(),
            "owner_id": owner.id if owner and n % 2 else None,
        }
        for n in range(start, start + count)
    ]  # fmt: skip
    session.execute(insert(Base.metadata.tables[Vendor.__tablename__]), list(rows))
    ids = session.query(Vendor.id).order_by(Vendor.id.desc()).limit(count).all()
    session.execute(
        insert(Base.metadata.tables[Service.__tablename__]),
        [{"vendor_id": i, "name": f"Prestation {k}", "volume": Volume.UNKNOWN, "access": Access.UNKNOWN}
         for (i,) in ids for k in range(3)],
    )  # fmt: skip
