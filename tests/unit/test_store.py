"""Artefacts on disk: what makes a stage run again, what stands beside it, and that nothing is ever half."""

import datetime as dt
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from runs import listing
from voorzieningen import store as store_module
from voorzieningen.config import UsedSource
from voorzieningen.errors import SourceError, StorageError
from voorzieningen.store import LOCK, SIDECAR, Recipe, Store, library_versions, source_digest, write_tables

SOURCE = UsedSource(
    dataset="osm",
    title="OpenStreetMap",
    holder="OpenStreetMap-bijdragers",
    file="town.osm.pbf",
    sha256="a" * 64,
    licence="ODbL 1.0",
    attribution="© OpenStreetMap-bijdragers",
)
RECIPE = Recipe("reach", {"profile": {"speed_m_s": 1.3}}, [SOURCE], {"network": "b" * 64})


def writes(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "a.txt").write_text(text)
        (folder / "b").mkdir()
        (folder / "b" / "c.txt").write_text(text)

    return write


def filled(root: Path, text: str = "old", recipe: Recipe = RECIPE) -> Store:
    store = Store(root)
    with store.hold():
        store.write(recipe, writes(text))
    return store


@pytest.mark.parametrize(
    "other",
    [
        replace(RECIPE, settings={"profile": {"speed_m_s": 1.2}}),
        replace(RECIPE, sources=[SOURCE.model_copy(update={"sha256": "c" * 64})]),
        replace(RECIPE, sources=[SOURCE.model_copy(update={"file": "other.osm.pbf"})]),
        replace(RECIPE, sources=[]),
        replace(RECIPE, inputs={"network": "d" * 64}),
        replace(RECIPE, stage="tracks"),
    ],
    ids=["settings", "digest", "file", "sources", "inputs", "stage"],
)
def test_the_key_changes_with_each_part_of_the_recipe(tmp_path: Path, other: Recipe) -> None:
    assert other.key != RECIPE.key
    assert not filled(tmp_path / "town").is_current(other)


def test_the_key_changes_with_the_source_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    before = RECIPE.key
    monkeypatch.setattr(store_module, "source_digest", lambda stage: f"other {stage}")
    assert RECIPE.key != before


def test_the_key_changes_with_the_version_of_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    before = RECIPE.key
    monkeypatch.setattr(store_module, "library_versions", lambda: {**library_versions(), "scipy": "0.0"})
    assert RECIPE.key != before


