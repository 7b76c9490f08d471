"""The error tree: what the messages hold, and with which code the program ends."""

import inspect
from collections.abc import Iterable

import pytest

from voorzieningen import errors

EXIT_CODES = {"ConfigError": 2, "SourceError": 3, "ContractError": 4, "NetworkError": 5, "StorageError": 6}


def error_classes() -> list[type[errors.VoorzieningenError]]:
    members = inspect.getmembers(errors, inspect.isclass)
    return [kind for _, kind in members if issubclass(kind, errors.VoorzieningenError)]


def test_every_kind_has_the_exit_code_that_the_interface_gives_it() -> None:
    kinds = {kind.__name__: kind.exit_code for kind in error_classes()}

    assert kinds == {"VoorzieningenError": 1, **EXIT_CODES}


def test_every_kind_stands_in_the_tree_of_the_docstring_with_its_code() -> None:
    drawn = {
        line.split()[1]: line for line in (errors.__doc__ or "").splitlines() if line.strip().startswith(("├", "└"))
    }

    assert drawn.keys() == EXIT_CODES.keys()
    for name, code in EXIT_CODES.items():
        assert f"({code})" in drawn[name]


@pytest.mark.parametrize(
    ("kind", "built_in"),
    [
        (errors.ConfigError, ValueError),
        (errors.SourceError, OSError),
        (errors.ContractError, ValueError),
        (errors.NetworkError, ValueError),
        (errors.StorageError, OSError),
    ],
)
def test_an_error_can_be_caught_as_ours_and_as_its_built_in(
    kind: type[errors.VoorzieningenError], built_in: type[Exception]
) -> None:
    assert issubclass(kind, errors.VoorzieningenError)
    assert issubclass(kind, built_in)


def test_a_message_names_the_place_what_is_wrong_and_what_to_do() -> None:
    error = errors.SourceError("misses the layer buurten", where="wijken.gpkg", hint="download the file again")

    assert (error.what, error.where, error.hint) == (
        "misses the layer buurten",
        "wijken.gpkg",
        "download the file again",
    )
    assert str(error) == "wijken.gpkg: misses the layer buurten\n→ download the file again"


@pytest.mark.parametrize("kind", error_classes())
def test_place_and_hint_may_be_absent(kind: type[errors.VoorzieningenError]) -> None:
    assert str(kind("nothing to read")) == "nothing to read"
    assert str(kind("nothing to read", where="a.csv")) == "a.csv: nothing to read"
    assert str(kind("nothing to read", hint="add a row")) == "nothing to read\n→ add a row"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], ""),
        (["BU01660000"], "BU01660000"),
        ([1, 2, 3, 4, 5], "1, 2, 3, 4, 5"),
        (range(1, 8), "1, 2, 3, 4, 5 and 2 more"),
        (iter(["a", "b"]), "a, b"),
    ],
)
def test_examples_name_at_most_five_and_count_the_rest(values: Iterable[object], told: str) -> None:
    assert errors.examples(values) == told


def test_examples_cut_a_long_value_to_sixty_characters() -> None:
    told = errors.examples(["x" * 60, "y" * 61])

    assert told == "x" * 60 + ", " + "y" * 59 + "…"


def test_examples_stay_readable_however_large_the_data_are() -> None:
    assert len(errors.examples("z" * 500 for _ in range(10_000))) < 5 * 62 + 20


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("huisart", ["apotheek", "huisarts"], "did you mean 'huisarts'?"),
        ("zwembad", ["apotheek", "huisarts"], "there are: apotheek, huisarts"),
        ("zwembad", iter(["apotheek"]), "there are: apotheek"),
        ("zwembad", [], "there are none"),
    ],
)
def test_a_hint_names_what_was_meant_or_what_there_is(name: str, known: Iterable[str], hint: str) -> None:
    assert errors.did_you_mean(name, known) == hint


def test_a_hint_lists_at_most_twenty_five_names() -> None:
    hint = errors.did_you_mean("zwembad", [f"BU{number}" for number in range(26)])

    assert hint == "there are: " + ", ".join(f"BU{number}" for number in range(25)) + ", …"
