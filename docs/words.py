"""The words of verdicts, statuses, reasons, phases and units, explained in plain Dutch.

The words themselves stand in `voorzieningen.schema`; `docs.generate` refuses a word without an explanation here, and an
explanation of a word that is gone.
"""

from dataclasses import dataclass
from typing import get_args

from voorzieningen import schema
from voorzieningen.config import Status


@dataclass(frozen=True)
class WordList:
    """A closed list of words with what each of them says."""

    heading: str
    about: str
    words: tuple[str, ...]
    explained: dict[str, str]


WORD_LISTS = (
    WordList(
        "Oordeel (verdict)",
        "Over één herkomst en één norm.",
        schema.VERDICTS,
        {
            "binnen_norm": "De loop is bekend en is niet langer dan de norm.",
            "buiten_norm": "De loop is bekend en is langer dan de norm.",
            "onbereikbaar": "De voorziening is er, maar er is geen weg heen; of een volledige lijst kent er geen.",
            "onbekend": "Er is geen oordeel te geven; de reden staat erbij. Onbekend is iets anders dan nul.",
        },
    ),
    WordList(
        "Status",
        "Over één cel van de matrix: gebied × type voorziening × doelgroep × norm. Een gebied zelf heeft geen kleur; "
        "kleuren gaan over bereikbaarheid, niet over bewoners.",
        schema.STATUSES,
        {
            "groen": "Het aandeel binnen de norm is minstens `green_share`.",
            "oranje": "Het aandeel binnen de norm ligt tussen `orange_share` en `green_share`.",
            "rood": "Het aandeel binnen de norm is kleiner dan `orange_share`.",
            "te_klein": "De groep is kleiner dan `group_min`: te klein voor een oordeel.",
            "onbekend": "Er is te weinig bekend voor een oordeel; de reden staat erbij.",
            "nvt": "Niet van toepassing: de norm geldt op een andere schaal, of niet voor deze groep.",
        },
    ),
    WordList(
        "Reden (reason)",
        "Waarom een oordeel, een status of een aantal onbekend is.",
        schema.REASONS,
        {
            "buiten_uittreksel": "De kaartgegevens houden dichterbij op dan de loop die is gevonden: daarbuiten kan "
            "een voorziening liggen die dichterbij is.",
            "type_niet_gevonden": "Dit type voorziening komt in de gegevens niet voor. Dat is iets anders dan dat het "
            "er niet is.",
            "geen_cijfer": "CBS geeft hier geen aantal mensen of huishoudens.",
            "niet_te_koppelen": "De woning ligt te ver van een loopbare weg, of staat niet op de kaart.",
            "onvolledige_bron": "Een vergelijking laat zien dat de bron dit type hier onvolledig kent.",
            "te_weinig_bekend": "Van een deel van de woningen is de loop bekend, maar van minder dan `known_share`.",
        },
    ),
    WordList(
        "Soort knelpunt (gap_types)",
        "Geen, een of meer, gescheiden door een puntkomma.",
        schema.GAP_TYPES,
        {
            "afstand": "De voorziening is er, maar te ver lopen.",
            "capaciteit": "De voorziening is dichtbij, maar te klein voor wie er wonen.",
            "barriere": "De voorziening ligt dichtbij, maar water, een busbaan of iets anders maakt de loop lang.",
            "keuze": "Er is er één dichtbij, en geen tweede.",
            "timing": "De voorziening komt later dan de eerste bewoners.",
            "data": "De gegevens zijn te onvolledig voor een oordeel.",
        },
    ),
    WordList(
        "Fase (phase)",
        "Van een gebied.",
        schema.PHASES,
        {
            "bestaand": "Minder dan de helft van de woningen is nieuw (`new_within_years`).",
            "in_aanbouw": "Minstens de helft van de woningen is nieuw.",
            "te_ontwikkelen": "De woningen moeten nog komen.",
            "herstructurering": "Bestaande woningen worden vervangen of vernieuwd.",
        },
    ),
    WordList(
        "Spoor (track)",
        "Van een gebied, naar het tweesporenbeleid.",
        schema.TRACKS,
        {
            "spoor_1": "Bestaand gebied: versterken wat er is.",
            "spoor_2": "Nieuw gebied: de basis moet er zijn vanaf de eerste bewoner.",
            "gemengd": "Beide sporen hebben minstens `mixed_share` van de woningen.",
        },
    ),
    WordList(
        "Eenheid (unit, basis)",
        "Wat er wordt geteld. Groepen overlappen; niet optellen.",
        schema.UNITS,
        {
            "personen": "Mensen.",
            "huishoudens": "Huishoudens: een eenouder- of eenpersoonshuishouden is één huishouden.",
            "woningen": "Adressen waar gewoond kan worden. De grondslag waar CBS geen cijfer geeft.",
        },
    ),
    WordList(
        "Toestand van een voorziening (state)",
        "Alleen wat open is, telt als voorziening waar men heen kan lopen.",
        schema.STATES,
        {"open": "Is er.", "gepland": "Komt er nog.", "gesloten": "Is er niet meer."},
    ),
    WordList(
        "Toestand van een herkomst (state)",
        "Een herkomst is een punt met een of meer woningen.",
        schema.ORIGIN_STATES,
        {
            "gekoppeld": "Aan het loopnetwerk gekoppeld.",
            "niet_te_koppelen": "Verder dan `max_tie_m` van een loopbare weg.",
            "niet_op_kaart": "Woningen die CBS telt en die geen adres op de kaart hebben: zonder plek, dus onbekend.",
        },
    ),
    WordList(
        "Niveau (level)",
        "Van een gebied.",
        schema.LEVELS,
        {
            "buurt": "Buurt van CBS.",
            "wijk": "Wijk van CBS.",
            "gebied": "Een groep wijken of buurten uit het studiebestand, zoals een stadsdeel.",
            "gemeente": "De hele gemeente.",
        },
    ),
    WordList(
        "Status van een norm of getal (norm_status)",
        "Hoe hard het getal is.",
        get_args(Status),
        {
            "wettelijk": "Staat in een wet of een besluit.",
            "gemeentelijk": "Door de gemeente vastgesteld.",
            "richtlijn": "Een advies van een kennisinstituut of de werkwijze van de bron; niet bindend.",
            "aanname": "Een keuze van deze tool of van de studie, zonder harde bron.",
        },
    ),
)
