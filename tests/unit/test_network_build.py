"""From ways to a walking network: what can be walked, what connects, and where the map data end."""

import json

import numpy as np
import pytest

from streets import Streets, box, catalogue, points, rd, walk
from voorzieningen.config import Rule
from voorzieningen.errors import NetworkError
from voorzieningen.network import Network, build_network

ROLLATOR = ("trap", "klaphek")
STREET = {"highway": "residential"}


def street(**tags: str) -> Streets:
    return Streets().node("a", 0, 0).node("b", 100, 0).way("a", "b", **tags)


def rule_of(tags: dict[str, str]) -> Rule:
    """Return the rule that decides about a way."""
    return next(rule for rule in catalogue().rule if rule.kind == "way" and rule.matches(tags))


def components(network: Network, *places: tuple[float, float]) -> list[int]:
    """Return the component of the nodes at places."""
    nearest = network.nodes.sindex.nearest(points(*places).to_numpy(), return_all=False)[1]
    return [int(number) for number in network.nodes["component"].to_numpy()[nearest]]


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"highway": "residential"}, "woonstraat"),
        ({"highway": "living_street"}, "woonstraat"),
        ({"highway": "footway", "footway": "crossing"}, "voetpad"),
        ({"highway": "path"}, "voetpad"),
        ({"railway": "platform"}, "voetpad"),
        ({"highway": "cycleway"}, "fietspad"),
        ({"highway": "cycleway", "foot": "yes"}, "fietspad"),
        ({"highway": "tertiary"}, "ontsluitingsweg"),
        ({"highway": "service", "service": "alley"}, "erf_en_parkeerweg"),
        ({"highway": "track"}, "landweg"),
        ({"highway": "steps"}, "trap"),
        ({"highway": "steps", "ramp:stroller": "yes"}, "trap_met_hellingbaan"),
        ({"highway": "service", "access": "private", "foot": "yes"}, "erf_en_parkeerweg"),
        ({"highway": "residential", "access": "private", "foot": "permissive"}, "woonstraat"),
        ({"highway": "service", "psv": "yes", "access": "no", "foot": "yes"}, "erf_en_parkeerweg"),
        ({"highway": "service", "bus": "designated", "sidewalk": "right"}, "erf_en_parkeerweg"),
        ({"highway": "busway", "foot": "yes"}, "autoweg_met_voetpad"),
        ({"highway": "trunk", "sidewalk": "both"}, "autoweg_met_voetpad"),
        ({"highway": "trunk", "sidewalk:left": "yes"}, "autoweg_met_voetpad"),
        ({"highway": "unclassified", "motor_vehicle": "no", "bus": "yes"}, "woonstraat"),
        ({"highway": "bridleway", "foot": "yes"}, "ruiterpad_waar_men_loopt"),
        ({"highway": "service", "access": "no", "foot": "official"}, "erf_en_parkeerweg"),
    ],
)
def test_what_is_walked(tags: dict[str, str], rule: str) -> None:
    assert rule_of(tags).key == rule
    network, _ = street(**tags).build()
    assert network.edges["rule"].tolist() == [rule]
    assert network.edges["length_m"].tolist() == [100.0]


@pytest.mark.parametrize(
    ("tags", "rule"),
    [
        ({"highway": "cycleway", "foot": "no"}, "voetganger_verboden"),
        ({"highway": "cycleway", "foot": "use_sidepath"}, "voetganger_verboden"),
        ({"highway": "footway", "foot": "private"}, "voetganger_verboden"),
        ({"highway": "busway"}, "busbaan"),
        ({"highway": "busway", "foot": "no"}, "voetganger_verboden"),
        ({"highway": "service", "psv": "yes", "access": "no"}, "busbaan"),
        ({"highway": "service", "bus": "designated"}, "busbaan"),
        ({"highway": "bridleway"}, "ruiterpad"),
        ({"highway": "motorway"}, "snelweg"),
        ({"highway": "primary", "motorroad": "yes"}, "snelweg"),
        ({"highway": "service", "access": "private"}, "prive"),
        ({"highway": "residential", "access": "no"}, "prive"),
        ({"highway": "construction"}, "geen_weg_meer"),
        ({"highway": "proposed", "foot": "yes"}, "geen_weg_meer"),
        ({"highway": "wildlife_crossing"}, "ander_wegtype"),
    ],
)
def test_what_is_not_walked(tags: dict[str, str], rule: str) -> None:
    assert rule_of(tags).key == rule
    with pytest.raises(NetworkError, match="none of the 1 ways in the map data can be walked") as caught:
        street(**tags).build()
    assert "list rules" in str(caught.value)


