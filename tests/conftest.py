"""Fixtures that tests of several kinds share."""

from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def kampen_raw() -> Path:
    """The folder with the real files of Kampen."""
    folder = SHARED_DATA / "kampen"
    if not folder.is_dir():
        pytest.skip("the real data of Kampen are not in ../shared/data beside the repository")
    return folder
