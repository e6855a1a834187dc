"""Sentences that hold the words of a duty about data, and say it of something else: works, goods, money, food, safety.

« L'Entreprise impose à ses sous-traitants les mêmes obligations de garantie décennale », "unsold copies are returned or
destroyed": nothing in them is of data, and what they name is of another trade. Where a sentence names both, the data
are what it is about, as far as the check can tell.
"""

from portal.core.expressions import expression

_OTHERS = expression(
    # Works and buildings.
    r"\b(?:sur (?:le|les|un|ses|son) chantiers?|(?:securite|regles) (?:\w{1,12} )?(?:du|de|des) chantiers?"
    r"|terrassements?|maconnerie|charpentes?|toitures?|echafaudages?|garde-corps|balisage|casques?"
    r"|malfacons?|decennales?|beton|plomberie|ascenseurs?|facades?|peinture|roofs?|roofing|scaffold|scaffolding"
    r"|groundworks?|playgrounds?|plumbing|painting|paintings|brickwork|timber|concrete|(?:gros|second) oeuvre"
    r"|(?:building|construction) (?:sites?|works?|regulations?|codes?|standards?|permits?)|works (?:executed"
    r"|carried out|performed)|travaux (?:publics|de (?:terrassement|peinture|renovation|construction|couverture"
    r"|voirie|plomberie|demolition|toiture|maconnerie)))"
    # Safety of persons and places.
    r"|\b(?:safety|hygiene|hygienes?|helmets?|roadworth\w{1,9}|spectators?|passants|passers-by|shoplift\w{1,9}"
    r"|lifeguards?"
    r"|noyade|plongee|diving|drowning|chutes? de hauteur|normes? de charge|securite (?:au travail|incendie"
    r"|routiere|alimentaire|des (?:passants|spectateurs|baigneurs|usagers de la voie))|(?:reglementation|normes?"
    r"|consignes?) (?:d'|en cas d')?incendie|fire (?:safety|regulations?|codes?|brigade))"
    # Goods, things, animals.
    r"|\b(?:marchandises?|goods|merchandise|invendu\w{0,2}|unsold|pulped|colis|parcels?|barrels?|crates|palettes?"
    r"|pallets?|linen|linge|vaisselle|crockery|meubles?|mobilier|furniture|machinery|machines?|vehicules?"
    r"|vehicles?|buses|vessels?|navires?|chevaux|horses?|animaux|animals?|betail|cattle|livestock|bijoux"
    r"|players?|joueurs?|jouets?|toys?|instruments? de musique|tableaux? d'art|aucun tableau|artworks?|artefacts?"
    r"|(?<!en )oeuvres|sculptures?|costumes?|bouteilles?|bottles|pieces? detachees?|spare parts|outillage"
    r"|cargo|fret|freight)\b"
    # Money.
    r"|\b(?:ratios?|(?:financial|restrictive) covenants?|breach of covenant"
    r"|loans?|emprunts?|hypothe\w{1,9}|mortgages?|charge in favour|financial (?:accounts"
    r"|statements?|covenants?|ratios?)|etats financiers|comptes annuels|customs|douan\w{1,9}|excise|droits d'accise)"
    # Food, health of animals, nature.
    r"|\b(?:food|repas|meals?|aliment\w{1,9}|denrees|cuisine|kitchens?|veterinar\w{1,9}|veterinaires?|inspections?"
    r" sanitaires?|sanitary|haccp|vaccins?|vaccines?|dechets|waste|fuites? d'eau|chauffage|heating|trees?|arbres?"
    r"|elagage|foresti\w{1,9}|forestry|jardins?|gardens?|pesticides?|crops?|recoltes?)\b"
    # Housing, products, standards of things.
    r"|\b(?:copropriete|reglement interieur|loyers?|tenancy|manufacturers?(?:'s?)?|(?:du|des|de leur|de son"
    r"|le) (?:fabricant|constructeur)s?|normes? (?:ce|nf|iso 9001)\b|product standards?|regles d'origine)"
    # What a contract of works or of goods promises.
    r"|\b(?:obligations?|engagements?) (?:de|d'|en matiere d['e]) ?(?:qualite|delais?|ponctualite|assurances?"
    r"|garantie|hygiene|livraison)|\b(?:quality|punctuality|delivery|warranty|hygiene|insurance) (?:obligations?"
    r"|standards?|requirements?)|\bobligations? of (?:quality|punctuality|delivery|warranty)"
)
"""What another trade speaks of."""
_DATA = expression(
    r"@d|\bdata\b|\bdonnees\b|\bprocess(?:ing|es|ed|ors?)?\b|\btrait(?:e|es|er|ee|ees|ement|ements)\b|\bgdpr\b|\brgpd\b"
    r"|\bprivacy\b|\bvie privee\b|\bpersonal\b|\bpersonnelles?\b|\bcaractere personnel\b|\bfichiers?\b|\bfiles?\b"
    r"|\brecords?\b|\bdossiers?\b|\bregist(?:re|res|er|ers)\b|\bencrypt\w{0,9}|\bchiffr\w{0,9}|\blogiciels?\b"
    r"|\bsoftware\b"
    r"|\bserve(?:ur|urs|r|rs)\b|\binformati(?:que|ques|on system|on systems)\b|\bsauvegardes?\b|\bback-?ups?\b"
    r"|\bpseudonymi\w{0,9}|\bpasswords?\b|\bmots? de passe\b|\barticles? (?:28|3[2-6])\b|\bcnil\b|\bdata subjects?\b"
    r"|\bpersonnes concernees\b|\bsoftware\b|\bdpa\b|\bimages?\b|\bphotos?\b|\brecordings?\b|\benregistrements?\b"
    r"|\bcopies des\b|\bcontact details\b|\bcoordonnees\b|\baddresses\b|\badresses\b"
)
"""What is of data, or of the processing of it."""


def is_about_another_matter(line: str) -> bool:
    """Whether a folded sentence speaks of another matter than data, and of no data.

    >>> is_about_another_matter("@p answers for defects in works executed by @s")
    True
    >>> is_about_another_matter("@p answers for what @s does with the data of the building site")
    False
    """
    return bool(_OTHERS.search(line)) and not _DATA.search(line)
