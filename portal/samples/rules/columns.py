"""Which column of a sample is what: known headers in French and English, or what a person chose once for a vendor."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.columns import BRACKETS
from portal.vendors.rules.columns import ColumnMapping as VendorColumns
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import plain


class SampleKind(StrEnum):
    """What a file is a sample of."""

    CASES = "cases"
    CALLS = "calls"


class CaseField(Labelled):
    """What a column of withdrawal cases can tell."""

    REFERENCE = "reference", N_("Référence pseudonymisée")
    KIND = "kind", N_("Type de contrat")
    CHANNEL = "channel", N_("Canal du contrat")
    ONLINE = "online", N_("Conclu en ligne (oui ou non)")
    COUNTRY = "country", N_("Pays du consommateur")
    REGION = "region", N_("Région du consommateur")
    CONCLUDED = "concluded", N_("Date de conclusion")
    DELIVERIES = "deliveries", N_("Date de réception (plusieurs : séparées par « ; »)")
    INFORMED = "informed", N_("Informé du droit de rétractation (oui, non ou date)")
    INFORMED_ON = "informed_on", N_("Date de l'information")
    STATED = "stated", N_("Date de la déclaration")
    STATED_BY = "stated_by", N_("Moyen de la déclaration")
    ARRIVED = "arrived", N_("Date d'arrivée de la lettre")
    LOGGED = "logged", N_("Date d'enregistrement")
    FORWARDED = "forwarded", N_("Date de transmission")
    ACKNOWLEDGED = "acknowledged", N_("Date de l'accusé de réception")
    ACKNOWLEDGED_CONTENT = "acknowledged_content", N_("Accusé complet (oui ou non)")
    START_CLAIMED = "start_claimed", N_("Point de départ retenu")
    DEADLINE_CLAIMED = "deadline_claimed", N_("Dernier jour retenu")
    DECISION = "decision", N_("Décision")
    REFUSAL = "refusal", N_("Motif de refus (numéro de L221-28, ou « hors délai »)")
    AMOUNT = "amount", N_("Sommes payées, livraison comprise")
    REFUNDED = "refunded", N_("Somme remboursée")
    REFUNDED_ON = "refunded_on", N_("Date du remboursement")
    RECOVERED = "recovered", N_("Date de retour du bien")
    DISPATCHED = "dispatched", N_("Date de la preuve d'expédition")
    COLLECTED_BY_TRADER = "collected_by_trader", N_("Repris par le professionnel (oui ou non)")
    FUNCTION_OFFERED = "function_offered", N_("Fonction de rétractation proposée (oui ou non)")


class CallField(Labelled):
    """What a column of outbound calls can tell."""

    REFERENCE = "reference", N_("Référence pseudonymisée")
    CALLED = "called", N_("Date et heure de l'appel")
    CONSENTED = "consented", N_("Date et heure de l'accord")
    CONSENT_WORDING = "consent_wording", N_("Version du texte de l'accord")
    CONSENT_BY = "consent_by", N_("Accord recueilli par")
    WITHDRAWN = "withdrawn", N_("Date et heure de l'opposition ou du retrait")
    SUPPRESSED = "suppressed", N_("Date et heure du blocage du numéro")
    IN_CONTRACT = "in_contract", N_("Lié à un contrat en cours (oui ou non)")
    ENERGY = "energy", N_("Rénovation énergétique (oui ou non)")
    HOUSING = "housing", N_("Adaptation du logement (oui ou non)")
    RENOVATION = "renovation", N_("Rénovation énergétique ou adaptation du logement (oui ou non)")
    TRAINING = "training", N_("Compte personnel de formation (oui ou non)")
    ANY_TIME = "any_time", N_("Accord exprès pour un autre jour ou une autre heure (oui ou non)")
    RECENT_CALLS = "recent_calls", N_("Appels à cette personne en trente jours, celui-ci compris (nombre)")
    REFUSED = "refused", N_("Date et heure du refus précédent")
    OUTCOME = "outcome", N_("Issue de l'appel (code)")


SampleField = CaseField | CallField
FIELDS: Mapping[SampleKind, type[CaseField] | type[CallField]] = {
    SampleKind.CASES: CaseField,
    SampleKind.CALLS: CallField,
}

REQUIRED: Mapping[SampleKind, tuple[SampleField, ...]] = {
    SampleKind.CASES: (
        CaseField.REFERENCE, CaseField.KIND, CaseField.INFORMED, CaseField.STATED, CaseField.DECISION, CaseField.AMOUNT,
    ),
    SampleKind.CALLS: (CallField.REFERENCE, CallField.CALLED, CallField.CONSENTED),
}  # fmt: skip
"""Beside these, a sample of cases gives the day of conclusion or of receipt."""

# Plain forms (`naming.plain`), that is without accents, case or punctuation; the label and the value are known as well.
# Two tables: a field is its value, and both samples have a « reference ».
_CASES: Mapping[SampleField, str] = {
    CaseField.REFERENCE: "reference | ref | reference dossier | reference du dossier | dossier | numero de dossier | "
    "n dossier | no dossier | identifiant | id | case | case reference | case id | case number | pseudonym | "
    "pseudonyme | reference pseudonymisee | pseudonymised reference | "
    "pseudonymized reference | order reference | reference commande | numero de commande | order number",
    CaseField.KIND: "type de contrat | nature du contrat | objet du contrat | type | nature | kind | contract type | "
    "contract kind | type of contract | objet",
    CaseField.CHANNEL: "canal | canal du contrat | canal de vente | mode de conclusion | channel | sales channel | "
    "contract channel",
    CaseField.ONLINE: "en ligne | conclu en ligne | contrat en ligne | interface en ligne | online | "
    "concluded online | "
    "online contract",
    CaseField.COUNTRY: "pays | pays du consommateur | pays client | code pays | country | consumer country | "
    "country code",
    CaseField.REGION: "region | region du consommateur | territoire | calendrier | consumer region | territory",
    CaseField.CONCLUDED: "date de conclusion | conclusion | conclu le | date du contrat | date de commande | "
    "date commande | commande le | contract date | concluded | concluded on | conclusion date | order date | "
    "ordered on",
    CaseField.DELIVERIES: "date de reception | dates de reception | reception | receptions | recu le | livre le | "
    "date de livraison | dates de livraison | livraison | livraisons | received | received on | receipt | "
    "receipt date | delivery date | delivery dates | delivered | delivered on | deliveries",
    CaseField.INFORMED: "informe | informe du droit | information | information donnee | "
    "informe du droit de retractation | "
    "information sur le droit de retractation | informed | informed of the right | informed of right | "
    "information given",
    CaseField.INFORMED_ON: "date de linformation | date dinformation | informe le | informed on | information date",
    CaseField.STATED: "date de la declaration | date de declaration | declaration | date de retractation | "
    "date de la retractation | retractation le | declare le | envoyee le | date denvoi | date de la demande | stated | "
    "stated on | statement date | withdrawal date | date of statement | date of withdrawal | sent on | request date",
    CaseField.STATED_BY: "moyen | moyen de la declaration | canal de la declaration | canal de la retractation | "
    "voie de la declaration | declare par | recue par | stated by | statement channel | withdrawal channel | means | "
    "means of statement | received by",
    CaseField.ARRIVED: "date darrivee | arrivee | arrivee le | date darrivee de la lettre | "
    "date de reception de la lettre | "
    "date de reception de la declaration | arrived | arrived on | arrival date | letter received on",
    CaseField.LOGGED: "date denregistrement | enregistrement | enregistree le | enregistre le | saisie le | "
    "date de saisie | logged | logged on | log date | logged at | registered on",
    CaseField.FORWARDED: "date de transmission | transmission | transmise le | transmis le | "
    "transmission au donneur dordre | "
    "forwarded | forwarded on | forwarding date | forwarded at",
    CaseField.ACKNOWLEDGED: "date de laccuse | date de laccuse de reception | accuse de reception | accuse le | "
    "accuse envoye le | ar | date ar | acknowledged | acknowledged on | acknowledgement | acknowledgement date | "
    "acknowledged at",
    CaseField.ACKNOWLEDGED_CONTENT: "accuse complet | contenu de laccuse | accuse conforme | "
    "accuse avec contenu date et heure | acknowledgement complete | complete acknowledgement | acknowledgement content",
    CaseField.START_CLAIMED: "point de depart retenu | point de depart | depart retenu | debut du delai | "
    "debut du delai retenu | start claimed | starting day used | period start | start used | start of period",
    CaseField.DEADLINE_CLAIMED: "dernier jour retenu | dernier jour | date limite | date limite retenue | "
    "fin du delai | "
    "fin du delai retenue | echeance retenue | deadline claimed | deadline used | last day used | deadline | "
    "last day | "
    "end of period",
    CaseField.DECISION: "decision | suite donnee | statut | resultat | outcome | status",
    CaseField.REFUSAL: "motif de refus | motif du refus | motif | exception | exception invoquee | code exception | "
    "code de refus | refusal | refusal reason | refusal code | reason for refusal | exception code | refusal ground",
    CaseField.AMOUNT: "sommes payees | montant | montant paye | montant total | total paye | prix | prix total | "
    "montant ttc | sommes versees | amount | amount paid | total paid | total amount | price | sums paid",
    CaseField.REFUNDED: "somme remboursee | montant rembourse | rembourse | remboursement | sommes remboursees | "
    "refunded | amount refunded | refunded amount | refund | refund amount",
    CaseField.REFUNDED_ON: "date du remboursement | date de remboursement | rembourse le | refunded on | refund date | "
    "date of refund | refund paid on",
    CaseField.RECOVERED: "date de retour | date de retour du bien | retour | bien recupere le | recupere le | "
    "retourne le | "
    "recovered | recovered on | goods recovered on | return date | returned on | goods received back",
    CaseField.DISPATCHED: "date de la preuve dexpedition | preuve dexpedition | expedie le | "
    "date dexpedition du retour | "
    "renvoye le | dispatched | dispatched on | proof of dispatch | dispatch date | sent back on",
    CaseField.COLLECTED_BY_TRADER: "repris par le professionnel | enlevement par le professionnel | "
    "reprise a domicile | "
    "recupere par le professionnel | collected by trader | collected by the trader | trader collects",
    CaseField.FUNCTION_OFFERED: "fonction proposee | fonction de retractation proposee | fonction de retractation | "
    "fonction en ligne | bouton de retractation | function offered | withdrawal function | "
    "withdrawal function offered | "
    "withdrawal button",
}
_CALLS: Mapping[SampleField, str] = {
    CallField.REFERENCE: "reference | ref | reference de lappel | numero dappel | identifiant | id | call | "
    "call reference | call id | pseudonym | pseudonyme | reference pseudonymisee | pseudonymised reference | "
    "pseudonymized reference",
    CallField.CALLED: "date de lappel | date et heure de lappel | appel | appel le | appele le | horodatage | "
    "horodatage de lappel | called | called at | called on | call date | call time | call timestamp",
    CallField.CONSENTED: "date de laccord | date et heure de laccord | accord le | accord | date du consentement | "
    "consentement | consentement le | consented | consented on | consented at | consent date | consent | consent time",
    CallField.CONSENT_WORDING: "texte de laccord | version du texte | formulation | libelle | "
    "version du consentement | "
    "code du texte | consent wording | wording | wording code | consent text | consent version",
    CallField.CONSENT_BY: "recueilli par | accord recueilli par | collecteur | source de laccord | "
    "source du consentement | "
    "consent by | collected by | consent collected by | consent source",
    CallField.WITHDRAWN: "date de lopposition | date du retrait | opposition | opposition le | retrait | retire le | "
    "retrait de laccord | date et heure de lopposition | withdrawn | withdrawn on | withdrawn at | withdrawal date | "
    "objection | objection date | objected on | opt out | opt out date",
    CallField.SUPPRESSED: "date du blocage | date et heure du blocage | bloque le | blocage | numero bloque le | "
    "mise en liste dopposition | suppressed | suppressed on | suppressed at | suppression date | blocked on | blocked",
    CallField.IN_CONTRACT: "contrat en cours | lie a un contrat | lie a un contrat en cours | client en cours | "
    "in contract | "
    "current contract | running contract | existing contract",
    CallField.ENERGY: "renovation energetique | energie | travaux denergie | energy renovation | energy works",
    CallField.HOUSING: "adaptation | adaptation du logement | adaptation du logement au handicap | home adaptation",
    CallField.RENOVATION: "renovation | secteur interdit | renovation ou adaptation | banned sector | "
    "energy renovation or home adaptation",
    CallField.TRAINING: "cpf | formation | compte de formation | compte formation | training account | training | "
    "personal training account",
    CallField.ANY_TIME: "accord horaire | accord hors horaires | accord autre horaire | autre horaire accepte | "
    "agreed time | agreed other time | any time | express agreement to another day or hour",
    CallField.RECENT_CALLS: "appels en trente jours | appels sur trente jours | nombre dappels en trente jours | "
    "appels en 30 jours | appels sur 30 jours | nombre dappels | nombre dappels en 30 jours | calls in thirty days | "
    "calls in 30 days | recent calls | calls to this person in thirty days this one included | "
    "calls to this person in thirty days",
    CallField.REFUSED: "refus precedent | date du refus | refus le | refuse le | dernier refus | refused on | "
    "refusal date | last refusal | date and time of the previous refusal | previous refusal",
    CallField.OUTCOME: "issue | issue de lappel | resultat | resultat de lappel | outcome | call outcome | result | "
    "status",
}


@dataclass(frozen=True)
class ColumnMapping:
    """Position of the column that fills each field."""

    sample: SampleKind
    header: tuple[str, ...]
    columns: Mapping[SampleField, int]
    missing: tuple[SampleField, ...] = ()
    """Fields without which no row can be judged, that no column fills."""

    @property
    def unknown(self) -> tuple[int, ...]:
        """The columns that fill no field: they are not read, save to look for personal data in excess."""
        used = {*self.columns.values()}
        return tuple(at for at in range(len(self.header)) if at not in used)

    def label(self, column: int) -> str:
        """What a person calls a column: its header, or its letter in a spreadsheet."""
        return VendorColumns(self.header, {}).label(column)

    def label_of(self, field: SampleField) -> str:
        """What a person calls the column that fills a field, or else the field's own name."""
        column = self.columns.get(field)
        return field.label if column is None else self.label(column)

    def remembered(self) -> dict[str, str]:
        """What to keep for the vendor's next file: plain header to field, empty for a column that fills none."""
        found = {plain(title): "" for title in self.header if plain(title)}
        return found | {plain(self.header[at]): field.value for field, at in self.columns.items()}


