"""The program starts anywhere and fast, and every command explains itself."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from voorzieningen.cli import main

HEAVY = ("geopandas", "matplotlib", "networkx", "numpy", "osmium", "osmnx", "pandas", "pandera", "pydantic", "scipy")
COMMANDS = sorted(main.commands)
WITH_STUDY = [name for name in COMMANDS if name not in ("list", "sample")]


def python(*arguments: str, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=env, timeout=120
    )


def test_the_program_loads_nothing_heavy_to_tell_what_it_can_do(tmp_path: Path) -> None:
    code = "import json, sys, voorzieningen.cli; print(json.dumps(sorted(sys.modules)))"

    loaded = json.loads(python("-c", code, cwd=tmp_path).stdout)

    assert [name for name in HEAVY if name in loaded] == []


def test_help_is_given_in_a_clean_environment_and_any_folder(tmp_path: Path) -> None:
    clean = {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}

    told = python("-W", "error", "-m", "voorzieningen", "--help", cwd=tmp_path, env=clean)

    assert (told.returncode, told.stderr) == (0, "")
    assert "voorzieningen [OPTIONS] COMMAND [ARGS]..." in told.stdout.splitlines()[0]
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_command_is_a_mistake_in_usage(tmp_path: Path) -> None:
    told = python("-m", "voorzieningen", "rnu", "kampen", cwd=tmp_path)

    assert told.returncode == 2
    assert told.stdout == ""
    assert "rnu" in told.stderr


def test_the_commands_are_those_of_the_interface() -> None:
    stages = {"read", "network", "facilities", "residents", "reach", "tracks", "gaps", "report"}

    assert set(COMMANDS) == {"sample", "check", "run", *stages, "list", "show", "explain"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_gives_an_example_that_can_be_typed(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"], terminal_width=100).output
    examples = [line for line in told.splitlines() if line.strip().startswith(f"voorzieningen {name}")]

    assert len(examples) == 1
    assert main.commands[name].make_context(name, shlex.split(examples[0])[2:]).params


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_no_marks_of_its_layout(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"], terminal_width=100).output

    assert "\\" not in told
    assert "\b" not in told


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_in_one_line_what_it_does(name: str) -> None:
    assert main.commands[name].get_short_help_str(limit=100)


@pytest.mark.parametrize("name", WITH_STUDY)
def test_every_command_about_a_study_takes_the_folders_of_its_files(name: str) -> None:
    options = {option for parameter in main.commands[name].params for option in parameter.opts}

    assert {"--raw", "--out"} <= options


@pytest.mark.parametrize("name", ["list", "show", "explain"])
def test_what_prints_data_prints_it_in_three_formats(name: str) -> None:
    formats = next(parameter for parameter in main.commands[name].params if "--format" in parameter.opts)

    assert isinstance(formats.type, click.Choice)
    assert list(formats.type.choices) == ["table", "csv", "json"]
