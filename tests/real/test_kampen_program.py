"""The program on the real town of Kampen: the same bytes anywhere, nothing twice, and answers on the command line."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from voorzieningen.pipeline import run
from voorzieningen.workspace import OpenStudy

pytestmark = pytest.mark.real

CONFIGS = Path(__file__).parents[2] / "configs"
EVERYTHING = {"read", "network", "facilities", "residents", "reach", "tracks", "gaps", "report"}


def program(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voorzieningen", *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, env={**os.environ, **environment}, timeout=300,
    )  # fmt: skip


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def stages(told: str, state: str) -> set[str]:
    return {line.split()[1] for line in told.splitlines() if line.startswith("kampen: ") and line.endswith(state)}


@pytest.fixture(scope="module")
def elsewhere(kampen_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cold run as a program of its own, in another folder, seed, language and time zone."""
    folder = tmp_path_factory.mktemp("elsewhere")
    there = {"PYTHONHASHSEED": "11", "TZ": "America/Lima", "LC_ALL": "C"}
    arguments = (str(CONFIGS / "kampen.toml"), "--raw", os.path.relpath(kampen_raw, folder), "--out", "uitvoer")
    ran = program("run", *arguments, cwd=folder, **there)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "uitvoer/kampen/report/index.html\n"
    assert stages(ran.stderr, "done") == EVERYTHING
    return folder / "uitvoer"


def test_two_cold_runs_give_the_same_bytes(kampen_raw: Path, kampen_run: OpenStudy, elsewhere: Path) -> None:
    other = run(kampen_run.study, kampen_raw, kampen_run.store.root.parent)
    assert digests(elsewhere / "kampen") == digests(other)


def test_a_second_run_skips_every_stage(kampen_raw: Path, elsewhere: Path) -> None:
    before = digests(elsewhere)
    ran = program("run", str(CONFIGS / "kampen.toml"), "--raw", str(kampen_raw), "--out", str(elsewhere), cwd=elsewhere)
    assert ran.returncode == 0, ran.stderr
    assert stages(ran.stderr, "unchanged") == EVERYTHING
    assert "nothing changed, nothing recomputed" in ran.stderr
    assert digests(elsewhere) == before


def test_the_chain_behind_a_verdict_names_every_source(elsewhere: Path) -> None:
    asked = ("explain", str(CONFIGS / "kampen.toml"), "Brunnepe", "buurtsuper", "--out", str(elsewhere))
    ran = program(*asked, cwd=elsewhere)
    assert (ran.returncode, ran.stderr) == (0, "")
    for named in ("OpenStreetMap", "CBS StatLine", "aanname", "kampen.osm.pbf", "statline_85984NED_2024.csv", "sha256"):
        assert named in ran.stdout


def test_a_name_of_a_wijk_and_the_municipality_asks_for_the_code(elsewhere: Path) -> None:
    ran = program("explain", str(CONFIGS / "kampen.toml"), "Kampen", "huisarts", "--out", str(elsewhere), cwd=elsewhere)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "WK016600 (wijk), GM0166 (gemeente)" in ran.stderr


def test_all_buurten_are_shown(elsewhere: Path) -> None:
    asked = ("show", str(CONFIGS / "kampen.toml"), "buurt_reach", "--format", "json", "--out", str(elsewhere))
    rows = json.loads(program(*asked, cwd=elsewhere).stdout)
    assert len({row["buurtcode"] for row in rows}) == 36


def test_almere_without_its_extract_is_refused_with_how_to_get_it(kampen_raw: Path, tmp_path: Path) -> None:
    raw = kampen_raw.parent / "almere"
    ran = program("run", str(CONFIGS / "almere.toml"), "--raw", str(raw), "--out", str(tmp_path / "out"), cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "flevoland-latest.osm.pbf" in ran.stderr
    assert "download.geofabrik.de" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert list(tmp_path.iterdir()) == []
