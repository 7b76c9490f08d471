"""The people of Polderstad: households in homes and persons of an age, as the character of each buurt has it.

One table of made-up people is behind all figures, so that squares, buurten, wijken and years agree with one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voorzieningen.sample.buildings import Dwelling
from voorzieningen.sample.plan import Floats, Ints, Plan, random

PEILJAAR = 2024
VACANT = 0.015
LEAVES_HOME = 24

# Per kind of household: the ages of the adults, and of the children with the odds of one, two or three of them.
ADULTS: dict[str, tuple[tuple[int, int], ...]] = {
    "alleen_jong": ((20, 34),),
    "alleen_midden": ((35, 64),),
    "alleen_oud": ((65, 79),),
    "alleen_hoog": ((80, 97),),
    "paar_jong": ((22, 36), (22, 36)),
    "paar_midden": ((45, 64), (44, 64)),
    "paar_oud": ((65, 79), (63, 79)),
    "paar_hoog": ((80, 93), (76, 92)),
    "gezin_jong": ((29, 44), (28, 43)),
    "gezin_tiener": ((42, 57), (41, 56)),
    "eenouder_jong": ((26, 44),),
    "eenouder_tiener": ((40, 56),),
}
CHILDREN: dict[str, tuple[tuple[float, float, float], tuple[int, int]]] = {
    "gezin_jong": ((0.26, 0.52, 0.22), (0, 11)),
    "gezin_tiener": ((0.25, 0.52, 0.23), (10, 21)),
    "eenouder_jong": ((0.60, 0.35, 0.05), (0, 11)),
    "eenouder_tiener": ((0.62, 0.33, 0.05), (10, 21)),
}
KINDS = tuple(ADULTS)
ALONE = tuple(kind for kind in KINDS if kind.startswith("alleen"))
ONE_PARENT = tuple(kind for kind in KINDS if kind.startswith("eenouder_"))
WITH_CHILDREN = tuple(CHILDREN)

# Of those of an age, how many are alive a year later: from 65 on, and from 80 on.
YEARLY_SURVIVAL = ((65, 0.99), (80, 0.94))
BIRTHS_PER_YEAR = 0.05  # per inhabitant of 25 to 40
PARENTS = (25, 40)


@dataclass(frozen=True)
class People:
    """Households and persons, each with the row of its home; ages are of the peiljaar."""

    household_home: Ints
    household_kind: Ints
    person_home: Ints
    person_age: Ints
    home_year: Ints

    def ages_in(self, year: int) -> tuple[Ints, Ints, Floats]:
        """Return home, age and weight of the persons in a year: who has died since counts again, who was not born not.

        A later year is a forecast: people grow older and die, children leave home, others are born.
        """
        passed = PEILJAAR - year
        age = self.person_age - passed
        weight = np.ones(len(age))
        for start, yearly in YEARLY_SURVIVAL:
            years_at_risk = np.clip(np.maximum(age, self.person_age) - start, 0, abs(passed))
            weight *= yearly ** (-years_at_risk if passed > 0 else years_at_risk)
        there = (age >= 0) & (self.home_year[self.person_home] < min(year, PEILJAAR))
        if passed < 0:
            there &= ~((self.person_age < LEAVES_HOME - 3) & (age >= LEAVES_HOME))
        if passed >= 0:
            return self.person_home[there], age[there], weight[there]
        home, age_born, weight_born = self._born(-passed)
        return (
            np.concatenate([self.person_home[there], home]),
            np.concatenate([age[there], age_born]),
            np.concatenate([weight[there], weight_born]),
        )

    def _born(self, years: int) -> tuple[Ints, Ints, Floats]:
        """Return the children who are expected, by the number of those of an age to have them."""
        parents = self.person_home[(self.person_age >= PARENTS[0]) & (self.person_age < PARENTS[1])]
        home, age = np.repeat(parents, years), np.tile(np.arange(years), len(parents))
        return home, age, np.full(len(home), BIRTHS_PER_YEAR)

    def households_in(self, year: int) -> tuple[Ints, Ints]:
        """Return home and kind of the households in a year."""
        there = self.home_year[self.household_home] < year
        return self.household_home[there], self.household_kind[there]


def settle(plan: Plan, dwellings: Sequence[Dwelling]) -> People:
    """Let households move into the homes of every buurt."""
    codes = np.array([dwelling.buurtcode or "" for dwelling in dwellings])
    years = np.array([dwelling.year for dwelling in dwellings], dtype=np.int64)
    homes, kinds = [], []
    for number, buurt in enumerate(plan.buurten):
        own = np.flatnonzero(codes == buurt.code)
        rng = random(5, number)
        lived_in = own[rng.random(len(own)) >= VACANT]
        mix = np.array([plan.data["mix"][buurt.mix][kind] for kind in KINDS])
        homes.append(lived_in)
        kinds.append(rng.choice(len(KINDS), size=len(lived_in), p=mix / mix.sum()))
    household_home = np.concatenate(homes).astype(np.int64)
    household_kind = np.concatenate(kinds).astype(np.int64)
    person_home, person_age = _persons(household_home, household_kind)
    return People(household_home, household_kind, person_home, person_age, years)


def _persons(household_home: Ints, household_kind: Ints) -> tuple[Ints, Ints]:
    """Draw the persons of each household, kind by kind."""
    homes, ages = [], []
    for number, kind in enumerate(KINDS):
        own = household_home[household_kind == number]
        rng = random(6, number)
        for youngest, oldest in ADULTS[kind]:
            homes.append(own)
            ages.append(_ages(rng, youngest, oldest, len(own)))
        if kind in CHILDREN:
            odds, (youngest, oldest) = CHILDREN[kind]
            children = rng.choice(3, size=len(own), p=odds) + 1
            of = np.repeat(own, children)
            homes.append(of)
            ages.append(rng.integers(youngest, oldest + 1, len(of)))
    return np.concatenate(homes).astype(np.int64), np.concatenate(ages).astype(np.int64)


def _ages(rng: np.random.Generator, youngest: int, oldest: int, count: int) -> Ints:
    """Draw ages; of the oldest there are fewer every year."""
    share = rng.random(count) ** (1.8 if youngest >= YEARLY_SURVIVAL[1][0] - 4 else 1.0)
    return np.asarray(youngest + share * (oldest + 1 - youngest), dtype=np.int64)


def is_kind(kinds: Ints, wanted: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Tell which households are of some kinds."""
    return np.isin(kinds, [KINDS.index(kind) for kind in wanted])