def test_the_key_does_not_depend_on_the_order_of_the_settings() -> None:
    one, other = ({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert replace(RECIPE, settings=one).key == replace(RECIPE, settings=other).key


@pytest.mark.parametrize("edited", ["reach.py", "schema.py", "summary.py", "network/search.py", "pipeline.py"])
def test_the_source_of_a_stage_is_all_that_it_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    copy_of_package(tmp_path, monkeypatch)
    before = source_digest.__wrapped__("reach")
    (tmp_path / edited).write_text((tmp_path / edited).read_text() + "\n# edited\n")
    assert source_digest.__wrapped__("reach") != before


@pytest.mark.parametrize("edited", ["gaps.py", "report/maps.py", "report/templates/style.css", "catalogue/norms.toml"])
def test_the_source_of_a_stage_is_no_more_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    copy_of_package(tmp_path, monkeypatch)
    before = source_digest.__wrapped__("reach")
    (tmp_path / edited).write_text((tmp_path / edited).read_text() + "\n# edited\n")
    assert source_digest.__wrapped__("reach") == before


@pytest.mark.parametrize(
    "edited", ["report/templates/style.css", "report/templates/parts.html.j2", "report/choices.toml"]
)
def test_the_source_of_the_report_takes_in_its_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: str
) -> None:
    copy_of_package(tmp_path, monkeypatch)
    before = source_digest.__wrapped__("report")
    (tmp_path / edited).write_text((tmp_path / edited).read_text() + "\n# edited\n")
    assert source_digest.__wrapped__("report") != before


def copy_of_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in store_module.PACKAGE.rglob("*"):
        if path.suffix in (".py", ".toml", ".j2", ".css"):
            copy = folder / path.relative_to(store_module.PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(store_module, "PACKAGE", folder)


def test_no_module_imports_this_package_in_a_way_that_the_digest_does_not_follow() -> None:
    for path in store_module.PACKAGE.rglob("*.py"):
        lines = [line.strip() for line in path.read_text().splitlines()]
        assert not [line for line in lines if line.startswith(("import voorzieningen", "from ."))], path


def test_what_is_unchanged_is_current(tmp_path: Path) -> None:
    assert filled(tmp_path / "town").is_current(RECIPE)
    assert not Store(tmp_path / "elsewhere").is_current(RECIPE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "a.txt").write_text("edited"),
        lambda folder: (folder / "b" / "c.txt").unlink(),
        lambda folder: (folder / "extra.txt").write_text("added"),
        lambda folder: (folder / SIDECAR).unlink(),
        lambda folder: (folder / SIDECAR).write_text("{"),
        lambda folder: (folder / SIDECAR).write_text("[]"),
        lambda folder: (folder / SIDECAR).write_text('{"key": 1}'),
    ],
    ids=["edited", "deleted", "added", "no sidecar", "half a sidecar", "another sidecar", "a poor sidecar"],
)
def test_what_was_changed_by_hand_is_not_current_and_is_built_again(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    store = filled(tmp_path / "town")
    before = listing(store.root)
    damage(store.root / "reach")
    assert not store.is_current(RECIPE)
    filled(store.root)
    assert listing(store.root) == before


def test_the_sidecar_says_what_the_artefacts_are_made_from_and_not_when_or_where(tmp_path: Path) -> None:
    store = filled(tmp_path / "town")
    text = (store.root / "reach" / SIDECAR).read_text()
    sidecar = json.loads(text)
    assert sidecar["sources"] == [SOURCE.model_dump()]
    assert sidecar["settings"] == RECIPE.settings
    assert sidecar["inputs"] == RECIPE.inputs
    assert sidecar["files"].keys() == {"a.txt", "b/c.txt"}
    assert sidecar["versions"].keys() >= {"voorzieningen", "shapely", "pandas", "osmium"}
    assert store.sources("reach") == [SOURCE]
    today = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d")
    for forbidden in (str(tmp_path), str(Path.cwd()), str(Path.home()), today):
        assert forbidden not in text


def test_the_same_recipe_and_files_give_the_same_bytes_in_any_folder(tmp_path: Path) -> None:
    one, other = (filled(tmp_path / name) for name in ("one", "two words"))
    assert listing(one.root) == listing(other.root)


def test_a_refusal_puts_back_what_was_replaced_and_removes_what_was_new(tmp_path: Path) -> None:
    store = filled(tmp_path / "town")
    before = listing(store.root)
    with pytest.raises(SourceError), store.hold():
        store.write(replace(RECIPE, settings={}), writes("new"))
        store.write(replace(RECIPE, stage="gaps"), writes("new"))
        assert listing(store.root) != before
        raise SourceError("is not what it should be")
    assert listing(store.root) == before


def test_a_refused_first_run_leaves_no_folder(tmp_path: Path) -> None:
    store = Store(tmp_path / "out" / "deep" / "town")
    with pytest.raises(SourceError), store.hold():
        store.write(RECIPE, writes("new"))
        raise SourceError("is not what it should be")
    assert listing(tmp_path) == {}


def test_a_refused_first_run_leaves_the_folder_of_another_study_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "out" / "town")
    with pytest.raises(SourceError), store.hold():
        (tmp_path / "out" / "other").mkdir()
        raise SourceError("is not what it should be")
    assert listing(tmp_path) == {"out": "", "out/other": ""}


def test_an_interrupted_run_keeps_the_stages_that_were_done(tmp_path: Path) -> None:
    store = filled(tmp_path / "town")
    with suppress(KeyboardInterrupt), store.hold():
        store.write(RECIPE, writes("new"))
        raise KeyboardInterrupt
    assert set(listing(store.root)) == {LOCK, "reach", "reach/a.txt", "reach/b", "reach/b/c.txt", f"reach/{SIDECAR}"}
    assert (store.root / "reach" / "a.txt").read_text() == "new"


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    store = filled(tmp_path / "town")
    before = listing(store.root)

    def fails(folder: Path) -> None:
        (folder / "half.txt").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="cannot write the artefacts of 'reach': No space left"), store.hold():
        store.write(RECIPE, fails)
    assert listing(store.root) == before


