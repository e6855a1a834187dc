"""Registers for tests: entered as a person would, or written at once when only their number matters."""

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.authz.context import Context
from portal.core.clock import now
from portal.core.db import Base
from portal.identity.models import User
from portal.vendors import rules, services
from portal.vendors.models import Contact, Service, Vendor
from portal.vendors.rules.naming import fold, plain

HEAVY = services.ServiceSheet(
    "Dossier patient",
    purpose="Héberger la base des patients",
    categories=(rules.DataCategory.IDENTITY,),
    has_special=True,
    special_categories=(rules.SpecialCategory.HEALTH,),
    subjects=(rules.Subject.PATIENTS,),
    volume=rules.Volume.OVER_1M,
    locations=("FR",),
    access=rules.Access.HOSTING,
    criticality=rules.Criticality.ESSENTIAL,
    customer_relation=rules.CustomerRelation.NONE,
    chain=rules.Chain.NONE,
)
LIGHT = services.ServiceSheet(
    "Fleurs de l'accueil",
    categories=(rules.DataCategory.IDENTITY,),
    has_special=False,
    subjects=(rules.Subject.PARTNERS,),
    volume=rules.Volume.UNDER_1K,
    locations=("FR",),
    access=rules.Access.NONE,
    criticality=rules.Criticality.ACCESSORY,
    customer_relation=rules.CustomerRelation.NONE,
    chain=rules.Chain.NONE,
)


def entered(ctx: Context, name: str, *, owner: User | None = None, **facts: object) -> Vendor:
    """A vendor entered by `ctx`, whatever it looks like."""
    return services.create(ctx, services.Sheet(name, **facts), owner=owner, despite_likeness=True)  # type: ignore[arg-type]


def contact_at(ctx: Context, vendor: Vendor, email: str = "jeanne@acme.test", name: str = "Jeanne Roy") -> Contact:
    """Someone at a vendor."""
    return services.add_contact(ctx, vendor, services.ContactSheet(name, email))


def many(session: Session, count: int, *, start: int = 0, owner: User | None = None) -> None:
    """A long register: three statements whatever the count; tiers, countries and statuses alternate."""
    tiers, statuses, countries = list(rules.Tier), list(rules.Status), ("FR", "DE", "US")
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
        [{"vendor_id": i, "name": f"Prestation {k}", "volume": rules.Volume.UNKNOWN, "access": rules.Access.UNKNOWN}
         for (i,) in ids for k in range(3)],
    )  # fmt: skip
