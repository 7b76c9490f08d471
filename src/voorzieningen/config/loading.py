"""Study files and the catalogue, read from TOML and checked; what is wrong is named by file and key."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from voorzieningen.config.models import OWN_LIST, Block, Catalogue, Study, StudyFile
from voorzieningen.errors import ConfigError, did_you_mean, examples, is_there

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
CBS_CODE = re.compile(r"(BU|WK|GM)\d+")
NEARLY_THE_SAME = 0.8
LONGEST_NAME = 200  # of one file or folder: file systems refuse more than 255 bytes
OVERRIDABLE = ("facility_type", "target_group", "profile", "norm", "threshold")

M = TypeVar("M", bound=BaseModel)


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
    if path.parent == config_dir and study.name != path.stem:
        raise ConfigError(
            f"name is '{study.name}', but the file is {path.name}",
            where=str(path),
            hint=f'write name = "{path.stem}": a study that keeps the name of another would overwrite its artefacts',
        )
    catalogue = load_catalogue(
        {kind: getattr(study, kind) for kind in OVERRIDABLE},
        where=str(path),
    )
    _check_sources(study, catalogue, where=str(path))
    _check_areas(study, where=str(path))
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
    for kind in CATALOGUE_FILES:
        shipped = _shipped(kind)
        kinds[kind] = shipped
        if kind in OVERRIDABLE or kind == "dataset":
            changes = overrides.get(kind, {})
            merged = {key: _merged(shipped.get(key, {}), changes.get(key, {})) for key in [*shipped, *changes]}
            kinds[kind] = {key: {"key": key, **block} for key, block in merged.items()}
    try:
        catalogue = _validated(Catalogue, kinds, where=lambda loc: _origin(loc, overrides, where))
    except ConfigError as error:
        raise _with_key_that_was_meant(error, overrides) from error
    _check_own_norms(overrides.get("norm", {}), where)
    _check_references(catalogue, overrides, where)
    _check_combinations(catalogue, overrides, where)
    return catalogue


def _check_own_norms(norms: Mapping[str, Block], where: str) -> None:
    """Refuse a norm that changes the figure or its status and leaves the source of another standing beside it."""
    for key, changes in norms.items():
        if key in _shipped("norm") and changes.keys() & {"value", "unit", "status"} and "source" not in changes:
            raise ConfigError(
                f"norm.{key} changes {examples(sorted(changes))} but not its source",
                where=where,
                hint='say whose norm it is: add source = "…" and status (gemeentelijk, aanname, …)',
            )


def _merged(shipped: Block, changes: Block) -> Block:
    """Lay changes over a block; the year of a source that is replaced goes with it."""
    kept = {key: value for key, value in shipped.items() if key != "year" or "source" not in changes}
    return {**kept, **changes}


def _with_key_that_was_meant(error: ConfigError, overrides: Mapping[str, Mapping[str, Block]]) -> ConfigError:
    """Point from a block that misses its keys to one that exists, if its key is nearly that one."""
    kind, _, rest = error.what.partition(".")
    key = rest.partition(".")[0]
    shipped = _shipped(kind) if kind in OVERRIDABLE else {}
    meant = difflib.get_close_matches(key, shipped, n=1, cutoff=NEARLY_THE_SAME)
    is_new = key in overrides.get(kind, {}) and key not in shipped and " is missing" in error.what
    if not is_new or not meant:
        return error
    return ConfigError(
        error.what, where=error.where, hint=f"{kind} '{key}' is not in the catalogue: did you mean '{meant[0]}'?"
    )


def _shipped(kind: str) -> Any:
    """Read one file of the catalogue that comes with the package."""
    path = resources.files("voorzieningen") / "catalogue" / CATALOGUE_FILES[kind]
    return tomllib.loads(path.read_text(encoding="utf-8"))[kind]


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


def _check_combinations(catalogue: Catalogue, overrides: Mapping[str, Mapping[str, Block]], where: str) -> None:
    """Refuse a type that combines a type that combines others: only types with rules have facilities."""
    for key, facility_type in catalogue.facility_type.items():
        combined = [part for part in facility_type.combines if catalogue.facility_type[part].combines]
        if combined:
            raise ConfigError(
                f"facility_type.{key}.combines names '{combined[0]}', which combines other types itself",
                where=_origin(("facility_type", key), overrides, where),
                hint="name the types that have rules",
            )


def _check_sources(study: StudyFile, catalogue: Catalogue, *, where: str) -> None:
    """Refuse a source of no known dataset, a missing required one, and an own list of no known type."""
    for key in study.sources:
        if key not in catalogue.dataset:
            raise ConfigError(f"sources.{key} is no dataset", where=where, hint=did_you_mean(key, catalogue.dataset))
    if OWN_LIST in study.sources:
        raise ConfigError(
            f"sources.{OWN_LIST} is not how an own list is given",
            where=where,
            hint='add [[own_lists]] with file = "…" and facility_type = "…"',
        )
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


def _check_areas(study: StudyFile, *, where: str) -> None:
    """Refuse an area whose code is taken: by another area, or because CBS writes its own codes so."""
    codes = [area.code for area in study.areas]
    for code in codes:
        if codes.count(code) > 1 or CBS_CODE.fullmatch(code):
            raise ConfigError(
                f"areas has a code that is taken: '{code}'",
                where=where,
                hint="give each area a code of its own, not one that CBS uses (BU…, WK…, GM…)",
            )


def _study_path(name_or_path: str, config_dir: Path) -> Path:
    if any(len(part) > LONGEST_NAME for part in Path(name_or_path).parts):
        raise ConfigError(f"'{name_or_path[:40]}…' is too long for the name of a study")
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if not is_there(path):
            raise ConfigError("this study file does not exist", where=str(path), hint="give the path of a TOML file")
        return path
    path = config_dir / f"{name_or_path}.toml"
    if not is_there(path):
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
