"""Withdrawal cases and calls as vendors' files would hold them: seeded, realistic, with every fault among them.

A row is a mapping from a field's name to a plain value; nothing of the rules under test is imported.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from portal.core.language import Language
from portal.core.spreadsheets import Value, write_csv, write_xlsx

DAY = timedelta(days=1)
FIRST, SPAN = date(2025, 9, 1), 420
"""Contracts are concluded in these days, which hold holidays, a change of law and a year's end."""
AS_OF = date(2026, 11, 24)
CALLS_FIRST, CALLS_SPAN = date(2026, 6, 1), 170
FUNCTION_SINCE = date(2026, 6, 19)

KINDS = ("goods", "several", "regular", "mixed", "service", "digital", "utilities", "finance", "life")
FROM_RECEIPT = KINDS[:4]
CHANNELS = ("distance", "phone", "doorstep")
WAYS = ("function", "email", "phone", "letter", "form", "other")
REGIONS = (
    "alsace-moselle", "guadeloupe", "martinique", "guyane", "reunion", "mayotte", "saint-barthelemy", "saint-martin",
    "saint-pierre-et-miquelon",
)  # fmt: skip
COUNTRIES = ("BE", "LU", "DE", "ES", "IT", "NL", "PL", "PT", "AT", "IE")

CASE_FIELDS: Mapping[str, tuple[str, str]] = {
    "reference": ("Référence", "Reference"),
    "kind": ("Type de contrat", "Contract type"),
    "channel": ("Canal", "Channel"),
    "online": ("Conclu en ligne", "Concluded online"),
    "country": ("Pays", "Country"),
    "region": ("Région", "Region"),
    "concluded": ("Date de conclusion", "Contract date"),
    "deliveries": ("Date de réception", "Delivery date"),
    "informed": ("Informé du droit", "Informed of the right"),
    "informed_on": ("Date de l'information", "Information date"),
    "stated": ("Date de la déclaration", "Statement date"),
    "stated_by": ("Moyen de la déclaration", "Means of statement"),
    "arrived": ("Date d'arrivée de la lettre", "Arrival date"),
    "logged": ("Enregistrée le", "Logged on"),
    "forwarded": ("Transmise le", "Forwarded on"),
    "acknowledged": ("Date de l'accusé", "Acknowledged on"),
    "acknowledged_content": ("Accusé complet", "Complete acknowledgement"),
    "start_claimed": ("Point de départ retenu", "Period start"),
    "deadline_claimed": ("Dernier jour retenu", "Last day used"),
    "decision": ("Décision", "Decision"),
    "refusal": ("Motif de refus", "Refusal reason"),
    "amount": ("Montant payé", "Amount paid"),
    "refunded": ("Somme remboursée", "Amount refunded"),
    "refunded_on": ("Remboursé le", "Refunded on"),
    "recovered": ("Retourné le", "Returned on"),
    "dispatched": ("Preuve d'expédition", "Proof of dispatch"),
    "collected_by_trader": ("Repris par le professionnel", "Collected by trader"),
    "function_offered": ("Fonction proposée", "Function offered"),
}
CALL_FIELDS: Mapping[str, tuple[str, str]] = {
    "reference": ("Référence de l'appel", "Call reference"),
    "called": ("Date et heure de l'appel", "Called at"),
    "consented": ("Date de l'accord", "Consent date"),
    "consent_wording": ("Version du texte", "Wording code"),
    "consent_by": ("Recueilli par", "Collected by"),
    "withdrawn": ("Opposition le", "Opt-out date"),
    "suppressed": ("Bloqué le", "Blocked on"),
    "in_contract": ("Contrat en cours", "Current contract"),
    "energy": ("Rénovation énergétique", "Energy renovation"),
    "housing": ("Adaptation du logement", "Home adaptation"),
    "renovation": ("Rénovation ou adaptation", "Banned sector"),
    "training": ("CPF", "Training account"),
    "any_time": ("Accord hors horaires", "Agreed other time"),
    "recent_calls": ("Appels en 30 jours", "Calls in 30 days"),
    "refused": ("Refus précédent", "Refusal date"),
    "outcome": ("Issue", "Outcome"),
}
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "kind": {
        "goods": ("bien", "goods"), "several": ("plusieurs biens", "several goods"),
        "regular": ("livraisons régulières", "regular deliveries"), "mixed": ("mixte", "mixed"),
        "service": ("service", "service"), "digital": ("numérique", "digital content"),
        "utilities": ("énergie", "utilities"), "finance": ("assurance", "insurance"),
        "life": ("assurance vie", "life insurance"),
    },
    "channel": {
        "distance": ("à distance", "distance"), "phone": ("téléphone", "phone"), "doorstep": ("domicile", "doorstep"),
    },
    "stated_by": {
        "function": ("fonction en ligne", "withdrawal function"), "email": ("courriel", "e-mail"),
        "phone": ("téléphone", "phone"), "letter": ("lettre", "letter"), "form": ("formulaire", "form"),
        "other": ("autre", "other"),
    },
    "decision": {
        "accepted": ("acceptée", "accepted"), "refused": ("refusée", "refused"), "pending": ("en cours", "pending"),
    },
    "refusal": {"late": ("hors délai", "too late")},
}  # fmt: skip


