"""The files around the code agree with it, and with one another."""

import datetime as dt
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from voorzieningen.config import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PUBLICCODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
# the vocabulary of publiccode.yml 0.4, as far as this software could need it
CATEGORIES = {
    "business-intelligence",
    "data-analytics",
    "data-collection",
    "data-visualization",
    "facility-management",
    "geographic-information-systems",
    "predictive-analysis",
}


@pytest.mark.parametrize("dataset", load_catalogue().dataset.values(), ids=lambda dataset: dataset.key)
def test_the_notice_names_every_licence_that_outputs_carry(dataset: Any) -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")

    if dataset.licence == "niet opgegeven":
        assert "as the municipality states" in notice
    else:
        name, version = dataset.licence.rsplit(" ", 1)
        paragraphs = re.split(r"\n(?=\*)", notice)
        assert any(name in text and version in text for text in paragraphs)


def test_the_version_is_told_once() -> None:
    assert PUBLICCODE["softwareVersion"] == PROJECT["version"]
    assert PROJECT["version"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_told_once() -> None:
    assert PUBLICCODE["legal"]["license"] == PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_address_is_told_once() -> None:
    assert PUBLICCODE["name"] == PROJECT["name"]
    assert PUBLICCODE["url"] == PROJECT["urls"]["Source"]


class TestPubliccode:
    """What the standard asks for, version 0.4."""

    def test_what_must_be_there_is_there(self) -> None:
        assert PUBLICCODE["publiccodeYmlVersion"] == "0.4"
        assert {
            "name", "url", "platforms", "categories", "developmentStatus", "softwareType", "description", "legal",
            "maintenance", "localisation",
        } <= PUBLICCODE.keys()  # fmt: skip

    def test_words_come_from_the_lists_of_the_standard(self) -> None:
        assert set(PUBLICCODE["platforms"]) <= {"web", "windows", "mac", "linux", "ios", "android"}
        assert set(PUBLICCODE["categories"]) <= CATEGORIES
        assert PUBLICCODE["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
        assert PUBLICCODE["softwareType"].startswith("standalone/")
        assert PUBLICCODE["intendedAudience"]["countries"] == ["nl"]
        assert PUBLICCODE["maintenance"]["type"] == "community"
        assert all(contact["name"] for contact in PUBLICCODE["maintenance"]["contacts"])

    def test_the_date_is_a_date(self) -> None:
        assert dt.date.fromisoformat(PUBLICCODE["releaseDate"])

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_a_description_has_the_length_that_catalogues_take(self, language: str) -> None:
        description = PUBLICCODE["description"][language]

        assert language in PUBLICCODE["localisation"]["availableLanguages"]
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000
        assert 5 <= len(description["features"]) <= 20


def test_the_hooks_run_what_is_installed_here_and_fetch_nothing() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks["repos"][0]["hooks"])


def test_the_hooks_and_the_makefile_check_the_same() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert recipe
    checks = {Path(line.split()[0]).name for line in recipe[1].splitlines()}
    assert {Path(hook["entry"].split()[0]).name for hook in hooks} == {name.replace("$(BIN)/", "") for name in checks}


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no executable bit")
def test_ci_can_be_started_and_runs_check_and_test() -> None:
    ci = ROOT / ".ci" / "run"

    assert os.access(ci, os.X_OK)
    lines = ci.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in lines
    assert lines[-2:] == ["make check", "make test"]
