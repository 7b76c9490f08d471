"""The blocks of the catalogue and of a study file, as pydantic models."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, field_serializer, model_validator

from voorzieningen.config.tags import Model, TagRule
from voorzieningen.errors import examples

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Status = Literal["wettelijk", "gemeentelijk", "richtlijn", "aanname"]
OWN_LIST = "eigen_lijst"
Scale = Literal["buurt", "wijk", "stadsdeel", "stad"]


class FacilityRule(TagRule):
    """Which objects of OpenStreetMap are a facility of some class."""

    facility_class: Key = Field(alias="class")


class FacilityType(Model):
    """A kind of facility: what counts as one, and how a walk reaches it."""

    key: Key
    label: Text
    article: Text = Field(description="as it stands in a sentence: 'een huisarts'")
    plural: Text
    rules: list[FacilityRule] = Field(default=[])
    counts: list[Key] = Field(default=[], description="classes a walk may end at; empty: all")
    combines: list[Key] = Field(default=[], description="other types of which the nearest counts")
    tie: Literal["point", "outline"] = "point"
    min_area_m2: float = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _has_something_to_find(self) -> Self:
        if bool(self.rules) == bool(self.combines):
            msg = "give either 'rules' or 'combines'"
            raise ValueError(msg)
        unknown = set(self.counts) - set(self.classes)
        if unknown:
            msg = f"'counts' names {examples(sorted(unknown))}, which no rule gives"
            raise ValueError(msg)
        return self

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes its rules can give, in order."""
        return tuple(dict.fromkeys(rule.facility_class for rule in self.rules))

    @property
    def counted_classes(self) -> tuple[str, ...]:
        """The classes a walk may end at."""
        return tuple(self.counts) or self.classes


class TargetGroup(Model):
    """People or households the figures are about."""

    key: Key
    label: Text
    short: Text
    unit: Literal["personen", "huishoudens"]
    profile: Key
    of: Text = Field(description="column with the number of the whole")
    share: Text | None = Field(default=None, description="column with the percentage")
    count: Text | None = Field(default=None, description="stem of the StatLine column with the count")
    whole: bool = Field(default=False, description="whether the group is everybody, or every household")
    missing: Text | None = Field(default=None, description="why CBS gives no figure")


class Sourced(Model):
    """A figure that says where it comes from."""

    source: Text
    year: int | None = Field(default=None, ge=1900, le=2100)
    status: Status


class Profile(Sourced):
    """How a group walks: its speed, and what is closed to it."""

    key: Key
    label: Text
    speed_m_s: float = Field(gt=0.1, lt=3)
    closed: list[Key] = Field(default=[], description="flags of ways and nodes that this profile cannot take")


class Norm(Sourced):
    """The longest walk that is still near."""

    key: Key
    label: Text
    facility_types: list[Key] = Field(min_length=1)
    target_groups: list[Key] = Field(min_length=1)
    value: float | None = Field(default=None, gt=0)
    unit: Literal["m", "min"] = "m"
    profile: Key | None = Field(default=None, description="default: the profile of the target group")
    schaal: Scale
    active: bool = True

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        for name in ("facility_types", "target_groups"):
            listed = getattr(self, name)
            if len(set(listed)) < len(listed):
                msg = f"'{name}' names something twice: {examples(listed)}"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _value_where_judged(self) -> Self:
        if self.value is None and self.schaal in ("buurt", "wijk"):
            msg = "a norm at the scale of buurt or wijk needs a 'value'"
            raise ValueError(msg)
        return self

    def in_metres(self, profile: Profile) -> float | None:
        """Return the norm as a walk in metres of one profile."""
        if self.value is None or self.unit == "m":
            return self.value
        return self.value * 60 * profile.speed_m_s

    def in_minutes(self, profile: Profile) -> float | None:
        """Return the norm as a walk in minutes of one profile."""
        if self.value is None or self.unit == "min":
            return self.value
        return self.value / profile.speed_m_s / 60

    @property
    def gives_verdict(self) -> bool:
        """Whether a walk is judged by it: above the wijk the time is shown without a verdict."""
        return self.schaal in ("buurt", "wijk")


class Threshold(Model):
    """A number that decides how figures are read."""

    key: Key
    value: float = Field(ge=0)
    unit: Text
    label: Text
    source: Text
    status: Status

    @model_validator(mode="after")
    def _value_fits_its_unit(self) -> Self:
        if self.unit == "aandeel" and self.value > 1:
            msg = f"a share lies between 0 and 1, not {self.value:g}"
            raise ValueError(msg)
        if self.unit == "m" and self.value == 0:
            msg = "a distance must be more than 0"
            raise ValueError(msg)
        return self


