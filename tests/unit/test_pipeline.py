"""The stages in order: which run again after which change, and that two runs of one town are one and the same."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runs import EXTRACT, Place, listing, small_town, states, write
from voorzieningen import pipeline, store
from voorzieningen.artefacts import Artefacts
from voorzieningen.config import Catalogue, Study, load_study
from voorzieningen.errors import SourceError
from voorzieningen.pipeline import STAGE_NAMES, STAGES
from voorzieningen.read import files, used_sources
from voorzieningen.schema import TABLES
from voorzieningen.store import SIDECAR, Store

TESTS = Path(__file__).parents[1]
OURS = 'source = "nota 1"\nstatus = "gemeentelijk"\n'


def ran(place: Place, *arguments: str, command: str = "run") -> set[str]:
    """Run, and name the stages that were computed."""
    result = place.start(command, *arguments)
    assert result.exit_code == 0, result.stderr
    return {stage for stage, state in states(result).items() if state == "done"}


def test_a_second_run_recomputes_nothing_and_says_so(town_run: Place) -> None:
    before = listing(town_run.out)
    result = town_run.start("run")
    assert states(result) == dict.fromkeys(STAGE_NAMES, "unchanged")
    assert "tekenstad: nothing changed, nothing recomputed." in result.stderr
    assert listing(town_run.out) == before


def test_a_first_run_says_what_it_came_across(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    result = place.start("run", "--until", "read", "--force", "read")
    assert states(result) == {"read": "done"}
    assert "  read: " in result.stderr
    assert "huisartsen.csv" in result.stderr


CHANGES: dict[str, tuple[Callable[[Place], Any], set[str]]] = {
    "a norm": (lambda place: add(place, f"[norm.basis-65-plus]\nvalue = 123\n{OURS}"), {"gaps"}),
    "a threshold": (
        lambda place: add(place, f"[threshold.group_min]\nvalue = 5\n{OURS}"),
        {"facilities", "residents", "reach", "tracks", "gaps"},
    ),
    "an area": (lambda place: swap(place, "Stadsdeel Oost", "Stadsdeel West"), {"residents", "tracks", "gaps"}),
    "a new street": (
        lambda place: small_town().way("a", "d", highway="path").write_pbf(place.raw / EXTRACT),
        {"read", "network", "facilities", "residents", "reach", "tracks", "gaps"},
    ),
    "a file cut from the artefacts": (lambda place: (place.artefacts / "reach" / "reach.parquet").unlink(), {"reach"}),
    "a file of the artefacts": (
        lambda place: (place.artefacts / "network" / "edges.parquet").write_bytes(b"damaged"),
        {"network"},
    ),
    "a sidecar": (lambda place: (place.artefacts / "tracks" / SIDECAR).write_text("{}"), {"tracks"}),
}


def add(place: Place, text: str) -> None:
    place.study.write_text(place.study.read_text() + text)


def swap(place: Place, old: str, new: str) -> None:
    place.study.write_text(place.study.read_text().replace(old, new))


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_runs_again_what_was_told_of_it_and_no_more(town_run: Place, tmp_path: Path, kind: str) -> None:
    change, expected = CHANGES[kind]
    place = town_run.copy_to(tmp_path)
    change(place)
    assert ran(place, "--until", "gaps") == expected
    assert ran(place, "--until", "gaps") == set()


def test_what_was_damaged_is_rebuilt_to_the_byte(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    (place.artefacts / "read" / "ways.parquet").unlink()
    (place.artefacts / "tracks" / "tracks.parquet").write_bytes(b"")
    assert ran(place) == {"read", "tracks"}
    assert listing(place.artefacts) == listing(town_run.artefacts)


def test_another_source_of_a_stage_runs_it_again_and_what_follows_only_if_it_gives_another_result(
    town_run: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = town_run.copy_to(tmp_path)
    digest = store.source_digest
    monkeypatch.setattr(store, "source_digest", lambda stage: "edited" if stage == "network" else digest(stage))
    assert ran(place) == {"network"}


def test_another_version_of_a_library_runs_everything_again(
    town_run: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = town_run.copy_to(tmp_path)
    versions = store.library_versions()
    monkeypatch.setattr(store, "library_versions", lambda: {**versions, "shapely": "0.1"})
    assert ran(place, "--until", "network") == {"read", "network"}


def test_force_runs_a_stage_although_nothing_changed(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    assert ran(place, "--force", "tracks", "--force", "network") == {"tracks", "network"}
    assert listing(place.artefacts) == listing(town_run.artefacts)


NEEDED = {
    "read": ["read"],
    "network": ["read", "network"],
    "facilities": ["read", "network", "facilities"],
    "residents": ["read", "network", "residents"],
    "reach": ["read", "network", "facilities", "residents", "reach"],
    "tracks": ["read", "network", "residents", "tracks"],
    "gaps": list(STAGE_NAMES[:-1]),
    "report": list(STAGE_NAMES),
}


@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_the_command_of_a_stage_runs_it_and_what_it_needs(town_run: Place, stage: str) -> None:
    result = town_run.start(stage)
    assert list(states(result)) == NEEDED[stage]
    assert result.stdout == f"{town_run.artefacts / stage}\n"


def test_until_stops_after_a_stage(town_run: Place) -> None:
    assert list(states(town_run.start("run", "--until", "facilities"))) == list(STAGE_NAMES[:3])


def test_every_stage_needs_only_stages_before_it() -> None:
    for number, stage in enumerate(STAGES):
        assert set(stage.needs) <= set(STAGE_NAMES[:number])


def test_every_table_of_the_schema_is_there_after_a_run(town_run: Place) -> None:
    written = {path.stem for path in town_run.artefacts.rglob("*.parquet")}
    assert written == set(TABLES)


def watched(model: Any, fields: Any, seen: set[str]) -> Any:
    """Make a block that remembers which of its fields were asked for."""

    class Watched(model):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Any:
            if name in model.model_fields:
                seen.add(name)
            return super().__getattribute__(name)

    return Watched.model_construct(**fields)


@pytest.mark.parametrize("stage", STAGES, ids=STAGE_NAMES)
def test_a_stage_reads_nothing_of_the_study_that_it_is_not_told(
    town_run: Place, tmp_path: Path, stage: pipeline.Stage
) -> None:
    seen: set[str] = set()
    study = load_study(str(town_run.study))
    catalogue = watched(Catalogue, dict(study.catalogue), seen)
    told = watched(Study, {**dict(study), "catalogue": catalogue}, seen)
    stage.make(told, Artefacts(Store(town_run.artefacts)), town_run.raw)(tmp_path)
    assert seen - {"catalogue"} <= set(stage.told)


def test_what_a_stage_is_told_stands_in_its_sidecar(town_run: Place) -> None:
    for stage in STAGES:
        sidecar = json.loads((town_run.artefacts / stage.name / SIDECAR).read_text())
        assert sidecar["settings"].keys() == set(stage.told)
        assert sidecar["inputs"].keys() == set(stage.needs)
        assert [(source["file"], source["licence"]) for source in sidecar["sources"]] == [
            ("town.osm.pbf", "ODbL 1.0"),
            ("wijkenbuurten_2024.gpkg", "CC BY 4.0"),
            ("huisartsen.csv", sidecar["sources"][2]["licence"]),
        ]


def test_no_artefact_names_a_folder_of_this_machine(town_run: Place) -> None:
    for path in town_run.artefacts.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for folder in (town_run.raw, town_run.out, Path.home(), TESTS):
            assert str(folder).encode() not in content, path


def test_a_raw_file_that_may_not_be_read_is_named(town_run: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files, "file_digest", refuse)
    with pytest.raises(SourceError, match=r"town\.osm\.pbf: cannot be read: Permission denied"):
        used_sources(load_study(str(town_run.study)), town_run.raw)


def command(place: Place, *arguments: str) -> list[str]:
    folders = ["--raw", str(place.raw), "--out", str(place.out)]
    return [sys.executable, "-m", "voorzieningen", "run", str(place.study), *folders, *arguments]


def test_a_run_elsewhere_that_is_disturbed_by_a_second_gives_the_same_bytes(town_run: Place, tmp_path: Path) -> None:
    """Another folder, seed, time zone and language, and a second run of the study that is refused at once."""
    place = town_run.copy_to(tmp_path / "a folder with spaces")
    for stage in STAGE_NAMES:
        (place.artefacts / stage).rename(tmp_path / stage)
    (tmp_path / "cwd").mkdir()
    there = {"PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    relative = Place(*(Path("..") / path.relative_to(tmp_path) for path in (place.study, place.raw, place.out)))
    with subprocess.Popen(
        command(relative), cwd=tmp_path / "cwd", env={**os.environ, **there}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as first:  # fmt: skip
        told = first.stderr.readline() if first.stderr else ""
        started = time.monotonic()
        second = place.start("run")
        waited = time.monotonic() - started
        result, rest = first.communicate(timeout=120)
    assert (second.exit_code, second.stdout) == (6, "")
    assert "another run holds this study" in second.stderr
    assert waited < 1
    assert first.returncode == 0, told + rest
    assert result == f"{relative.out / 'tekenstad' / 'report' / 'index.html'}\n"
    assert listing(place.artefacts) == listing(town_run.artefacts)


def test_an_interrupted_run_ends_with_130_and_leaves_nothing_half(town_run: Place, tmp_path: Path) -> None:
    place = Place(town_run.study, town_run.raw, tmp_path / "out")
    with subprocess.Popen(command(place), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        assert running.stderr.readline() == "tekenstad: read       done\n"
        running.send_signal(signal.SIGINT)
        result, told = running.communicate(timeout=60)
    assert (running.returncode, result) == (130, "")
    assert told.endswith("Interrupted.\n")
    assert "Traceback" not in told
    there = {path.name for path in place.artefacts.iterdir()}
    assert there <= {".lock", *STAGE_NAMES[:-1]}
    assert "read" in there


KILLS = 5
KILL_AT_RANDOM = """
import os, random, signal, sys, time
from pathlib import Path
import pandera.pandas, rich.console, voorzieningen.read  # loaded once, for all children
from voorzieningen.cli import main
from voorzieningen.store import source_digest