def cases(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many cases; the first ones of a longer list are those of a shorter one."""
    chance = random.Random(seed)
    for number in range(count):
        row = _case(chance, number)
        while _is_to_come(row):
            row = _case(chance, number)
        yield row


def _is_to_come(row: dict[str, Any]) -> bool:
    """Whether something that a row says was done is after the day on which samples are read."""
    done = [
        day for name, day in row.items() if isinstance(day, date) and name not in ("start_claimed", "deadline_claimed")
    ]
    return any((day.date() if isinstance(day, datetime) else day) > AS_OF for day in done)


def _case(chance: random.Random, number: int) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(CASE_FIELDS)
    row |= {"reference": f"VIG-{number:06}", "collected_by_trader": False, "refusal": ""}
    _contract(chance, row)
    start = _start(row)
    _information(chance, row, start)
    _statement(chance, row, start)
    _claims(chance, row, start)
    _decision(chance, row)
    return row


def _contract(chance: random.Random, row: dict[str, Any]) -> None:
    kind = chance.choices(KINDS, (36, 10, 8, 6, 14, 12, 8, 4, 2))[0]
    concluded = FIRST + chance.randrange(SPAN) * DAY
    channel = chance.choices(CHANNELS, (70, 15, 15 * (kind not in {"finance", "life"})))[0]
    row |= {"kind": kind, "channel": channel, "online": channel == "distance" and chance.random() < 0.8}
    row["country"], row["region"] = "FR", ""
    place = chance.random()
    if place < 0.2:
        row["region"] = chance.choice(REGIONS)
    elif place < 0.45:
        row["country"] = chance.choice(COUNTRIES)
    if kind in FROM_RECEIPT:
        came = concluded + chance.randrange(0, 12) * DAY
        more = chance.randrange(1, 4) if kind in {"several", "regular"} else 0
        row["deliveries"] = tuple(came + chance.randrange(0, 20) * DAY * (n > 0) for n in range(more + 1))
        row["concluded"] = concluded if chance.random() < 0.9 else None
    else:
        row["deliveries"], row["concluded"] = (), concluded
    if row["online"] and chance.random() < 0.9:
        row["function_offered"] = chance.random() < 0.85


def _start(row: dict[str, Any]) -> date:
    if row["kind"] in FROM_RECEIPT:
        return min(row["deliveries"]) if row["kind"] == "regular" else max(row["deliveries"])
    return row["concluded"]


def _information(chance: random.Random, row: dict[str, Any], start: date) -> None:
    drawn = chance.random()
    row["informed"] = drawn < 0.92
    if 0.82 < drawn < 0.92:
        row["informed_on"] = start + chance.choice((-2, 0, 1, 3, 10, 14, 15, 40, 200, 390)) * DAY


def _moment(chance: random.Random, day: date, hours: float = 0.5) -> date:
    """A day, or the same day at some hour."""
    if chance.random() < hours:
        return datetime.combine(day, time(chance.randrange(7, 23), chance.randrange(60)))
    return day


def _statement(chance: random.Random, row: dict[str, Any], start: date) -> None:
    day = start + chance.choice((*range(1, 20), 21, 25, 30, 31, 60, 200)) * DAY
    day = max(day, row["concluded"] or day)
    by = chance.choices(WAYS, (30, 30, 15, 12, 8, 5))[0]
    row |= {"stated": _moment(chance, day), "stated_by": by}
    known = row["stated"]
    if by == "letter":
        came = day + chance.randrange(1, 6) * DAY
        if chance.random() < 0.7:
            row["arrived"] = known = _moment(chance, came)
        else:
            known = came
    for field, usual, late in (("logged", 0, 0.12), ("forwarded", 1, 0.15), ("acknowledged", 1, 0.15)):
        must = field == "logged" and by == "letter" and row["arrived"] is None
        if chance.random() < 0.93 or must:
            row[field] = _done(chance, known, chance.randrange(2, 6) if chance.random() < late else usual)
        if must:
            known = row[field]
    if row["acknowledged"] is not None and chance.random() < 0.8:
        row["acknowledged_content"] = chance.random() < 0.75


def _done(chance: random.Random, since: date, days: int) -> date:
    """Something done so many days later, or some hours around that; never before."""
    if isinstance(since, datetime) and chance.random() < 0.7:
        return (
            since
            + timedelta(minutes=chance.randrange(1, 26 * 60) if days else chance.randrange(1, 300))
            + (max(days - 1, 0) * DAY)
        )
    day = since.date() if isinstance(since, datetime) else since
    return day + (chance.randrange(days + 1) if days < 2 else days) * DAY


def _claims(chance: random.Random, row: dict[str, Any], start: date) -> None:
    if chance.random() < 0.8:
        row["start_claimed"] = start + (0 if chance.random() < 0.85 else chance.choice((-3, -1, 1, 2))) * DAY
    if chance.random() < 0.8:
        row["deadline_claimed"] = start + chance.choice((13, 14, 14, 14, 15, 16, 17, 30, 31, 380, 383)) * DAY


def _decision(chance: random.Random, row: dict[str, Any]) -> None:
    row["decision"] = chance.choices(("accepted", "refused", "pending"), (70, 20, 10))[0]
    row["amount"] = Decimal(chance.randrange(500, 120_000)) / 100
    if row["decision"] == "refused":
        row["refusal"] = chance.choice(("", "late", "late", *map(str, range(1, 14))))
    if row["decision"] != "accepted":
        return
    stated = row["stated"].date() if isinstance(row["stated"], datetime) else row["stated"]
    if row["kind"] in FROM_RECEIPT:
        row["collected_by_trader"] = chance.random() < 0.1
        if chance.random() < 0.8:
            row["recovered"] = stated + chance.randrange(2, 40) * DAY
        if chance.random() < 0.5:
            row["dispatched"] = stated + chance.randrange(0, 25) * DAY
    if chance.random() < 0.85:
        paid = max(
            stated, (row["arrived"] or stated) if not isinstance(row["arrived"], datetime) else row["arrived"].date()
        )
        row["refunded_on"] = paid + chance.choice((*range(1, 19), 20, 26, 31, 45, 75, 110, 300)) * DAY
        drawn = chance.random()
        if drawn < 0.85:
            row["refunded"] = row["amount"]
        elif drawn < 0.95:
            row["refunded"] = (row["amount"] * Decimal("0.9")).quantize(Decimal("0.01"))
    elif chance.random() < 0.3:
        row["refunded"] = Decimal(0)


def calls(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many calls, before and after consent was required."""
    chance = random.Random(seed)
    for number in range(count):
        called = datetime.combine(CALLS_FIRST + chance.randrange(CALLS_SPAN) * DAY, time(chance.randrange(9, 21), 30))
        row: dict[str, Any] = dict.fromkeys(CALL_FIELDS)
        row |= {"reference": f"APP-{number:06}", "called": called, "in_contract": chance.random() < 0.2}
        for sector in ("energy", "housing", "renovation", "training"):
            row[sector] = chance.random() < 0.03
        row |= {"outcome": chance.choice(("vente", "refus", "rappel")), "any_time": chance.random() < 0.1}
        if chance.random() < 0.5:
            row["recent_calls"] = chance.randrange(1, 7)
        if chance.random() < 0.2:
            row["refused"] = called + chance.choice((-90, -61, -60, -59, -3, 0, 2)) * DAY
        row |= {"consent_wording": "", "consent_by": ""}
        if chance.random() < 0.85:
            row["consented"] = called + timedelta(hours=chance.choice((-900, -200, -48, -24, -2, 3, 30)))
            row["consent_wording"] = "TXT-3" if chance.random() < 0.9 else ""
            row["consent_by"] = "CENTRE-2" if chance.random() < 0.9 else ""
        if chance.random() < 0.25:
            row["withdrawn"] = called + timedelta(hours=chance.choice((-700, -100, -20, 1, 50, 200)))
            if chance.random() < 0.8:
                row["suppressed"] = row["withdrawn"] + timedelta(
                    minutes=chance.choice((10, 300, 1439, 1440, 1441, 4000))
                )
        yield row


def table(
    rows: Iterator[dict[str, Any]], fields: Mapping[str, tuple[str, str]], language: Language = Language.FR
) -> tuple[list[str], Iterator[list[Value]]]:
    """The header and the rows as a vendor would write them in a language."""
    at = 0 if language is Language.FR else 1
    header = [titles[at] for titles in fields.values()]
    return header, ([_written(name, row[name], at) for name in fields] for row in rows)


def _written(name: str, value: Any, at: int) -> Value:
    if name == "deliveries":
        return " ; ".join(day.strftime("%d/%m/%Y") for day in value)
    if name in WORDS:
        return WORDS[name].get(value, (value, value))[at]
    if isinstance(value, bool):
        return ("oui", "yes")[at] if value else ("non", "no")[at]
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",") + " €" if at == 0 else f"{value:.2f}"
    return _dated(value, at) if isinstance(value, date) else value or ""


def _dated(value: date, at: int) -> str:
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M") if at == 0 else value.isoformat(" ", "seconds")
    return value.strftime("%d/%m/%Y") if at == 0 else value.isoformat()


def csv_of(
    rows: Iterator[dict[str, Any]], fields: Mapping[str, tuple[str, str]], language: Language = Language.FR
) -> bytes:
    """The file as a spreadsheet saves it."""
    return write_csv(*table(rows, fields, language), language)


def xlsx_of(
    rows: Iterator[dict[str, Any]], fields: Mapping[str, tuple[str, str]], language: Language = Language.FR
) -> bytes:
    """The same as a workbook."""
    return write_xlsx("Dossiers", *table(rows, fields, language))
