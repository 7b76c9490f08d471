"""Artefacts on disk: what each stage made, under a key of all that it was made from.

A stage's artefacts live in one folder with one sidecar, `artefact.json`: the key, the digests of the files, the raw
sources with their licences, the settings and the versions. A stage whose key and files are unchanged is skipped. A
stage is written beside its folder and swapped in when it is whole, so that a run killed at any moment leaves the old
artefacts or the new ones. A run that is refused puts back what it replaced.
"""

import ast
import hashlib
import importlib.metadata
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voorzieningen.config import UsedSource
from voorzieningen.errors import StorageError, VoorzieningenError
from voorzieningen.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

SIDECAR = "artefact.json"
SIDECAR_KEYS = {"key", "files", "sources", "settings", "inputs"}
LOCK = ".lock"
LIBRARIES = (
    "geopandas", "jinja2", "matplotlib", "networkx", "numpy", "osmium", "pandas", "pyarrow", "pyogrio", "pyproj",
    "scipy", "shapely", "xlsxwriter",
)  # fmt: skip
PACKAGE = Path(__file__).parent
OWN_NAME = __name__.partition(".")[0]

Writer = Callable[[Path], None]


@dataclass(frozen=True)
class Recipe:
    """All that decides what a stage makes.

    Attributes
    ----------
    stage
        Name of the stage: its folder, and the module whose source counts.
    settings
        What the stage is told, as plain data.
    sources
        The raw files behind it.
    inputs
        Digests of what the stages it builds on made, by name.
    """

    stage: str
    settings: Mapping[str, Any]
    sources: Sequence[UsedSource]
    inputs: Mapping[str, str]

    @property
    def key(self) -> str:
        """Digest of everything above, of the stage's own source and of the libraries."""
        return _digest_of(
            {
                "stage": self.stage,
                "settings": self.settings,
                "sources": [[source.dataset, source.file, source.sha256] for source in self.sources],
                "inputs": self.inputs,
                "code": source_digest(self.stage),
                "libraries": library_versions(),
            }
        )