def map_header(header: Sequence[str], kind: SampleKind, remembered: Mapping[str, str] | None = None) -> ColumnMapping:
    """What each column is: as was said for this vendor, or else as its header is known in French and English.

    `remembered` goes from a plain header to a field, or to nothing for a column to leave out. Of two columns for one
    field, the first is read. What is remembered of a field that no longer exists is not used.

    >>> mapping = map_header(["Réf.", "Payé le", "Date de l'appel (UTC+1)"], SampleKind.CALLS, {})
    >>> [field.value for field in mapping.columns], mapping.unknown, [field.value for field in mapping.missing]
    (['reference', 'called'], (1,), ['consented'])
    """
    fields, known = FIELDS[kind], _KNOWN[kind]
    said = {plain(title): field for title, field in (remembered or {}).items()}
    columns: dict[SampleField, int] = {}
    for is_said in (True, False):
        for at, title in enumerate(header):
            whole = plain(title)
            if (whole in said) is is_said and at not in columns.values():
                field = _field(fields, said[whole]) if is_said else known.get(whole) or known.get(_bare(title))
                if field is not None:
                    columns.setdefault(field, at)
    return ColumnMapping(kind, tuple(header), {f: columns[f] for f in fields if f in columns}, _missing(kind, columns))


def chosen_mapping(header: Sequence[str], kind: SampleKind, chosen: Mapping[str, int | None]) -> ColumnMapping:
    """The mapping that a person chose; ValueError on a field that does not exist or a column that the file lacks.

    >>> chosen_mapping(["A", "B"], SampleKind.CALLS, {"called": 1}).unknown
    (0,)
    """
    columns: dict[SampleField, int] = {}
    for name, column in chosen.items():
        field = FIELDS[kind](name)
        if column is not None:
            if not 0 <= column < len(header):
                raise ValueError(f"{name} : le fichier n'a pas de colonne {column + 1}.")
            columns[field] = column
    return ColumnMapping(kind, tuple(header), columns, _missing(kind, columns))


def _missing(kind: SampleKind, columns: Mapping[SampleField, int]) -> tuple[SampleField, ...]:
    missing = [field for field in REQUIRED[kind] if field not in columns]
    if kind is SampleKind.CASES and CaseField.CONCLUDED not in columns and CaseField.DELIVERIES not in columns:
        missing.append(CaseField.DELIVERIES)
    return tuple(missing)


def _field(fields: type[CaseField] | type[CallField], name: str) -> SampleField | None:
    return next((field for field in fields if field.value == name), None)


def _bare(title: str) -> str:
    return plain(BRACKETS.sub("", title))


def _known(fields: type[CaseField] | type[CallField], synonyms: Mapping[SampleField, str]) -> dict[str, SampleField]:
    found: dict[str, SampleField] = {}
    for field in fields:
        for spelling in (plain(field.value.replace("_", " ")), plain(field.label), _bare(field.label)):
            found.setdefault(spelling, field)
        for synonym in synonyms[field].split(" | "):
            found.setdefault(synonym, field)
    return found


_KNOWN: Mapping[SampleKind, Mapping[str, SampleField]] = {
    SampleKind.CASES: _known(CaseField, _CASES),
    SampleKind.CALLS: _known(CallField, _CALLS),
}
