"""Every table that passes between stages: declared once, validated, labelled and documented from here.

A declaration gives each column its type, unit, Dutch label and meaning. From it come the pandera contract, the headings
in the reports and `docs/begrippen.md`. All geometry is EPSG:28992 (RD New, metres).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from voorzieningen.errors import ContractError, examples

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pandera.pandas as pa

RD = "EPSG:28992"

VERDICTS = ("binnen_norm", "buiten_norm", "onbereikbaar", "onbekend")
STATUSES = ("groen", "oranje", "rood", "te_klein", "onbekend", "nvt")
REASONS = (
    "buiten_uittreksel",
    "type_niet_gevonden",
    "geen_cijfer",
    "niet_te_koppelen",
    "onvolledige_bron",
    "te_weinig_bekend",
)
GAP_TYPES = ("afstand", "capaciteit", "barriere", "keuze", "timing", "data")
PHASES = ("bestaand", "in_aanbouw", "te_ontwikkelen", "herstructurering")
TRACKS = ("spoor_1", "spoor_2", "gemengd")
UNITS = ("personen", "huishoudens", "woningen")
STATES = ("open", "gepland", "gesloten")
ORIGIN_STATES = ("gekoppeld", "niet_te_koppelen", "niet_op_kaart")
LEVELS = ("buurt", "wijk", "gebied", "gemeente")

Kind = Literal["text", "int", "count", "number", "flag", "list", "geometry"]
_DTYPES = {"text": "str", "int": "int64", "count": "Int64", "number": "float64", "flag": "bool"}


@dataclass(frozen=True)
class Column:
    """One column: its type, unit, Dutch label and meaning."""

    kind: Kind
    label: str
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: the stage that makes it, what it holds, and its key."""

    stage: str
    meaning: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    geometry: tuple[str, ...] = ()
    also_from: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[str, ...]:
        """All stages that make a part of it."""
        return (self.stage, *self.also_from)