def test_a_bus_lane_for_all_traffic_is_a_street() -> None:
    """A street on which buses are named too is not a busway: `bus=yes` without a ban says nothing."""
    assert rule_of({"highway": "residential", "bus": "yes"}).key == "woonstraat"
    assert rule_of({"highway": "unclassified", "bus": "yes"}).key == "woonstraat"


def test_every_rule_is_counted() -> None:
    """Two streets, a cycleway out of bounds, a busway, steps, a stile on the street and one that lies on no way.

    ::

        a --- 100 --- b --- 50 --- c ~~ busway 40 ~~ d        e (stile, loose)
                      |
                      f  (cycleway, foot=no, 30)
    """
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 150, 0, barrier="stile").node("d", 190, 0)
    streets.node("e", 300, 0, barrier="stile").node("f", 100, -30).node("g", 150, 20)
    streets.way("a", "b", **STREET).way("b", "c", **STREET).way("c", "d", highway="busway")
    streets.way("b", "f", highway="cycleway", foot="no").way("c", "g", highway="steps")
    _, rules = streets.build()
    assert rules["rule"].tolist() == [rule.key for rule in catalogue().rule]
    assert rules["reason"].str.len().gt(0).all()
    touched = rules[rules["count"] > 0].set_index("rule")[["action", "count", "length_km"]]
    assert touched.to_dict("index") == {
        "voetganger_verboden": {"action": "drop", "count": 1, "length_km": pytest.approx(0.03)},
        "busbaan": {"action": "drop", "count": 1, "length_km": pytest.approx(0.04)},
        "trap": {"action": "keep", "count": 1, "length_km": pytest.approx(0.02)},
        "woonstraat": {"action": "keep", "count": 2, "length_km": pytest.approx(0.15)},
        "klaphek": {"action": "keep", "count": 1, "length_km": 0.0},
    }


def test_a_canal_with_one_bridge() -> None:
    """Home and shop are 200 m apart in a straight line, and 1,900 m on foot.

    ::

         h                                         y = 100
        a+-----------------850---------------b     y = 90
         ~ ~ ~ ~ ~ ~ canal ~ ~ ~ ~ ~ ~ ~ ~ ~ |180
        c+-----------------850---------------d     y = -90
         s                                         y = -100

        10 + 850 + 180 + 850 + 10 = 1,900
    """
    streets = Streets().node("a", 0, 90).node("b", 950, 90).node("c", 0, -90).node("d", 950, -90)
    streets.way("a", "b", **STREET).way("c", "d", **STREET).way("b", "d", highway="footway", bridge="yes")
    network, _ = streets.build()
    assert walk(network, (100, 100), (100, -100)) == pytest.approx(1900, abs=1e-6)


def test_a_busway_is_crossed_at_a_shared_node_and_never_followed() -> None:
    """Straight 60 m; along the busway it would be 460; through the tunnel at 200 there is no way up or down.

    ::

            h (100, 30)
        a---e---------t-------------x'-------  y = 20   street
            |         :             |
        p---q---------:---r---------x-------   y = 0    busway, tunnel at 200 passes under it
                      :   |         |
        c------s------t'--v---------x"------   y = -20  street
            s (100, -30)

        10 + 500 + 40 + 500 + 10 = 1,060
    """
    streets = Streets().node("a", 0, 20).node("e", 100, 20).node("x'", 600, 20).node("b", 1000, 20)
    streets.node("c", 0, -20).node("v", 300, -20).node('x"', 600, -20).node("d", 1000, -20)
    streets.node("p", 0, 0).node("q", 100, 0).node("r", 300, 0).node("x", 600, 0).node("z", 1000, 0)
    streets.node("t", 200, 10).node("t'", 200, -10)
    streets.way("a", "e", "x'", "b", **STREET).way("c", "v", 'x"', "d", **STREET)
    streets.way("p", "q", "r", "x", "z", highway="busway")
    streets.way("e", "q", highway="footway").way("r", "v", highway="footway")
    streets.way("x'", "x", 'x"', highway="footway")
    streets.way("t", "t'", highway="footway", tunnel="yes")
    network, _ = streets.build()
    assert walk(network, (100, 30), (100, -30)) == pytest.approx(1060, abs=1e-6)
    assert not set(network.edges["rule"]) & {"busbaan"}
    assert components(network, (200, 10), (0, 20)) == [1, 0]


