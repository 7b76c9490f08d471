"""Studies and the catalogue: what is asked, and by which kinds of things.

A study is one TOML file (`configs/kampen.toml`). The catalogue is a folder of TOML files shipped with the package; a
study may add blocks to it or override keys of a block. Everything is checked when it is loaded: an unknown key, a norm
without a source or a reference to nothing is a `ConfigError` that names the file and the key.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_serializer, model_validator

from voorzieningen.errors import ConfigError, did_you_mean, examples

CONFIG_DIR = Path("configs")
CATALOGUE_FILES = {
    "facility_type": "facility_types.toml",
    "target_group": "target_groups.toml",
    "profile": "profiles.toml",
    "norm": "norms.toml",
    "threshold": "thresholds.toml",
    "dataset": "datasets.toml",
    "rule": "rules.toml",
    "buildings": "buildings.toml",
}

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Status = Literal["wettelijk", "gemeentelijk", "richtlijn", "aanname"]
Scale = Literal["buurt", "wijk", "stadsdeel", "stad"]
Tags = dict[str, list[str]]
M = TypeVar("M", bound=BaseModel)


class Model(BaseModel):
    """A frozen block of a TOML file in which unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TagRule(Model):
    """A condition on OpenStreetMap tags: one of `match` holds and none of `unless`."""

    match: list[Tags] = Field(min_length=1)
    unless: list[Tags] = []

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        for value in (value for tags in (*self.match, *self.unless) for values in tags.values() for value in values):
            try:
                re.compile(value.removeprefix("~") if value.startswith("~") else "")
            except re.error as error:
                msg = f"'{value}' is not a pattern: {error}"
                raise ValueError(msg) from error
        return self

    @cached_property
    def _tests(self) -> tuple[list[list[tuple[str, "Callable[[str], bool]"]]], ...]:
        return tuple(
            [[(key, _value_test(values)) for key, values in tags.items()] for tags in alternatives]
            for alternatives in (self.match, self.unless)
        )

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Tell whether the tags of one object meet the rule.

        Parameters
        ----------
        tags
            The tags of a node, way or relation.
        """
        match, unless = self._tests
        return _any_holds(match, tags) and not _any_holds(unless, tags)


def _any_holds(alternatives: list[list[tuple[str, Callable[[str], bool]]]], tags: Mapping[str, str]) -> bool:
    return any(all(key in tags and test(tags[key]) for key, test in tests) for tests in alternatives)


def _value_test(values: list[str]) -> Callable[[str], bool]:
    """Compile a list of wanted values: equality on each part of a `;` list, `*` for any, `~` for a pattern."""
    if "*" in values:
        return lambda _: True
    patterns = [re.compile(value[1:]) for value in values if value.startswith("~")]
    wanted = frozenset(value for value in values if not value.startswith("~"))

    def test(value: str) -> bool:
        parts = {part.strip() for part in value.split(";")} if ";" in value else {value}
        return not wanted.isdisjoint(parts) or any(pattern.search(value) for pattern in patterns)

    return test


class FacilityRule(TagRule):
    """Which objects of OpenStreetMap are a facility of some class."""

    facility_class: Key = Field(alias="class")


class FacilityType(Model):
    """A kind of facility: what counts as one, and how a walk reaches it."""

    key: Key
    label: Text
    article: Text = Field(description="as it stands in a sentence: 'een huisarts'")
    plural: Text
    rules: list[FacilityRule] = []
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
    def _value_where_judged(self) -> Self:
        if self.value is None and self.schaal in ("buurt", "wijk"):
            msg = "a norm at the scale of buurt or wijk needs a 'value'"
            raise ValueError(msg)
        return self

    @property
    def gives_verdict(self) -> bool:
        """Whether a walk is judged by it: above the wijk the time is shown without a verdict."""
        return self.schaal in ("buurt", "wijk")


class Threshold(Model):
    """A number that decides how figures are read."""

    key: Key
    value: float
    unit: Text
    label: Text
    source: Text
    status: Status


class Dataset(Model):
    """A source: whose it is, its licence, and how to get it."""

    key: Key
    title: Text
    holder: Text
    licence: Text
    attribution: Text
    formats: list[str]
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
    wijken: list[str] = []
    buurten: list[str] = []

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
    own_lists: list[OwnList] = []
    areas: list[Area] = []
    facility_type: dict[str, Block] = {}
    target_group: dict[str, Block] = {}
    profile: dict[str, Block] = {}
    norm: dict[str, Block] = {}
    threshold: dict[str, Block] = {}


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


def load_study(name_or_path: str, *, config_dir: Path = CONFIG_DIR) -> Study:
    """Read a study file and the catalogue, and check them.

    Parameters
    ----------
    name_or_path
        The name of a file in `config_dir` without `.toml`, or a path to a TOML file.
    config_dir
        Where studies are kept.

    Raises
    ------
    ConfigError
        The file does not exist, is not TOML, or says something that cannot be.
    """
    path = _study_path(name_or_path, config_dir)
    raw = _read_toml(path)
    study = _validated(StudyFile, raw, where=str(path))
    catalogue = load_catalogue(
        {kind: getattr(study, kind) for kind in ("facility_type", "target_group", "profile", "norm", "threshold")},
        where=str(path),
    )
    _check_sources(study, catalogue, where=str(path))
    fields = study.model_dump(include={"name", "gemeentecode", "gemeentenaam", "peildatum", "buffer_m"})
    return Study(**fields, sources=study.sources, own_lists=study.own_lists, areas=study.areas, catalogue=catalogue)


def list_studies(config_dir: Path = CONFIG_DIR) -> list[str]:
    """Return the names of the studies in a folder."""
    return sorted(path.stem for path in config_dir.glob("*.toml"))


def load_catalogue(overrides: Mapping[str, Mapping[str, Block]] | None = None, *, where: str = "study") -> Catalogue:
    """Read the catalogue shipped with the package, with a study's additions on top.

    Parameters
    ----------
    overrides
        Per kind, blocks by key; keys of an existing block replace those keys, other blocks are added.
    where
        The file that the overrides come from, for messages.

    Raises
    ------
    ConfigError
        A block is incomplete, has an unknown key, or refers to something that does not exist.
    """
    overrides = overrides or {}
    kinds: dict[str, Any] = {}
    for kind, file in CATALOGUE_FILES.items():
        shipped = tomllib.loads((resources.files("voorzieningen") / "catalogue" / file).read_text(encoding="utf-8"))[
            kind
        ]
        kinds[kind] = shipped
        if isinstance(shipped, dict) and kind != "buildings":
            changes = overrides.get(kind, {})
            merged = {key: {**shipped.get(key, {}), **changes.get(key, {})} for key in [*shipped, *changes]}
            kinds[kind] = {key: {"key": key, **block} for key, block in merged.items()}
    catalogue = _validated(Catalogue, kinds, where=lambda loc: _origin(loc, overrides, where))
    _check_references(catalogue, overrides, where)
    return catalogue


def _origin(loc: tuple[int | str, ...], overrides: Mapping[str, Mapping[str, Block]], where: str) -> str:
    """Name the file a block comes from."""
    kind = str(loc[0]) if loc else ""
    if len(loc) > 1 and loc[1] in overrides.get(kind, {}):
        return where
    return f"catalogue/{CATALOGUE_FILES.get(kind, '')}"


def _check_references(catalogue: Catalogue, overrides: Mapping[str, Mapping[str, Block]], where: str) -> None:
    """Refuse a block that names a facility type, group, profile or flag that does not exist."""
    flags = {rule.flag for rule in catalogue.rule if rule.flag}
    references: list[tuple[tuple[str, str, str], Iterable[str], Iterable[str]]] = []
    for key, norm in catalogue.norm.items():
        references.append((("norm", key, "facility_types"), norm.facility_types, catalogue.facility_type))
        references.append((("norm", key, "target_groups"), norm.target_groups, catalogue.target_group))
        references.append((("norm", key, "profile"), [norm.profile] if norm.profile else [], catalogue.profile))
    for key, group in catalogue.target_group.items():
        references.append((("target_group", key, "profile"), [group.profile], catalogue.profile))
    for key, facility_type in catalogue.facility_type.items():
        references.append((("facility_type", key, "combines"), facility_type.combines, catalogue.facility_type))
    for key, profile in catalogue.profile.items():
        references.append((("profile", key, "closed"), profile.closed, flags))
    for loc, named, known in references:
        for name in named:
            if name not in known:
                raise ConfigError(
                    f"{'.'.join(loc)} names '{name}', which does not exist",
                    where=_origin(loc, overrides, where),
                    hint=did_you_mean(name, known),
                )


def _check_sources(study: StudyFile, catalogue: Catalogue, *, where: str) -> None:
    """Refuse a source of no known dataset, a missing required one, and an own list of no known type."""
    for key in study.sources:
        if key not in catalogue.dataset:
            raise ConfigError(f"sources.{key} is no dataset", where=where, hint=did_you_mean(key, catalogue.dataset))
    for key, dataset in catalogue.dataset.items():
        if dataset.required and key not in study.sources:
            raise ConfigError(
                f"sources.{key} is missing ({dataset.title})", where=where, hint=f'add [sources.{key}] with file = "…"'
            )
    for index, own in enumerate(study.own_lists):
        if own.facility_type not in catalogue.facility_type:
            raise ConfigError(
                f"own_lists[{index}].facility_type names '{own.facility_type}', which does not exist",
                where=where,
                hint=did_you_mean(own.facility_type, catalogue.facility_type),
            )
        facility_type = catalogue.facility_type[own.facility_type]
        if own.facility_class is not None and own.facility_class not in facility_type.classes:
            raise ConfigError(
                f"own_lists[{index}].facility_class names '{own.facility_class}', which '{own.facility_type}' lacks",
                where=where,
                hint=did_you_mean(own.facility_class, facility_type.classes),
            )


def _study_path(name_or_path: str, config_dir: Path) -> Path:
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not path.is_file():
            raise ConfigError("this study file does not exist", where=str(path), hint="give the path of a TOML file")
        return path
    path = config_dir / f"{name_or_path}.toml"
    if not path.is_file():
        known = list_studies(config_dir)
        raise ConfigError(
            f"there is no study '{name_or_path}' in {config_dir}/",
            hint=did_you_mean(name_or_path, known) if known else f"put a study file at {path}",
        )
    return path


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError("is not text in UTF-8", where=str(path), hint="save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not TOML: {error}", where=str(path), hint="see https://toml.io") from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _validated(model: type[M], data: dict[str, Any], *, where: str | Callable[[tuple[int | str, ...]], str]) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors()
        # a key that is misspelt is also missing: the unknown key says which and what was meant
        first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
        loc = first["loc"]
        more = error.error_count() - 1
        raise ConfigError(
            _as_sentence(first["type"], loc, first["msg"]) + (f" (and {more} more)" if more else ""),
            where=where if isinstance(where, str) else where(loc),
            hint=_hint(model, first["type"], loc),
        ) from error


def _as_sentence(kind: str, loc: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(part) for part in loc)
    if kind == "missing":
        return f"{key} is missing"
    if kind == "extra_forbidden":
        return f"{key} is an unknown key"
    return f"{key}: {message.removeprefix('Value error, ')}"


def _hint(model: type[BaseModel], kind: str, loc: tuple[int | str, ...]) -> str | None:
    if kind == "extra_forbidden":
        return did_you_mean(str(loc[-1]), _keys_at(model, loc[:-1]))
    if kind == "missing" and loc[-1] == "source":
        return 'a figure without a source does not load: add source = "…" and a status (aanname if it is ours)'
    return None


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """List the keys that a block allows, following the path to it through the models."""
    current: Any = model
    for part in loc:
        fields = getattr(current, "model_fields", None)
        if fields is not None and part in fields:
            current = fields[part].annotation
        arguments = [arg for arg in getattr(current, "__args__", ()) if arg is not str]
        if arguments and not hasattr(current, "model_fields"):
            current = arguments[-1]
    fields = getattr(current, "model_fields", {})
    return [field.alias or name for name, field in fields.items() if name != "key"]