def _text(label: str, meaning: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column("text", label, meaning, nullable=nullable, allowed=allowed)


def _number(label: str, meaning: str, unit: str, *, nullable: bool = False, most: float | None = None) -> Column:
    return Column("number", label, meaning, unit=unit, nullable=nullable, at_least=0, at_most=most)


def _count(label: str, meaning: str, unit: str, *, nullable: bool = False) -> Column:
    return Column("count" if nullable else "int", label, meaning, unit=unit, nullable=nullable, at_least=0)


def _share(label: str, meaning: str) -> Column:
    # a share is a sum of parts over a sum of wholes: the last bit may stand above one
    return Column("number", label, meaning, unit="aandeel (0–1)", nullable=True, at_least=0, at_most=1 + 1e-9)


_BUURTCODE = _text("buurtcode", "code van de buurt (CBS)")
_BUURTCODE_OR_NONE = _text("buurtcode", "code van de buurt (CBS); leeg buiten de gemeente", nullable=True)
_WIJKCODE = _text("wijkcode", "code van de wijk (CBS)")
_FACILITY_TYPE = _text("type voorziening", "sleutel in de catalogus")
_PROFILE = _text("loopprofiel", "sleutel in de catalogus")
_GROUP = _text("doelgroep", "sleutel in de catalogus")
_GEOMETRY = Column("geometry", "geometrie", "ligging in RD New (EPSG:28992)", unit="m")
_SNAP = _number(
    "afstand tot het netwerk", "hemelsbreed van de plek tot de weg waaraan zij is gekoppeld", "m", nullable=True
)
_EDGE = _count("weg", "nummer van de weg waaraan de plek is gekoppeld", "", nullable=True)
_OFFSET = _number("plek langs de weg", "afstand langs die weg tot het koppelpunt", "m", nullable=True)
_REASON = _text("reden", "waarom het oordeel of het aantal onbekend is", nullable=True, allowed=REASONS)
_SOURCE = _text("bron", "waar het cijfer vandaan komt")
_YEAR = _count("jaar", "jaar waarvoor het cijfer geldt", "jaar", nullable=True)

_WALK = {
    "walk_distance_mean_m": _number(
        "gemiddelde loopafstand", "elke woning telt één keer, met de stukken tot en van het netwerk", "m", nullable=True
    ),
    "walk_time_p50_min": _number("mediane looptijd", "de helft van de woningen loopt korter", "min", nullable=True),
    "walk_time_p90_min": _number("P90 looptijd", "negen van de tien woningen lopen korter", "min", nullable=True),
}

_GAPS = {
    "code": _text("code", "code van het gebied"),
    "name": _text("naam", "naam van het gebied"),
    "track": _text("spoor", "spoor van het gebied; leeg als geen bouwjaar bekend is", nullable=True, allowed=TRACKS),
    "phase": _text("fase", "fase van het gebied; leeg als geen bouwjaar bekend is", nullable=True, allowed=PHASES),
    "facility_type": _FACILITY_TYPE,
    "facility_class": _text("klassen", "klassen die meetellen, gescheiden door ;"),
    "target_group": _GROUP,
    "unit": _text("eenheid", "wat er wordt geteld", allowed=UNITS),
    "basis": _text(
        "grondslag", "waarover het aandeel gaat: de doelgroep, of woningen waar CBS geen cijfer geeft", allowed=UNITS
    ),
    "profile": _PROFILE,
    "norm": _text("norm", "sleutel van de norm in de catalogus"),
    "norm_value": _number("normwaarde", "langste loop die nog dichtbij heet", "zie norm_unit", nullable=True),
    "norm_unit": _text("eenheid van de norm", "m of min", allowed=("m", "min")),
    "norm_source": _text("bron van de norm", "wie de norm heeft gesteld"),
    "norm_status": _text(
        "status van de norm", "hoe hard de norm is", allowed=("wettelijk", "gemeentelijk", "richtlijn", "aanname")
    ),
    "count": _number(
        "aantal", "omvang van de groep in het gebied; leeg als CBS geen cijfer geeft", "zie unit", nullable=True
    ),
    "count_low": _number("aantal, laag", "ondergrens door afronding", "zie unit", nullable=True),
    "count_high": _number("aantal, hoog", "bovengrens door afronding", "zie unit", nullable=True),
    "count_within": _number(
        "aantal binnen de norm", "deel van de groep met een bekende loop binnen de norm", "zie unit", nullable=True
    ),
    "outside": _number(
        "aantal buiten de norm", "deel van de grondslag met een bekende loop buiten de norm", "zie basis", nullable=True
    ),
    "outside_low": _number("buiten de norm, laag", "ondergrens door afronding", "zie basis", nullable=True),
    "outside_high": _number("buiten de norm, hoog", "bovengrens door afronding", "zie basis", nullable=True),
    "share_within": _share("aandeel binnen de norm", "van de groep met een bekende loop, over de grondslag"),
    "share_known": _share("aandeel bekend", "aandeel van de woningen waarvan de loop bekend is"),
    "walk_distance_p50_m": _number(
        "mediane loopafstand", "over de grondslag, van wie een loop is gevonden", "m", nullable=True
    ),
    "walk_time_p50_min": _number(
        "mediane looptijd", "over de grondslag, van wie een loop is gevonden", "min", nullable=True
    ),
    "walk_time_p90_min": _number("P90 looptijd", "negen van de tien lopen korter", "min", nullable=True),
    "status": _text("status", "oordeel over de bereikbaarheid in deze cel, nooit over het gebied", allowed=STATUSES),
    "reason": _REASON,
    "gap_types": _text("soort knelpunt", "geen, een of meer, gescheiden door ;", nullable=True),
    "robustness": _text("stevigheid", "vast of grensgeval; leeg als niet berekend", nullable=True),
    "explanation": _text("toelichting", "zin die een planner kan overnemen"),
}

_GAPS_KEY = ("code", "facility_type", "target_group", "norm")

TABLES: dict[str, Table] = {
    "area": Table(
        "read",
        "Het studiegebied: de gemeente, en tot waar de kaartgegevens reiken",
        ("part",),
        {
            "part": _text(
                "deel",
                "gemeente, of dekking: het deel van de omgeving waar OpenStreetMap is gelezen",
                allowed=("gemeente", "dekking"),
            ),
            "name": _text("naam", "naam van de gemeente of van het bestand"),
            "date": _text("datum", "datum van de kaartgegevens", nullable=True),
            "geometry": _GEOMETRY,
        },
        ("Polygon", "MultiPolygon"),
    ),
    "buurten": Table(
        "read",
        "De buurten van de gemeente, zonder water",
        ("buurtcode",),
        {
            "buurtcode": _BUURTCODE,
            "buurtnaam": _text("buurtnaam", "naam van de buurt"),
            "wijkcode": _WIJKCODE,
            "wijknaam": _text("wijknaam", "naam van de wijk"),
            "geometry": _GEOMETRY,
        },
        ("Polygon", "MultiPolygon"),
    ),
    "figures": Table(
        "read",
        "Cijfers van CBS per gebied, zoals CBS ze noemt; leeg waar CBS geen cijfer geeft",
        ("code", "measure", "source"),
        {
            "code": _text("code", "code van het gebied"),
            "level": _text("niveau", "niveau van het gebied", allowed=LEVELS),
            "measure": _text("kenmerk", "kolom of onderwerp, zoals CBS het noemt"),
            "value": Column(
                "number", "waarde", "het cijfer; leeg als CBS het niet geeft", unit="zie measure", nullable=True
            ),
            "source": _SOURCE,
            "year": _YEAR,
        },
    ),
    "ways": Table(
        "read",
        "Wegen uit OpenStreetMap, loopbaar of niet",
        ("way_id", "piece"),
        {
            "way_id": Column("int", "OSM-weg", "nummer van de weg in OpenStreetMap"),
            "piece": _count("stuk", "volgnummer, als de rand van het uittreksel de weg in stukken knipt", ""),
            "clipped": Column("flag", "afgeknipt", "of de weg buiten het uittreksel doorloopt"),
            "tags": _text("kenmerken", "de OSM-kenmerken als JSON"),
            "node_ids": Column("list", "punten", "de OSM-punten van de weg, in volgorde van de geometrie"),
            "geometry": _GEOMETRY,
        },
        ("LineString",),
    ),
    "barriers": Table(
        "read",
        "Punten uit OpenStreetMap die een loper kunnen tegenhouden",
        ("node_id",),
        {
            "node_id": Column("int", "OSM-punt", "nummer van het punt in OpenStreetMap"),
            "tags": _text("kenmerken", "de OSM-kenmerken als JSON"),
        },
    ),
    "places": Table(
        "read",
        "Objecten uit OpenStreetMap die volgens de catalogus een voorziening zijn",
        ("osm_id",),
        {
            "osm_id": _text("OSM-object", "n, w of r met het nummer in OpenStreetMap"),
            "tags": _text("kenmerken", "de OSM-kenmerken als JSON"),
            "geometry": _GEOMETRY,
        },
        ("Point", "Polygon", "MultiPolygon", "LineString", "MultiLineString"),
    ),
    "own_places": Table(
        "read",
        "Voorzieningen uit eigen lijsten van de gemeente",
        ("own_id",),
        {
            "own_id": _text("rij", "bestand en rij in de eigen lijst"),
            "facility_type": _FACILITY_TYPE,
            "facility_class": _text("klasse", "klasse binnen het type"),
            "name": _text("naam", "naam van de voorziening", nullable=True),
            "state": _text("toestand", "open, gepland of gesloten", allowed=STATES),
            "year": _YEAR,
            "capacity": _number("capaciteit", "hoeveel de voorziening aankan", "zie capacity_unit", nullable=True),
            "capacity_unit": _text("eenheid van de capaciteit", "bijvoorbeeld fte of m²", nullable=True),
            "source": _SOURCE,
            "geometry": _GEOMETRY,
        },
        ("Point", "Polygon", "MultiPolygon"),
    ),
    "addresses": Table(
        "read",
        "Adressen in en om de gemeente",
        ("address_id",),
        {
            "address_id": _text("adres", "n of w met het OSM-nummer, of de identificatie in de BAG"),
            "street": _text("straat", "naam van de straat", nullable=True),
            "housenumber": _text("huisnummer", "huisnummer met toevoeging", nullable=True),
            "postcode": _text("postcode", "postcode", nullable=True),
            "home": Column("flag", "woning", "of er volgens gebruik of gebouw gewoond kan worden"),
            "build_year": _count("bouwjaar", "bouwjaar van het gebouw", "jaar", nullable=True),
            "source": _SOURCE,
            "geometry": _GEOMETRY,
        },
        ("Point",),
    ),
    "edges": Table(
        "network",
        "Het loopnetwerk: rechte stukken tussen twee punten van een weg",
        ("edge_id",),
        {
            "edge_id": _count("stuk", "volgnummer", ""),
            "u": _count("begin", "volgnummer van het beginpunt", ""),
            "v": _count("eind", "volgnummer van het eindpunt", ""),
            "length_m": _number("lengte", "lengte in het platte vlak van RD", "m"),
            "way_id": Column("int", "OSM-weg", "nummer van de weg in OpenStreetMap"),
            "rule": _text("regel", "de loopregel die deze weg openhoudt"),
            "flag": _text("kenmerk", "wat een profiel kan tegenhouden: trap, klaphek", nullable=True),
            "ties": Column("flag", "koppelbaar", "of een woning of voorziening aan dit stuk kan worden gekoppeld"),
            "geometry": _GEOMETRY,
        },
        ("LineString",),
    ),
    "nodes": Table(
        "network",
        "De punten van het loopnetwerk",
        ("node",),
        {
            "node": _count("punt", "volgnummer", ""),
            "osm_id": Column("int", "OSM-punt", "nummer van het punt in OpenStreetMap"),
            "component": _count("deelnetwerk", "0 is het grootste aaneengesloten deel", ""),
            "at_extract_edge": Column(
                "flag", "rand van het uittreksel", "of het netwerk hier buiten de kaartgegevens doorloopt"
            ),
            "geometry": _GEOMETRY,
        },
        ("Point",),
    ),
    "rules": Table(
        "network",
        "Wat elke loopregel deed",
        ("rule",),
        {
            "rule": _text("regel", "sleutel in de catalogus"),
            "kind": _text("soort", "way (weg) of node (punt)", allowed=("way", "node")),
            "action": _text(
                "gevolg", "keep (blijft), drop (vervalt) of close (afgesloten)", allowed=("keep", "drop", "close")
            ),
            "count": _count("aantal", "hoeveel wegen of punten de regel raakte", ""),
            "length_km": _number("lengte", "samen", "km"),
            "reason": _text("reden", "waarom"),
            "source": _SOURCE,
        },
    ),
    "facilities": Table(
        "facilities",
        "Het register van voorzieningen",
        ("facility_id",),
        {
            "facility_id": _text("voorziening", "type en herkomst"),
            "facility_type": _FACILITY_TYPE,
            "facility_class": _text("klasse", "klasse binnen het type"),
            "name": _text("naam", "naam; leeg als de bron er geen geeft", nullable=True),
            "state": _text("toestand", "open, gepland of gesloten", allowed=STATES),
            "year": _YEAR,
            "capacity": _number(
                "capaciteit", "hoeveel de voorziening aankan; leeg als onbekend", "zie capacity_unit", nullable=True
            ),
            "capacity_unit": _text("eenheid van de capaciteit", "bijvoorbeeld fte of m²", nullable=True),
            "source": _SOURCE,
            "osm_id": _text("OSM-object", "n, w of r met het nummer in OpenStreetMap", nullable=True),
            "confidence": _text(
                "zekerheid",
                "in welke bronnen de voorziening staat",
                allowed=("in_beide", "alleen_osm", "alleen_eigen_lijst"),
            ),
            "snap_m": _SNAP,
            "buurtcode": _BUURTCODE_OR_NONE,
            "geometry": _GEOMETRY,
        },
        ("Point",),
    ),
    "entrances": Table(
        "facilities",
        "Waar een loop bij een voorziening eindigt: één punt, of de omtrek van een groot gebied",
        ("facility_id", "entrance"),
        {
            "facility_id": _text("voorziening", "sleutel in het register"),
            "entrance": _count("toegang", "volgnummer", ""),
            "edge_id": _count("weg", "stuk van het netwerk", ""),
            "edge_offset_m": _number("plek langs de weg", "afstand langs dat stuk", "m"),
            "snap_m": _number("afstand tot het netwerk", "hemelsbreed", "m"),
        },
    ),
    "origins": Table(
        "residents",
        "Waar mensen wonen: een punt met een of meer woningen",
        ("origin_id",),
        {
            "origin_id": _text(
                "herkomst", "het eerste adres op dit punt, of de buurt met woningen die niet op de kaart staan"
            ),
            "buurtcode": _BUURTCODE,
            "wijkcode": _WIJKCODE,
            "homes": _count("woningen", "aantal woningen op dit punt", "woningen"),
            "build_year": _count("bouwjaar", "mediaan van de woningen op dit punt", "jaar", nullable=True),
            "homes_new": _count("nieuwe woningen", "gebouwd binnen de termijn vóór de peildatum", "woningen"),
            "homes_dated": _count("woningen met bouwjaar", "woningen waarvan het bouwjaar bekend is", "woningen"),
            "snap_m": _SNAP,
            "edge_id": _EDGE,
            "edge_offset_m": _OFFSET,
            "state": _text("toestand", "of de woning aan het netwerk is gekoppeld", allowed=ORIGIN_STATES),
            "extract_edge_m": _number(
                "afstand tot de rand", "hemelsbreed tot de rand van de kaartgegevens; 0 erbuiten", "m"
            ),
            "geometry": Column(
                "geometry",
                "geometrie",
                "ligging in RD; leeg voor woningen die niet op de kaart staan",
                unit="m",
                nullable=True,
            ),
        },
        ("Point",),
    ),
    "residents": Table(
        "residents",
        "Mensen of huishoudens per herkomst en doelgroep; leeg waar CBS geen cijfer geeft",
        ("origin_id", "target_group"),
        {
            "origin_id": _text("herkomst", "sleutel van de herkomst"),
            "target_group": _GROUP,
            "unit": _text("eenheid", "wat er wordt geteld", allowed=UNITS),
            "count": _number("aantal", "deel van het cijfer van de buurt, naar woningen", "zie unit", nullable=True),
            "count_low": _number("aantal, laag", "ondergrens door afronding", "zie unit", nullable=True),
            "count_high": _number("aantal, hoog", "bovengrens door afronding", "zie unit", nullable=True),
            "source": _SOURCE,
            "year": _YEAR,
        },
    ),
    "population": Table(
        "residents",
        "Hoeveel mensen of huishoudens per gebied zijn geplaatst, naast wat CBS zelf publiceert",
        ("code", "target_group"),
        {
            "code": _text("code", "code van het gebied"),
            "level": _text("niveau", "niveau van het gebied", allowed=LEVELS),
            "target_group": _GROUP,
            "unit": _text("eenheid", "wat er wordt geteld", allowed=UNITS),
            "placed": _number("geplaatst", "som over de buurten met een cijfer", "zie unit", nullable=True),
            "published": _number("gepubliceerd", "het cijfer van CBS voor dit gebied zelf", "zie unit", nullable=True),
            "remainder": Column(
                "number",
                "verschil",
                "gepubliceerd min geplaatst: afronding en buurten zonder cijfer",
                unit="zie unit",
                nullable=True,
            ),
            "buurten_known": _count("buurten met een cijfer", "buurten die meetellen", "buurten"),
            "buurten_unknown": _count("buurten zonder cijfer", "buurten waarvoor CBS geen cijfer geeft", "buurten"),
            "state": _text("toestand", "bekend, of geen_cijfer", allowed=("bekend", "geen_cijfer")),
        },
    ),
    "unplaced": Table(
        "residents",
        "Adressen die in geen buurt liggen en ook niet dicht bij een buurt",
        ("address_id",),
        {
            "address_id": _text("adres", "sleutel van het adres"),
            "street": _text("straat", "naam van de straat", nullable=True),
            "housenumber": _text("huisnummer", "huisnummer met toevoeging", nullable=True),
            "nearest_buurtcode": _BUURTCODE,
            "distance_m": _number("afstand", "hemelsbreed tot de dichtstbijzijnde buurt", "m"),
        },
    ),
    "reach": Table(
        "reach",
        "De loop van elke herkomst naar de dichtstbijzijnde voorziening van elk type",
        ("origin_id", "facility_type", "profile"),
        {
            "origin_id": _text("herkomst", "sleutel van de herkomst"),
            "facility_type": _FACILITY_TYPE,
            "profile": _PROFILE,
            "facility_id": _text(
                "voorziening", "de dichtstbijzijnde; leeg als er geen is of geen weg erheen", nullable=True
            ),
            "walk_distance_m": _number(
                "loopafstand", "met de stukken tot en van het netwerk; leeg als er geen weg is", "m", nullable=True
            ),
            "walk_time_s": _number("looptijd", "in de snelheid van het profiel", "s", nullable=True),
            "within_5": _count("binnen 5 minuten", "aantal voorzieningen", "voorzieningen", nullable=True),
            "within_10": _count("binnen 10 minuten", "aantal voorzieningen", "voorzieningen", nullable=True),
            "within_15": _count("binnen 15 minuten", "aantal voorzieningen", "voorzieningen", nullable=True),
            "reason": _REASON,
        },
    ),
    "buurt_reach": Table(
        "reach",
        "De loop per buurt, over woningen",
        ("buurtcode", "facility_type", "profile"),
        {
            "buurtcode": _BUURTCODE,
            "facility_type": _FACILITY_TYPE,
            "profile": _PROFILE,
            "origins": _count("herkomsten", "punten met woningen op de kaart", "punten"),
            "share_known": _share("aandeel bekend", "aandeel van de woningen waarvan de loop bekend is"),
            "share_reached": _share("aandeel met een loop", "aandeel van de woningen waarvoor een loop is gevonden"),
            **_WALK,
            "reason": _REASON,
        },
    ),
    "tracks": Table(
        "tracks",
        "Fase en spoor per gebied, met het bewijs",
        ("code",),
        {
            "code": _text("code", "code van het gebied"),
            "name": _text("naam", "naam van het gebied"),
            "level": _text("niveau", "niveau van het gebied", allowed=LEVELS),
            "phase": _text("fase", "leeg als geen bouwjaar bekend is", nullable=True, allowed=PHASES),
            "track": _text("spoor", "leeg als geen bouwjaar bekend is", nullable=True, allowed=TRACKS),
            "homes": _count("woningen", "woningen op de kaart", "woningen"),
            "homes_new": _count("nieuwe woningen", "gebouwd binnen de termijn vóór de peildatum", "woningen"),
            "share_new": _share("aandeel nieuw", "van de woningen met een bekend bouwjaar"),
            "evidence": _text("bewijs", "waar fase en spoor op berusten"),
        },
    ),
    "verdicts": Table(
        "gaps",
        "Het oordeel per herkomst en norm",
        ("origin_id", "norm", "facility_type", "profile"),
        {
            "origin_id": _text("herkomst", "sleutel van de herkomst"),
            "norm": _text("norm", "sleutel van de norm in de catalogus"),
            "facility_type": _FACILITY_TYPE,
            "profile": _PROFILE,
            "verdict": _text("oordeel", "binnen of buiten de norm, onbereikbaar of onbekend", allowed=VERDICTS),
            "reason": _REASON,
        },
    ),
    "buurt_gaps": Table("gaps", "De matrix per buurt: gebied × type × doelgroep × norm", _GAPS_KEY, _GAPS),
    "wijk_gaps": Table("gaps", "De matrix per wijk, berekend uit de herkomsten", _GAPS_KEY, _GAPS),
    "area_gaps": Table("gaps", "De matrix voor de gemeente en voor gebieden van de studie", _GAPS_KEY, _GAPS),
    "notes": Table(
        "read",
        "Wat een stap onderweg tegenkwam, en wat zij ermee deed",
        ("stage", "subject"),
        {
            "stage": _text("stap", "de stap die het opmerkte"),
            "subject": _text("onderwerp", "waar het om gaat"),
            "count": _count("aantal", "hoe vaak", ""),
            "text": _text("opmerking", "wat er is gezien en gedaan"),
        },
        also_from=("facilities", "residents"),
    ),
}


def validate(name: str, frame: "pd.DataFrame") -> "pd.DataFrame":
    """Hold a frame against its declaration.

    Parameters
    ----------
    name
        A key of `TABLES`.
    frame
        The table; a GeoDataFrame in EPSG:28992 where the declaration has a geometry.

    Returns
    -------
    pandas.DataFrame
        The same rows with the declared columns in the declared order.

    Raises
    ------
    ContractError
        A column is missing or of another type, a value is not allowed, a key is not unique, or the coordinate system
        is not RD New.
    """
    import pandera.errors

    table = TABLES[name]
    missing = [column for column in table.columns if column not in frame.columns]
    if missing:
        raise ContractError(f"misses the columns {examples(missing)}", where=name)
    frame = frame[list(table.columns)]
    try:
        _pandera_schema(name).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases
        first = cases.iloc[0]
        same = cases[(cases["column"] == first["column"]) & (cases["check"] == first["check"])]
        raise ContractError(
            f"column {first['column']} breaks '{first['check']}': {examples(same['failure_case'])}", where=name
        ) from error
    _check_key(name, table, frame)
    if table.geometry:
        _check_geometry(name, table, frame)
    return frame


@cache
def _pandera_schema(name: str) -> "pa.DataFrameSchema":
    """Build the pandera contract of a table from its declaration."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(
        {column: _pandera_column(spec) for column, spec in TABLES[name].columns.items()}, name=name, strict=True
    )


def _pandera_column(spec: Column) -> "pa.Column":
    import pandera.pandas as pa

    checks = []
    if spec.allowed:
        checks.append(pa.Check.isin(spec.allowed))
    if spec.at_least is not None:
        checks.append(pa.Check.ge(spec.at_least))
    if spec.at_most is not None:
        checks.append(pa.Check.le(spec.at_most))
    return pa.Column(
        _DTYPES.get(spec.kind),
        checks,
        nullable=spec.nullable,
        title=spec.label,
        description=spec.meaning,
        metadata={"unit": spec.unit},
    )


def _check_key(name: str, table: Table, frame: "pd.DataFrame") -> None:
    repeated = frame.duplicated(list(table.key))
    if repeated.any():
        rows = frame.loc[repeated, list(table.key)].astype(str).agg(" · ".join, axis=1)
        raise ContractError(f"{', '.join(table.key)} is not unique: {examples(rows)}", where=name)


def _check_geometry(name: str, table: Table, frame: "pd.DataFrame") -> None:
    """Check what pandera does not: the coordinate system and the kinds of geometry."""
    import geopandas as gpd

    if not isinstance(frame, gpd.GeoDataFrame):
        raise ContractError("is not a GeoDataFrame", where=name)
    if frame.crs is None or frame.crs != RD:
        system = frame.crs.name if frame.crs else "no coordinate system"
        raise ContractError(f"is in {system}, not in {RD} (RD New)", where=name)
    present = [geometry for geometry in frame.geometry.to_numpy() if geometry is not None]
    other = {geometry.geom_type for geometry in present} - set(table.geometry)
    if other:
        raise ContractError(
            f"holds geometry other than {', '.join(table.geometry)}: {examples(sorted(other))}", where=name
        )
    if any(geometry.is_empty for geometry in present):
        raise ContractError("holds empty geometry", where=name)


def empty(name: str) -> "pd.DataFrame | gpd.GeoDataFrame":
    """Return a table without rows that meets its contract.

    Parameters
    ----------
    name
        A key of `TABLES`.
    """
    import geopandas as gpd
    import pandas as pd

    table = TABLES[name]
    columns = {
        column: pd.Series([], dtype=_DTYPES.get(spec.kind, "object"))
        for column, spec in table.columns.items()
        if spec.kind != "geometry"
    }
    if not table.geometry:
        return pd.DataFrame(columns)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=RD), crs=RD)


def stacked(name: str, parts: "Sequence[pd.DataFrame]") -> "pd.DataFrame":
    """Put parts of a table under each other, and hold the whole against its contract.

    Parameters
    ----------
    name
        A key of `TABLES`.
    parts
        Frames with its columns; none gives the table without rows.
    """
    import pandas as pd

    return validate(name, pd.concat(parts, ignore_index=True) if parts else empty(name))


def notes(stage: str, seen: Iterable[tuple[str, int, str]]) -> "pd.DataFrame":
    """Make the table of what a stage came across.

    Parameters
    ----------
    stage
        The stage that speaks.
    seen
        Per subject how often it was seen, and a sentence about it; what was not seen is left out.
    """
    import pandas as pd

    told = [(subject, count, text) for subject, count, text in seen if count]
    return validate(
        "notes",
        pd.DataFrame(
            {
                "stage": pd.Series([stage] * len(told), dtype="str"),
                "subject": pd.Series([subject for subject, _, _ in told], dtype="str"),
                "count": pd.Series([count for _, count, _ in told], dtype="int64"),
                "text": pd.Series([text for _, _, text in told], dtype="str"),
            }
        ),
    )
