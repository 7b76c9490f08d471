"""Which buurten make up which area."""

import pytest

from frames import frame, square
from voorzieningen.areas import memberships
from voorzieningen.config import Area
from voorzieningen.errors import ConfigError


def buurten():
    """Two wijken: one of two buurten, one of one."""
    return frame(
        "buurten",
        [
            {"buurtcode": "BU1", "buurtnaam": "Noord", "wijkcode": "WK1", "wijknaam": "Oud"},
            {"buurtcode": "BU2", "buurtnaam": "Zuid", "wijkcode": "WK1", "wijknaam": "Oud"},
            {"buurtcode": "BU3", "buurtnaam": "Plan", "wijkcode": "WK2", "wijknaam": "Nieuw"},
        ],
        geometry=square(0, 0),
    )


def members_of(areas):
    listed = memberships(buurten(), areas, gemeentecode="GM1", gemeentenaam="Stad")
    return {key: sorted(own["buurtcode"]) for key, own in listed.groupby(["level", "code", "name"])}


def test_each_buurt_is_in_itself_its_wijk_and_the_municipality():
    assert members_of([]) == {
        ("buurt", "BU1", "Noord"): ["BU1"],
        ("buurt", "BU2", "Zuid"): ["BU2"],
        ("buurt", "BU3", "Plan"): ["BU3"],
        ("wijk", "WK1", "Oud"): ["BU1", "BU2"],
        ("wijk", "WK2", "Nieuw"): ["BU3"],
        ("gemeente", "GM1", "Stad"): ["BU1", "BU2", "BU3"],
    }


def test_an_area_of_the_study_takes_wijken_and_buurten():
    area = Area(code="team-a", name="Team A", wijken=["WK2"], buurten=["BU1"])
    assert members_of([area])["gebied", "team-a", "Team A"] == ["BU1", "BU3"]


@pytest.mark.parametrize(("kind", "code"), [("wijken", "WK9"), ("buurten", "BU9")])
def test_an_area_of_something_that_does_not_exist_is_refused(kind, code):
    with pytest.raises(ConfigError, match=f"area 'x' names {kind} that the municipality does not have: {code}"):
        members_of([Area(code="x", name="X", **{kind: [code]})])
