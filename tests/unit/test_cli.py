"""The command line: stdout is data, stderr is talk, and a mistake is told in one message."""

import io
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner

from runs import EXTRACT, Place, listing, program, small_town, states
from voorzieningen import cli, pipeline
from voorzieningen.cli import KINDS, STAGES, main
from voorzieningen.errors import StorageError
from voorzieningen.schema import TABLES

FORMATS = ("table", "csv", "json")


def test_help_is_there_at_once_and_loads_nothing_heavy(tmp_path: Path) -> None:
    started = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "voorzieningen", "run", "--help"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert time.monotonic() - started < 3  # 0.2 s on a machine at rest
    loaded = {line.rpartition("|")[2].strip() for line in told.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {"numpy", "pandas", "geopandas", "shapely", "osmium", "matplotlib", "pydantic", "rich"}


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_on_stdout(name: str) -> None:
    result = program(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    assert result.stderr == ""


def test_the_stages_of_the_command_line_are_those_of_the_pipeline() -> None:
    assert STAGES == pipeline.STAGE_NAMES


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_data_in_three_formats(kind: str, form: str) -> None:
    result = program("list", kind, "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    rows = parsed(result.stdout, form)
    assert rows is None or len(rows) > 0
    assert "\x1b[" not in result.stdout


def parsed(text: str, form: str) -> list[dict[str, Any]] | None:
    if form == "json":
        return list(json.loads(text))
    return pd.read_csv(io.StringIO(text)).to_dict("records") if form == "csv" else None


def test_a_list_gives_what_the_catalogue_says() -> None:
    norms = {norm["key"]: norm for norm in json.loads(program("list", "norms", "--format", "json").stdout)}
    assert norms["basis-65-plus"]["value"] == 500
    assert norms["basis-65-plus"]["status"] == "aanname"
    tables = parsed(program("list", "tables", "--format", "csv").stdout, "csv") or []
    assert [table["table"] for table in tables] == list(TABLES)


@pytest.mark.parametrize("form", FORMATS)
def test_studies_are_listed_also_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("list", "studies", "--format", form).stdout.split() in (["study"], ["[", "]"])


def as_made(place: Place, name: str) -> pd.DataFrame:
    paths = [place.artefacts / stage / f"{name}.parquet" for stage in TABLES[name].stages]
    if not TABLES[name].geometry:
        return pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
    table = gpd.read_parquet(paths[0])
    return pd.DataFrame(table).assign(geometry=table.geometry.to_wkt())


@pytest.mark.parametrize("name", TABLES)
def test_a_table_shown_as_json_is_the_table(town_run: Place, name: str) -> None:
    result = town_run.start("show", name, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    made = as_made(town_run, name)
    assert json.loads(result.stdout) == json.loads(made.to_json(orient="records", double_precision=15))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_shown_as_csv_is_the_table(town_run: Place, name: str) -> None:
    result = town_run.start("show", name, "--format", "csv")
    assert (result.exit_code, result.stderr) == (0, "")
    made = as_made(town_run, name)
    shown = pd.read_csv(io.StringIO(result.stdout), dtype=str, keep_default_na=False)
    assert list(shown) == list(made)
    assert len(shown) == len(made)
    for column in made:
        if pd.api.types.is_float_dtype(made[column]):
            numbers = pd.to_numeric(shown[column].replace("", None))
            assert numbers.astype("float64").equals(made[column].astype("float64"))
        elif made[column].dtype == "object":
            assert [cell.split(";") for cell in shown[column]] == [
                [str(part) for part in cell] for cell in made[column]
            ]
        else:
            assert shown[column].tolist() == made[column].astype("str").fillna("").replace("<NA>", "").tolist()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_shown_on_a_screen_a_line_each_row(town_run: Place, name: str) -> None:
    result = town_run.start("show", name)
    made = as_made(town_run, name)
    assert result.stdout.split()[0] == made.columns[0]
    assert len(result.stdout.splitlines()) == len(made) + 1


def test_the_network_command_prints_what_the_rules_did(town_run: Place) -> None:
    result = town_run.start("network", "--rules", "--format", "csv")
    rules = parsed(result.stdout, "csv") or []
    assert {"rule", "action"} <= rules[0].keys()
    assert states(result) == {"read": "unchanged", "network": "unchanged"}


def test_the_rules_are_printed_also_when_later_stages_have_yet_to_run_again(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    small_town().way("a", "d", highway="path").write_pbf(place.raw / EXTRACT)
    result = place.start("network", "--rules", "--format", "csv")
    assert (result.exit_code, states(result)["network"]) == (0, "done")
    assert "rule" in result.stdout
    assert place.start("show", "facilities").exit_code == 6


def test_a_check_of_good_files_says_what_was_seen(town_run: Place) -> None:
    before = listing(town_run.out)
    result = town_run.start("check", "--format", "json")
    assert result.exit_code == 0
    assert [row["state"] for row in json.loads(result.stdout)] == ["in orde"] * 3
    assert result.stderr.startswith("tekenstad: study, catalogue and ")
    assert result.stderr.endswith("raw files are in order.\n")
    assert listing(town_run.out) == before


def test_a_check_of_bad_files_lists_them_all_and_makes_nothing(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    (place.raw / "town.osm.pbf").write_bytes(b"no map")
    (place.raw / "huisartsen.csv").unlink()
    before = listing(tmp_path)
    result = place.start("check", "--format", "csv")
    assert result.exit_code == 3
    assert [row["state"] == "in orde" for row in parsed(result.stdout, "csv") or []] == [False, True, False]
    assert "2 of 3 raw files" in result.stderr
    assert listing(tmp_path) == before


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "table": (("show", "STUDY", "buurt_gap"), "did you mean 'buurt_gaps'?"),
    "area": (("explain", "STUDY", "Zuit", "huisarts"), "did you mean 'Zuid'?"),
    "type": (("explain", "STUDY", "Zuid", "huisats"), "did you mean 'huisarts'?"),
    "group": (("explain", "STUDY", "Zuid", "huisarts", "--group", "65plus"), "did you mean '65-plus'?"),
    "group without a norm": (("explain", "STUDY", "Zuid", "park", "--group", "65-plus"), "no norm judges 'park'"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_name_that_does_not_exist_is_a_mistake_in_usage(town_run: Place, kind: str) -> None:
    arguments, told = MISTAKES[kind]
    command, _, *rest = arguments
    result = town_run.start(command, *rest)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert result.stderr.startswith("Error: ")


def test_a_kind_that_does_not_exist_is_a_mistake_in_usage() -> None:
    result = program("list", "norm")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'norms'" in result.stderr


def test_a_study_that_does_not_exist_is_named_with_what_was_meant() -> None:
    result = program("run", "kampn")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'kampen'?" in result.stderr


@pytest.mark.parametrize("study", ["nergens.toml", "x" * 300, "..", ""])
def test_a_study_that_cannot_be_is_refused(study: str) -> None:
    result = program("run", study)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("command", [("show", "facilities"), ("explain", "Zuid", "huisarts")])
def test_a_study_that_has_not_been_run_says_how_to(town_run: Place, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = Place(town_run.study, town_run.raw, tmp_path / "out").start(*command)
    assert (result.exit_code, result.stdout) == (6, "")
    assert "→ voorzieningen run tekenstad" in result.stderr
    assert listing(tmp_path) == {}


def test_a_table_of_which_the_file_is_damaged_is_refused(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    for name in ("facilities", "notes"):
        (place.artefacts / "facilities" / f"{name}.parquet").write_bytes(b"PAR1 half a file")
        result = place.start("show", name)
        assert (result.exit_code, result.stdout) == (6, "")
        assert f"the file of table '{name}' is damaged" in result.stderr


@pytest.mark.parametrize("command", [("show", "facilities"), ("explain", "Zuid", "huisarts")])
def test_artefacts_of_a_study_that_was_changed_after_its_run_are_refused(
    town_run: Place, tmp_path: Path, command: tuple[str, ...]
) -> None:
    place = town_run.copy_to(tmp_path)
    changed = '[norm.basis-65-plus]\nvalue = 123\nsource = "nota 1"\nstatus = "gemeentelijk"\n'
    place.study.write_text(place.study.read_text() + changed)
    result = place.start(*command)
    assert (result.exit_code, result.stdout) == (6, "")
    assert "changed after it was run: norm" in result.stderr


def test_an_out_that_is_a_file_is_refused(town_run: Place, tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("a file")
    result = Place(town_run.study, town_run.raw, file).start("run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert file.read_text() == "a file"
    result = Place(town_run.study, town_run.raw, file / "deeper").start("run")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "cannot be made" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: run the tests as another user to see this")
def test_an_out_that_may_not_be_written_is_refused(town_run: Place, tmp_path: Path) -> None:
    place = town_run.copy_to(tmp_path)
    place.artefacts.chmod(stat.S_IRUSR | stat.S_IXUSR)
    result = place.start("run", "--force", "tracks")
    place.artefacts.chmod(stat.S_IRWXU)
    assert (result.exit_code, result.stdout) == (6, "")


@pytest.mark.parametrize("name", ["index.html", "werkboek.xlsx", "kaart.gpkg"])
def test_a_disk_that_fills_up_is_told_and_changes_nothing(town_run: Place, tmp_path: Path, name: str) -> None:
    """The system refuses the last byte of a file of the report: the stage before it is put back too."""
    place = town_run.copy_to(tmp_path)
    before = listing(place.out)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((place.artefacts / "report" / name).stat().st_size - 1, hard))
    try:
        result = place.start("run", "--force", "tracks", "--force", "report")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (result.exit_code, result.stdout) == (6, "")
    assert "Error: report: " in result.stderr
    assert "cannot be written" in result.stderr
    assert "is the disk full or read-only?" in result.stderr
    assert listing(place.out) == before


def test_a_mistake_of_ours_keeps_its_traceback(town_run: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "run", broken)
    result = CliRunner().invoke(main, ["run", str(town_run.study)])
    assert isinstance(result.exception, ZeroDivisionError)
    assert result.exit_code == 1


def test_an_interrupt_ends_with_its_own_code(town_run: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "run", interrupted)
    result = program("run", str(town_run.study))
    assert (result.exit_code, result.stdout) == (cli.INTERRUPTED, "")
    assert result.stderr.endswith("Interrupted.\n")


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6])
def test_a_refusal_is_one_message_with_its_own_code(
    town_run: Place, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        error = StorageError("is wrong", where="here", hint="do that")
        error.exit_code = code  # type: ignore[misc]
        raise error

    monkeypatch.setattr(pipeline, "run", refused)
    result = program("run", str(town_run.study))
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.strip() == "Error: here: is wrong\n→ do that"


def test_a_study_outside_configs_with_spaces_and_accents_in_its_path(town_run: Place, tmp_path: Path) -> None:
    folder = tmp_path / "mijn gemeente é & co"
    folder.mkdir()
    study = shutil.copy(town_run.study, folder / "studie één.toml")
    result = program("run", str(study), "--raw", str(town_run.raw), "--out", str(town_run.out))
    assert result.stdout == f"{town_run.artefacts / 'report' / 'index.html'}\n"
    assert set(states(result).values()) == {"unchanged"}