def test_a_cul_de_sac() -> None:
    """The shop is behind the garden, 15 m away: one walks out of the dead end and round.

    ::

        d-------------s(200,105)------c   y = 100
                      h(203, 90)      |
                      e               |100
                      |90             |
        a-------------m---------200---b   y = 0

        3 + 90 + 200 + 100 + 200 + 5 = 598
    """
    streets = Streets().node("a", 0, 0).node("m", 200, 0).node("b", 400, 0).node("c", 400, 100).node("d", 0, 100)
    streets.node("e", 200, 90)
    streets.way("a", "m", "b", "c", "d", **STREET).way("m", "e", highway="living_street")
    network, _ = streets.build()
    assert walk(network, (203, 90), (200, 105)) == pytest.approx(598, abs=1e-6)


def test_steps_are_closed_for_the_rollator_only() -> None:
    """Home stands 10 m from a, the shop 10 m from b.

    ::

        h                     s
        a---40---u=20=v--40---b      steps between u and v
        |                     |
        c---------------------d      60 m lower

        over the steps 10 + 100 + 10 = 120; round 10 + 60 + 100 + 60 + 10 = 240
    """
    streets = Streets().node("a", 0, 0).node("u", 40, 0).node("v", 60, 0).node("b", 100, 0)
    streets.node("c", 0, -60).node("d", 100, -60)
    streets.way("a", "u", **STREET).way("u", "v", highway="steps").way("v", "b", **STREET)
    streets.way("a", "c", "d", "b", **STREET)
    network, _ = streets.build()
    assert walk(network, (0, 10), (100, 10)) == pytest.approx(120, abs=1e-6)
    assert walk(network, (0, 10), (100, 10), closed=ROLLATOR) == pytest.approx(240, abs=1e-6)


def gate(**tags: str) -> Network:
    """A path with something halfway, and a street round it.

    ::

        a----50----g----50----b     path
        |                     |
        c---------------------d     60 m lower
    """
    streets = Streets().node("a", 0, 0).node("g", 50, 0, **tags).node("b", 100, 0).node("c", 0, -60).node("d", 100, -60)
    streets.way("a", "g", "b", highway="path").way("a", "c", "d", "b", **STREET)
    return streets.build()[0]


@pytest.mark.parametrize(
    ("tags", "adult", "rollator"),
    [
        ({"barrier": "bollard"}, 120, 120),
        ({"barrier": "gate"}, 120, 120),
        ({"barrier": "stile"}, 120, 280),
        ({"barrier": "kissing_gate"}, 120, 280),
        ({"barrier": "kissing_gate", "wheelchair": "yes"}, 120, 120),
        ({"barrier": "gate", "locked": "yes"}, 280, 280),
        ({"barrier": "gate", "access": "private"}, 280, 280),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, 120, 120),
        ({"barrier": "gate", "access": "private", "locked": "no"}, 120, 120),
        ({"barrier": "gate", "access": "no", "bicycle": "yes"}, 120, 120),
        ({"barrier": "stile", "access": "private"}, 280, 280),
        ({"barrier": "bollard", "foot": "no"}, 280, 280),
        ({"barrier": "stile", "foot": "no"}, 280, 280),
    ],
)
def test_what_stops_whom(tags: dict[str, str], adult: float, rollator: float) -> None:
    """Home and shop stand 20 m off the path, 10 m past a and 10 m before b.

    Through the gate 20 + 80 + 20 = 120; round it 20 + 10 + 60 + 100 + 60 + 10 + 20 = 280.
    """
    network = gate(**tags)
    assert walk(network, (10, 20), (90, 20)) == pytest.approx(adult, abs=1e-6)
    assert walk(network, (10, 20), (90, 20), closed=ROLLATOR) == pytest.approx(rollator, abs=1e-6)