class Dataset(Model):
    """A source: whose it is, its licence, and how to get it."""

    key: Key
    title: Text
    holder: Text
    licence: Text
    attribution: Text
    get: Text
    required: bool
    without: Text | None = Field(default=None, description="what the result lacks without it")


class Rule(TagRule):
    """A walking rule for ways or nodes."""

    key: Key
    kind: Literal["way", "node"]
    action: Literal["keep", "drop", "close"]
    flag: Key | None = None
    ties: bool = True
    reason: Text
    source: Text


class Buildings(Model):
    """Which buildings hold no homes."""

    not_homes: frozenset[str]
    source: Text
    status: Status

    @field_serializer("not_homes")
    def _in_order(self, values: frozenset[str]) -> list[str]:
        """Write a set in one order, so that the same settings give the same digest in every run."""
        return sorted(values)


class Catalogue(Model):
    """All kinds of things, by key."""

    facility_type: dict[str, FacilityType]
    target_group: dict[str, TargetGroup]
    profile: dict[str, Profile]
    norm: dict[str, Norm]
    threshold: dict[str, Threshold]
    dataset: dict[str, Dataset]
    rule: list[Rule]
    buildings: Buildings

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.limit("orange_share") > self.limit("green_share"):
            msg = "threshold.orange_share lies above threshold.green_share"
            raise ValueError(msg)
        everybody = [group.key for group in self.target_group.values() if group.whole and group.unit == "personen"]
        if len(everybody) != 1:
            msg = f"one target group of personen must be the whole, not {len(everybody)}"
            raise ValueError(msg)
        return self

    def limit(self, key: str) -> float:
        """Return the value of a threshold."""
        return self.threshold[key].value

    @property
    def active_norms(self) -> tuple[Norm, ...]:
        """The norms in use, in order."""
        return tuple(norm for norm in self.norm.values() if norm.active)

    def counted_classes(self, facility_type: str) -> tuple[str, ...]:
        """Return the classes that a walk to a type may end at, also where it combines types."""
        parts = self.facility_type[facility_type].combines or [facility_type]
        return tuple(name for part in parts for name in self.facility_type[part].counted_classes)

    def profile_of(self, norm: Norm, target_group: str) -> Profile:
        """Return the profile by which a group's walk is judged."""
        return self.profile[norm.profile or self.target_group[target_group].profile]


class Source(Model):
    """A raw file of a study."""

    file: Text = Field(description="name of the file in the study's raw folder")
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    year: int | None = Field(default=None, ge=1990, le=2100)
    optional: bool = Field(default=False, description="whether the run goes on without the file, and says so")


class UsedSource(Model):
    """A raw file as it was read: for sidecars and for the sources of a report."""

    dataset: str
    title: str
    holder: str
    file: str
    sha256: str
    licence: str
    attribution: str
    year: int | None = None


class OwnList(Model):
    """A list of facilities kept by the municipality."""

    file: Text
    facility_type: Key
    facility_class: Key | None = None
    complete: bool = Field(default=False, description="whether a place that is not on it does not exist")
    mode: Literal["supplement", "replace"] = "supplement"
    sheet: Text | None = None
    crs: Text = Field(default="EPSG:28992", description="coordinate system of the columns x and y")


class Area(Model):
    """A grouping of wijken or buurten, such as a stadsdeel."""

    code: Text
    name: Text
    wijken: list[str] = Field(default=[])
    buurten: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        if not self.wijken and not self.buurten:
            msg = "give 'wijken' or 'buurten'"
            raise ValueError(msg)
        return self


Block = dict[str, Any]


class StudyFile(Model):
    """The study as it stands in its TOML file."""

    name: Key
    gemeentecode: Annotated[str, StringConstraints(pattern=r"^GM\d{4}$")]
    gemeentenaam: Text
    peildatum: dt.date = Field(description="date of the population figures")
    buffer_m: float = Field(default=5000, ge=1000, le=20000, description="how far beyond the municipality to look")
    sources: dict[str, Source]
    own_lists: list[OwnList] = Field(default=[])
    areas: list[Area] = Field(default=[])
    facility_type: dict[str, Block] = Field(default={})
    target_group: dict[str, Block] = Field(default={})
    profile: dict[str, Block] = Field(default={})
    norm: dict[str, Block] = Field(default={})
    threshold: dict[str, Block] = Field(default={})


class Study(Model):
    """A study with its catalogue: all that the stages are told."""

    name: str
    gemeentecode: str
    gemeentenaam: str
    peildatum: dt.date
    buffer_m: float
    sources: dict[str, Source]
    own_lists: list[OwnList]
    areas: list[Area]
    catalogue: Catalogue