@dataclass
class Store:
    """The artefacts of one study.

    Parameters
    ----------
    root
        The study's own folder, `<out>/<study>`.
    """

    root: Path
    _replaced: list[tuple[Path, Path | None]] = field(default_factory=list)

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the study for one run; a refusal puts back what was replaced.

        Raises
        ------
        StorageError
            Another run holds the study, or the folder cannot be written.
        """
        made = self._make_root()
        had_lock = (self.root / LOCK).exists()
        with self._lock(made):
            try:
                self._recover()
                yield
            except VoorzieningenError:
                self._put_back()
                if not had_lock:
                    (self.root / LOCK).unlink(missing_ok=True)
                raise
            except PermissionError as error:
                self._put_back()
                raise StorageError("may not be read or written", where=str(error.filename or self.root)) from error
            finally:
                self._let_go()
                _remove_if_only_lock(made)

    @contextmanager
    def _lock(self, made: Sequence[Path]) -> Iterator[None]:
        """Hold the lock, which the system takes back from a run that is killed."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.root / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StorageError(
                "another run holds this study",
                where=str(self.root),
                hint="wait until it has ended, or give another --out",
            ) from error
        except OSError as error:
            _remove_if_only_lock(made)
            raise StorageError(
                f"cannot be written: {error.strerror or error}", where=str(self.root), hint="give another --out"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def is_current(self, recipe: Recipe) -> bool:
        """Tell whether the stage's artefacts were made from this recipe and are still what was written."""
        sidecar = self._sidecar(recipe.stage)
        if sidecar is None or sidecar["key"] != recipe.key:
            return False
        return bool(sidecar["files"] == _digests(self.root / recipe.stage))

    def contents(self, stage: str) -> str:
        """Return the digest of all that a stage made."""
        sidecar = self._sidecar(stage)
        return _digest_of(sidecar["files"]) if sidecar else ""

    def write(self, recipe: Recipe, write_files: Writer) -> None:
        """Let a stage write its files, and swap them in when they are whole.

        Parameters
        ----------
        recipe
            What the files are made from.
        write_files
            Writes into the empty folder that it is given.

        Raises
        ------
        StorageError
            The disk is full or may not be written.
        """
        fresh = self._fresh(recipe.stage)
        try:
            _remove(fresh)
            fresh.mkdir(parents=True)
            write_files(fresh)
            sidecar = _sidecar_of(recipe, _digests(fresh))
            (fresh / SIDECAR).write_text(
                json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
            )
            self._swap_in(recipe.stage, fresh)
        except OSError as error:
            if isinstance(error, VoorzieningenError):
                raise
            raise StorageError(
                f"cannot write the artefacts of '{recipe.stage}': {error.strerror or error}",
                where=str(self.root),
                hint="free some disk space, or give another --out",
            ) from error
        finally:
            _remove(fresh)

    def read_table(self, stage: str, name: str) -> "pd.DataFrame":
        """Read one table of a stage.

        Raises
        ------
        StorageError
            The stage has not been run, or the file is damaged.
        """
        import geopandas as gpd
        import pandas as pd

        path = self.root / stage / f"{name}.parquet"
        if not path.is_file():
            raise StorageError(
                f"there is no table '{name}' yet",
                where=str(self.root),
                hint=f"voorzieningen run {self.root.name}",
            )
        try:
            return gpd.read_parquet(path) if TABLES[name].geometry else pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise StorageError(
                f"the file of table '{name}' is damaged", where=str(path), hint=f"voorzieningen run {self.root.name}"
            ) from error

    def sources(self, stage: str) -> list[UsedSource]:
        """Return the raw sources behind a stage, from its sidecar."""
        sidecar = self._sidecar(stage)
        if sidecar is None:
            raise StorageError(
                f"'{stage}' has not been run yet", where=str(self.root), hint=f"voorzieningen run {self.root.name}"
            )
        return [UsedSource.model_validate(source) for source in sidecar["sources"]]

    def settings(self, stage: str) -> dict[str, Any]:
        """Return what a stage was told when it was run; nothing if it was not."""
        sidecar = self._sidecar(stage)
        return dict(sidecar["settings"]) if sidecar else {}

    def is_made_from(self, stage: str) -> bool:
        """Tell whether a stage was made from what the stages before it hold now."""
        sidecar = self._sidecar(stage)
        return sidecar is None or all(self.contents(need) == digest for need, digest in sidecar["inputs"].items())

    def _sidecar(self, stage: str) -> dict[str, Any] | None:
        try:
            loaded = json.loads((self.root / stage / SIDECAR).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return loaded if isinstance(loaded, dict) and loaded.keys() >= SIDECAR_KEYS else None

    def _make_root(self) -> list[Path]:
        """Make the study's folder; return the folders that were not there, the deepest first."""
        try:
            made = [path for path in (self.root, *self.root.parents) if not path.exists()]
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"this folder cannot be made: {error.strerror}", where=str(self.root), hint="give another --out"
            ) from error
        return made

    def _swap_in(self, stage: str, fresh: Path) -> None:
        current, old = self.root / stage, self._old(stage)
        replaces = current.exists()
        if replaces:
            _remove(old)
            current.rename(old)
        fresh.rename(current)
        self._replaced.append((current, old if replaces else None))

    def _fresh(self, stage: str) -> Path:
        return self.root / f".{stage}.new"

    def _old(self, stage: str) -> Path:
        return self.root / f".{stage}.old"

    def _recover(self) -> None:
        """Clear what a killed run left: a stage caught between two names gets its old artefacts back."""
        self._replaced.clear()
        for old in self.root.glob(".*.old"):
            current = self.root / old.name.removeprefix(".").removesuffix(".old")
            if current.exists():
                _remove(old)
            else:
                old.rename(current)
        for fresh in self.root.glob(".*.new"):
            _remove(fresh)

    def _put_back(self) -> None:
        """Undo the swaps by renaming, so that one killed halfway still has all of the old artefacts."""
        for current, old in reversed(self._replaced):
            undone = self._fresh(current.name)
            current.rename(undone)
            if old is not None:
                old.rename(current)
            _remove(undone)
        self._replaced.clear()

    def _let_go(self) -> None:
        for _, old in self._replaced:
            if old is not None:
                _remove(old)
        self._replaced.clear()


def write_tables(folder: Path, tables: "Mapping[str, pd.DataFrame]") -> None:
    """Write tables as (Geo)Parquet, one file each.

    Parameters
    ----------
    folder
        An existing folder.
    tables
        The tables by name.
    """
    for name, table in tables.items():
        table.reset_index(drop=True).to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def source_digest(stage: str) -> str:
    """Digest the source of a stage: the pipeline, its module, and every module and data file here that it imports."""
    files = sorted({*_files_behind(f"voorzieningen.{stage}"), PACKAGE / "pipeline.py"})
    return _digest_of([[path.relative_to(PACKAGE).as_posix(), file_digest(path)] for path in files])


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers depend on, and of this package."""
    return {name: importlib.metadata.version(name) for name in ("voorzieningen", *LIBRARIES)}


def _files_behind(module: str) -> set[Path]:
    """Follow imports within the package, and take the data files that lie beside a module."""
    seen: set[Path] = set()
    waiting = [module]
    while waiting:
        path = _module_file(waiting.pop())
        if path is None or path in seen:
            continue
        seen.add(path)
        if path.parent != PACKAGE:
            seen.update(other for other in path.parent.rglob("*") if other.suffix in (".j2", ".toml", ".css"))
        waiting += _imports_of(path)
    return seen


@cache
def _imports_of(path: Path) -> tuple[str, ...]:
    """Return what a module imports from this package, as far as it may be a module."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    own = [node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OWN_NAME)]
    return tuple(name for node in own for name in (node.module or "", *(f"{node.module}.{a.name}" for a in node.names)))


def _module_file(module: str) -> Path | None:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    if path.with_suffix(".py").is_file():
        return path.with_suffix(".py")
    package = path / "__init__.py"
    return package if package.is_file() and path != PACKAGE else None


def _sidecar_of(recipe: Recipe, files: Mapping[str, str]) -> dict[str, Any]:
    return {
        "stage": recipe.stage,
        "key": recipe.key,
        "files": files,
        "sources": [source.model_dump() for source in recipe.sources],
        "inputs": dict(recipe.inputs),
        "settings": recipe.settings,
        "code": source_digest(recipe.stage),
        "versions": library_versions(),
    }


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SIDECAR)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in files}


def _digest_of(data: object) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _remove_if_only_lock(made: Sequence[Path]) -> None:
    """Leave no trace of a run that was refused before it wrote anything."""
    if not made or any(path.name != LOCK for path in made[0].iterdir()):
        return
    (made[0] / LOCK).unlink(missing_ok=True)
    with suppress(OSError):  # another study may have come to live in a folder that this run made
        for path in made:
            path.rmdir()
