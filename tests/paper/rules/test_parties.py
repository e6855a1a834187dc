import pytest

from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.folding import fold
from portal.paper.rules.parties import RolePattern, find_parties

NOUNS = load_rulebook().nouns


def rewritten(text, sentence):
    return find_parties(text, NOUNS).rewrite([fold(sentence)])[0]


@pytest.mark.parametrize(
    ("text", "sentence", "expected"),
    [
        ("", "Le prestataire aide le client", "le @p aide le @c"),
        (
            "Le Donneur d'ordre est responsable du traitement, le Centre d'appels son sous-traitant.",
            "Le Centre d'appels avise le Donneur d'ordre",
            "le @p avise le @c",
        ),
        (
            "**Client (controller):** Bramble Ltd\n**Agency (processor):** Pennant Ltd\n",
            "the Agency shall help the Client",
            "the @p shall help the @c",
        ),
        (
            "Commune (responsable de traitement) : Orval.\nRégie (sous-traitant) : Silo.\n",
            "la Régie aide la Commune",
            "la @p aide la @c",
        ),
        (
            "This governs the data which the Bureau processes for the Principal, as its processor, in that calling.",
            "the Bureau must assist the Principal",
            "the @p must assist the @c",
        ),
        (
            "Ces données, que le Routeur traite pour l'Annonceur, en qualité de sous-traitant, sont listées.",
            "le Routeur aide l'Annonceur",
            "le @p aide l'@c",
        ),
        (
            "The Agency screens applicants for warehouse posts as processor for the Client.",
            "the Agency shall help the Client",
            "the @p shall help the @c",
        ),
        (
            "Orme appoints Brume as processor for the Client.",
            "Orme shall help",
            "orme shall help",
        ),
        ("", "aucun autre prestataire, another supplier, other providers", "aucun @s, @s, @s"),
        (
            "L'association est responsable du fichier ; M. Lormier est son sous-traitant.",
            "M. Lormier aide l'association",
            "@p aide l'@c",
        ),
        (
            "VOCABULAIRE\nRELAIS : toute entreprise (routeur, imprimeur) à qui le Prestataire fait manipuler la base.",
            "Le Client agrée les RELAIS",
            "le @c agree les @s",
        ),
        (
            "“Supporting Vendor” means any third party that the Supplier engages and that handles Client Data.",
            "each Supporting Vendor",
            "each @s",
        ),
        (
            "“Landlord” means any third party that owns the building.",
            "each Landlord",
            "each landlord",
        ),
        (
            "Dear Sir,\n\nThe law calls us the controller and you the processor.",
            "you will tell us, and we answer",
            "@p will tell @c, and @c answer",
        ),
        (
            "Nous sommes responsables du traitement et vous êtes notre sous-traitant.",
            "Vous nous prévenez",
            "@p @c prevenez",
        ),
        (
            "Where we are an independent controller and you a processor, the law applies.",
            "We tell you",
            "@p tell @c",
        ),
        (
            "If you are the processor and we are the controller, the law applies.",
            "We tell you",
            "@p tell @c",
        ),
        (
            "Entre Gaz du Ponant (le Client) et Allô Relais (le Centre).",
            "Le Centre avise le Client",
            "le @p avise le @c",
        ),
        ("Talento SAS, sous-traitant, et la Verrerie Maubert, responsable du traitement.", "Talento aide", "@p aide"),
        (
            'Between Brume Ltd ("Brume", processor) and Corran plc ("Corran", controller).',
            "Brume helps Corran",
            "@p helps @c",
        ),
        (
            'Parties: Orme Ltd ("Orme") and Fen ("Fen"). It acts as processor for Fen.',
            "Orme helps Fen",
            "@p helps @c",
        ),
        ("", "We notify you", "@p notify @c"),
        ("", "recourir à un sous-traitant ultérieur", "recourir a un @s"),
        ("", "another processor", "@s"),
        ("", "il demeure pleinement responsable", "il demeure pleinement responsable"),
        ("Brume SAS (ci-après « le Sous-traitant »)", "Brume notifie le Client", "@p notifie le @c"),
        ("Brume acts as a processor.", "Brume shall notify Customer", "@p shall notify @c"),
        ("We process data of those using the Service (“Customer”).", "Customer may audit", "@c may audit"),
        ("Obligations du sous-traitant :\n\nMet à disposition un export.", "il met un export", "il met un export"),
        ("BRUME (Vega), agissant en qualité de sous-traitant, aide.", "Brume notifie le Client", "@p notifie le @c"),
        (
            "Orme SAS, agissant en qualité de responsable du traitement au sens du RGPD (ci-après « Orme ») ; le "
            "médecin abonné à Orme (ci-après « le Médecin »), agissant en qualité de sous-traitant.",
            "Le médecin alerte Orme",
            "le @p alerte @c",
        ),
        (
            "Le DPA lie la société (ci-après « le Responsable du traitement » ou « Orme Finance »).",
            "Aider Orme Finance",
            "aider @c",
        ),
        (
            "Il peut faire appel à tout fournisseur utile (ci-après, les « Fournisseurs »).",
            "Il répond du Fournisseur",
            "il repond du @s",
        ),
        (
            "Brume may engage third parties (each a “Helper”) to host data.",
            "Helpers are bound",
            "@s are bound",
        ),
        (
            "Processing on behalf of Company. Instructions of Company apply.",
            "Company may audit the Processor",
            "@c may audit the @p",
        ),
        (
            "Brume agit en qualité de sous-traitant pour les dossiers. Pour vos comptes, Brume agit en qualité de "
            "responsable de traitement.",
            "Brume notifie le Client",
            "@p notifie le @c",
        ),
        (
            "Accord entre le client de BRUME (« Responsable du traitement ») et BRUME, nom commercial de Léa Roux "
            "(Lyon) (« Sous-traitant »).",
            "BRUME notifie",
            "@p notifie",
        ),
        (
            "Entre le Client, abonné au service Brume, agissant en qualité de responsable de traitement, et Brume SAS, "
            "immatriculée à Brest (ci-après « le Sous-traitant »).",
            "Brume n'agit que sur instruction",
            "@p n'agit que sur instruction",
        ),
        ("", "contrat avec ses sous-processeurs", "contrat avec ses @s"),
        (
            "Brume shall notify. Brume shall assist. Today Brume shall delete. So Brume shall help.",
            "Brume shall answer",
            "@p shall answer",
        ),
        (
            "ENTRE : Halte Parcs, société anonyme, ci-après le « Client »,\nET : Borna, ci-après le « Mainteneur ».\n",
            "le Mainteneur prévient le Client",
            "le @p previent le @c",
        ),
        (
            "Heron Trust and Post & Ply Mailing agree as follows. UK law (the UK GDPR and the Data Protection Act "
            "2018) makes us the controller, and makes Post & Ply our processor.\n\nPost & Ply prints the sheets.\n",
            "Post & Ply tells us",
            "@p tells us",
        ),
        (
            "A note of what is agreed.\n\n"
            "The list goes out in spring, and then the Mailer will print it; once printed the Mailer will store it. In "
            "a fire the Mailer will tell the Trust, after a theft the Mailer will write to the Trust, and each year "
            "the Mailer will give the Trust a note. When it says so to the Trust the Mailer processes it anew.\n\n"
            "As it wishes, the Trust will choose; if asked the Trust will say; in May the Trust will pay.\n",
            "the Mailer will warn the Trust",
            "the @p will warn the @c",
        ),
        (
            "Je travaille seul. J'interviens chez vous, je tiens un journal et je n'ai pas d'employé. J'y veille.",
            "Vous m'autorisez à recourir à Granit, et j'en réponds.",
            "@c @p autorisez a recourir a granit, et @p en reponds.",
        ),
        ("Je soussigné, gérant, certifie ce qui suit.", "j'en réponds", "j'en reponds"),
    ],
)
def test_a_text_names_its_parties_and_rules_read_their_roles(text, sentence, expected):
    assert rewritten(text, sentence) == expected


def test_a_name_that_serves_is_not_its_client():
    text = "Brume (the “Processor”) processes data on behalf of Orme. Instructions of Orme are recorded."
    found = find_parties(text, NOUNS)
    assert "brume" in found.processor
    assert "orme" in found.controller
    assert found.processor.isdisjoint(found.controller)


def test_a_hostile_line_of_many_signs_is_searched_near_each_of_them_only():
    found = list(RolePattern(r".+!", "!").find("le sous-traitant ! " * 2000))
    assert len(found) == 2000
    assert max(len(match[0]) for match in found) < 1000