def test_both_sides_of_a_locked_gate_are_dead_ends_to_live_on() -> None:
    """Neighbours a metre before and after the gate, 5 m off: 5 + 49 + 60 + 100 + 60 + 49 + 5 = 328."""
    network = gate(barrier="gate", locked="yes")
    assert walk(network, (49, 5), (51, 5)) == pytest.approx(328, abs=1e-6)
    assert walk(network, (49, 5), (20, 5)) == pytest.approx(39, abs=1e-6)


def test_a_gate_where_ways_meet_stops_every_turn() -> None:
    """At a stile on a crossroads a rollator gets from no arm to any other; others turn freely.

    ::

              n
              |
        w-----g-----e
    """
    streets = Streets().node("w", -50, 0).node("g", 0, 0, barrier="stile").node("e", 50, 0).node("n", 0, 50)
    streets.way("w", "g", "e", highway="path").way("n", "g", highway="path")
    network, _ = streets.build()
    for here, there in (((-50, 0), (50, 0)), ((-50, 0), (0, 50)), ((0, 50), (50, 0))):
        assert walk(network, here, there) == pytest.approx(100, abs=1e-6)
        assert walk(network, here, there, closed=ROLLATOR) == np.inf


def test_gates_take_no_length_and_no_ties() -> None:
    network = gate(barrier="stile")
    gates = network.edges[network.edges["rule"] == "klaphek"]
    assert gates[["length_m", "flag", "ties"]].drop_duplicates().to_numpy().tolist() == [[0.0, "klaphek", False]]
    assert len(gates) == 2  # one for each piece of the path that ends there


def test_of_two_ways_over_the_same_nodes_one_counts() -> None:
    """A cycleway drawn over a street: 100 m, not the 200 that adding them up would give."""
    streets = street(**STREET).way("a", "b", highway="cycleway").node("c", 100, 50).way("b", "c", **STREET)
    network, _ = streets.build()
    assert len(network.edges) == 3
    assert walk(network, (0, 0), (100, 50)) == pytest.approx(150, abs=1e-6)


def test_a_way_that_returns_to_itself() -> None:
    """To d by the shorter side 100 + 40 + 30 = 170; to e straight down the closing piece 100 + 30 = 130.

    ::

        a----100----b----40----c
                    |          |30
                    e----40----d
    """
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 140, 0).node("d", 140, -30).node("e", 100, -30)
    streets.way("a", "b", "c", "d", "e", "b", **STREET)
    network, _ = streets.build()
    assert len(network.edges) == 5
    assert walk(network, (0, 0), (140, -30)) == pytest.approx(170, abs=1e-6)
    assert walk(network, (0, 0), (100, -30)) == pytest.approx(130, abs=1e-6)


def test_a_closed_way_is_walked_both_ways_round() -> None:
    """A square of 100 by 100: to the far corner 200, to the last corner before the start 100."""
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 100, 100).node("d", 0, 100)
    streets.way("a", "b", "c", "d", "a", **STREET)
    network, _ = streets.build()
    assert walk(network, (0, 0), (0, 100)) == pytest.approx(100, abs=1e-6)
    assert walk(network, (0, 0), (100, 100)) == pytest.approx(200, abs=1e-6)


def test_a_point_drawn_twice_in_a_way_changes_nothing() -> None:
    streets = Streets().node("a", 0, 0).node("b", 100, 0).node("c", 100, 50).way("a", "b", "b", "c", **STREET)
    network, _ = streets.build()
    assert walk(network, (0, 0), (100, 50)) == pytest.approx(150, abs=1e-6)
    assert walk(network, (90, 10), (110, 10)) == pytest.approx(40, abs=1e-6)


def test_oneway_is_for_cars() -> None:
    network, _ = street(highway="residential", oneway="yes").build()
    assert walk(network, (90, 0), (10, 0)) == walk(network, (10, 0), (90, 0)) == pytest.approx(80, abs=1e-6)