def test_a_file_that_may_grow_no_further_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The system itself refuses to write on, as on a full disk."""
    store = filled(tmp_path / "town")
    before = listing(store.root)
    numbers = pd.DataFrame({"number": range(100_000)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(StorageError, match="reach") as caught, store.hold():
            store.write(RECIPE, lambda folder: write_tables(folder, {"numbers": numbers}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "free some disk space" in str(caught.value)
    assert listing(store.root) == before


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageError, match="cannot be made"), Store(tmp_path / "file" / "town").hold():
        pass
    assert listing(tmp_path).keys() == {"file"}


def test_a_second_run_is_refused_at_once_and_the_first_goes_on(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "town"), Store(tmp_path / "town")
    with first.hold():
        first.write(RECIPE, writes("first"))
        with pytest.raises(StorageError, match="another run holds this study"), second.hold():
            pass
        assert first.is_current(RECIPE)
    with second.hold():
        assert second.is_current(RECIPE)


def test_a_second_run_that_came_before_the_first_wrote_anything_leaves_its_lock(tmp_path: Path) -> None:
    first, second = Store(tmp_path / "out" / "town"), Store(tmp_path / "out" / "town")
    with first.hold():
        made = [first.root, first.root.parent]
        second._make_root = lambda: made  # type: ignore[method-assign]  # noqa: SLF001 - both saw no folder
        with pytest.raises(StorageError, match="another run"), second.hold():
            pass
        assert (first.root / LOCK).is_file()


@pytest.mark.parametrize("rests", [("new",), ("old",), ("new", "old")])
def test_what_a_killed_run_left_is_cleared(tmp_path: Path, rests: tuple[str, ...]) -> None:
    store = filled(tmp_path / "town")
    before = listing(store.root)
    for rest in rests:
        (store.root / f".reach.{rest}").mkdir()
        (store.root / f".reach.{rest}" / "half.txt").write_text("half")
    with store.hold():
        pass
    assert listing(store.root) == before


def test_a_stage_that_was_caught_between_two_names_gets_its_files_back(tmp_path: Path) -> None:
    store = filled(tmp_path / "town")
    before = listing(store.root)
    (store.root / "reach").rename(store.root / ".reach.old")
    (store.root / ".reach.new").mkdir()
    writes("new")(store.root / ".reach.new")
    with store.hold():
        assert store.is_current(RECIPE)
    assert listing(store.root) == before


KILL_AT_EVERY_CHANGE = """
import json, os, signal, sys
from dataclasses import replace
from pathlib import Path
from voorzieningen.errors import SourceError
from voorzieningen.store import Recipe, Store

RECIPE = Recipe("reach", {}, [], {})
OTHER = replace(RECIPE, settings={"changed": True})

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}

def die_at(last):
    seen = 0
    def watch(event, arguments):
        nonlocal seen
        seen += event in CHANGES or (event == "open" and arguments[1] == "w")
        if seen == last:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(watch)

def write(folder):
    (folder / "a.txt").write_text("a")
    (folder / "b").mkdir()
    (folder / "b" / "c.txt").write_text("c")

def filled(root, recipe=RECIPE):
    store = Store(root)
    with store.hold():
        store.write(recipe, write)
    return store

def listing(root):
    return {str(path.relative_to(root)): path.is_file() and path.read_text() for path in root.rglob("*")}

def run(store, refused):
    try:
        with store.hold():
            store.write(OTHER, write)
            if refused:
                raise SourceError("is refused")
    except SourceError:
        pass

folder, refused = Path(sys.argv[1]), sys.argv[2] == "refused"
filled(folder / "old")
filled(folder / "new", OTHER)
told, last, ended = [], 0, False
while not ended:
    last += 1
    store = filled(folder / str(last))
    child = os.fork()
    if child == 0:
        die_at(last)
        run(store, refused)
        os._exit(0)
    ended = os.waitpid(child, 0)[1] == 0
    with store.hold():
        pass
    found = listing(store.root)
    told.append([name for name in ("old", "new") if found == listing(folder / name)])
print(json.dumps(told))
"""


@pytest.mark.parametrize("ends", ["well", "refused"])
def test_a_run_that_is_killed_at_any_change_on_disk_leaves_the_old_or_the_new_whole(tmp_path: Path, ends: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILL_AT_EVERY_CHANGE, str(tmp_path), ends],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert len(told) > 12
    assert all(len(whole) == 1 for whole in told), told
    assert told[0] == ["old"]
    assert told[-1] == (["new"] if ends == "well" else ["old"])