source_digest("read")  # likewise

def start(study, out, raw):
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        main(["run", study, "--raw", raw, "--out", out, "--until", "read"])
    return child

def end(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

kills, folder, raw, *studies = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], *sys.argv[4:]
started = time.monotonic()
assert [end(start(study, str(folder / Path(study).stem), raw)) for study in studies] == [0, 0]
takes = (time.monotonic() - started) / 2
chance = random.Random(1)
for number in range(kills):
    study = studies[number % 2]
    child = start(study, str(folder / "killed"), raw)
    time.sleep(chance.uniform(0, 1.2) * takes)
    os.kill(child, signal.SIGKILL)
    killed = end(child)
    code = end(start(study, str(folder / "killed"), raw))
    print(killed, code)
    os.system(f"diff -r {folder}/killed {folder}/{Path(study).stem}")
"""


def test_a_run_that_is_killed_at_any_moment_leaves_nothing_that_the_next_run_does_not_mend(tmp_path: Path) -> None:
    """Two variants of a study in turn, so that each killed run replaces good artefacts."""
    place = write(small_town(), tmp_path)
    other = place.study.with_name("other.toml")
    other.write_text(place.study.read_text().replace("2024-01-01", "2023-01-01"))
    arguments = [str(KILLS), str(tmp_path / "out"), str(place.raw), str(place.study), str(other)]
    ran = subprocess.run(
        [sys.executable, "-c", KILL_AT_RANDOM, *arguments], capture_output=True, text=True, check=False, timeout=180
    )
    assert ran.returncode == 0, ran.stderr
    ends = ran.stdout.splitlines()
    assert set(ends) <= {f"{-signal.SIGKILL} 0", "0 0"}, ends
    assert len(ends) == KILLS
    assert ends.count(f"{-signal.SIGKILL} 0") > KILLS / 2
