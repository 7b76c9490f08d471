"""Kampen, computed once for all tests of a session."""

from pathlib import Path

import pytest

from voorzieningen.workspace import OpenStudy, open_study


@pytest.fixture(scope="session")
def kampen_run(kampen_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> OpenStudy:
    """The artefacts of Kampen up to the gaps."""
    return open_study("kampen", raw=kampen_raw, out=tmp_path_factory.mktemp("processed"))