def test_components_are_numbered_by_size() -> None:
    """An island of one street beside a mainland of two: the mainland is 0 wherever it is drawn."""
    streets = Streets().node("i", 0, 500).node("j", 50, 500).way("i", "j", **STREET)
    streets.node("a", 0, 0).node("b", 100, 0).node("c", 200, 0).way("a", "b", "c", **STREET)
    network, _ = streets.build()
    assert components(network, (0, 0), (200, 0), (0, 500)) == [0, 0, 1]
    assert walk(network, (0, 0), (0, 500)) == np.inf


def at_edge(network: Network, streets: Streets) -> set[str]:
    """Return the drawn points at which the network runs out of the map data."""
    names = list(streets.nodes)
    return {names[osm_id - 1] for osm_id in network.nodes.loc[network.nodes["at_extract_edge"], "osm_id"]}


def test_where_the_network_runs_out_of_the_map_data() -> None:
    """Outside the coverage, within 50 m of its edge, and at the ends of a way that was cut off.

    ::

        +------------------coverage 600 x 400---------+
        | a (100)----------b (549)---c (551)----------+---d (650)
        |                                             |
        | e-----f  (cut off: its next point is not in the extract)
        | g-----h  (whole, inside)                    |
        +---------------------------------------------+
    """
    streets = Streets().node("a", 100, 300).node("b", 549, 300).node("c", 551, 300).node("d", 650, 300)
    streets.node("e", 100, 200).node("f", 200, 200).node("g", 100, 100).node("h", 200, 100)
    streets.way("a", "b", "c", "d", **STREET).clipped_way("e", "f", **STREET).way("g", "h", **STREET)
    network, _ = streets.build(box(0, 0, 600, 400))
    assert at_edge(network, streets) == {"c", "d", "e", "f"}


def test_a_cut_off_way_that_nobody_walks_leaves_no_mark() -> None:
    streets = street(**STREET).node("c", 100, 100).clipped_way("b", "c", highway="motorway")
    network, _ = streets.build()
    assert at_edge(network, streets) == set()


def test_the_tables_say_what_was_drawn() -> None:
    network, _ = street(**STREET).build()
    edges, nodes = network.edges, network.nodes
    assert edges[["edge_id", "u", "v", "way_id"]].to_numpy().tolist() == [[0, 0, 1, 1]]
    assert edges["flag"].isna().all()
    assert edges.geometry[0].coords[:] == [rd((0, 0)), rd((100, 0))]
    assert nodes[["node", "osm_id", "component", "at_extract_edge"]].to_numpy().tolist() == [
        [0, 1, 0, False],
        [1, 2, 0, False],
    ]
    assert edges.crs == nodes.crs == "EPSG:28992"


def test_the_order_of_the_table_changes_nothing() -> None:
    """A home outside the corner of a locked gate is as near to one side as to the other: it ties to the first way.

    ::

              a
              |
              g[locked]----b
        h (-10, -10)
    """
    streets = Streets().node("a", 0, 50).node("g", 0, 0, barrier="gate", locked="yes").node("b", 50, 0)
    ways = streets.way("a", "g", **STREET).way("g", "b", **STREET).ways()
    whole = box(-100, -100, 100, 100)
    for table in (ways, ways.iloc[::-1], ways.iloc[::-1].reset_index(drop=True)):
        network, rules = build_network(table, streets.barriers(), catalogue().rule, whole)
        assert network.edges["way_id"].tolist() == [1, 2]
        assert walk(network, (-10, -10), (0, 30)) == pytest.approx(200**0.5 + 30, abs=1e-6)
        assert rules["count"].sum() == 3


def test_the_first_rule_that_holds_decides() -> None:
    """The order is the law: a private busway where walking is forbidden is told once, under the first of the three."""
    tags = {"highway": "service", "bus": "designated", "access": "private", "foot": "no"}
    matching = [rule.key for rule in catalogue().rule if rule.kind == "way" and rule.matches(tags)]
    assert matching[:1] == ["voetganger_verboden"]
    assert len(matching) > 1
    streets = street(**STREET).way("b", "a", **tags)
    _, rules = streets.build()
    assert rules.loc[rules["count"] > 0, "rule"].tolist() == ["voetganger_verboden", "woonstraat"]
    assert json.loads(streets.ways()["tags"][1]) == tags
