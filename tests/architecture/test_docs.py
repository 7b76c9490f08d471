"""The documentation says what the code does: generated pages, the method, and the blocks to copy."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from docs import generate
from docs.commands import exit_codes
from docs.dictionary import dictionary_page, word_section
from docs.markdown import markdown_table
from docs.words import WORD_LISTS, WordList

from voorzieningen import schema
from voorzieningen.config import Dataset, OwnList, Rule, StudyFile, load_catalogue
from voorzieningen.messages import number

ROOT = Path(__file__).resolve().parents[2]
OVERRIDABLE = ("facility_type", "target_group", "profile", "norm", "threshold")
METHOD = (ROOT / "docs" / "methode.md").read_text(encoding="utf-8")


def toml_blocks(page: str) -> list[dict[str, Any]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)]


def line_with(*words: str) -> bool:
    return any(all(word in line for word in words) for line in METHOD.splitlines())


class TestGenerated:
    @pytest.mark.parametrize("path", generate.PAGES)
    def test_a_page_is_what_the_code_says(self, path: str) -> None:
        difference = generate.difference(path, generate.PAGES[path](), ROOT)

        assert difference == "", "stale: run `make generate`"

    @pytest.mark.parametrize("page", generate.PAGES.values())
    def test_a_page_is_the_same_when_it_is_made_again(self, page: Callable[[], str]) -> None:
        assert page() == page()

    @pytest.mark.parametrize("path", generate.PAGES)
    def test_a_page_says_at_its_top_that_it_is_generated(self, path: str) -> None:
        top = generate.PAGES[path]().splitlines()[:2]

        assert any("make generate" in line for line in top)

    def test_a_stale_page_is_shown_as_a_difference(self, tmp_path: Path) -> None:
        (tmp_path / "page.md").write_text("one\ntwo\n", encoding="utf-8")

        difference = generate.difference("page.md", "one\n2\n", tmp_path)

        assert difference == "--- page.md\n+++ page.md (from the code)\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"

    def test_a_page_that_is_missing_is_all_difference(self, tmp_path: Path) -> None:
        assert generate.difference("page.md", "one\n", tmp_path).endswith("+one\n")

    def test_checking_a_stale_page_ends_with_1_and_says_what_to_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "page.md").write_text("old\n", encoding="utf-8")
        monkeypatch.setattr(generate, "ROOT", tmp_path)
        monkeypatch.setattr(generate, "PAGES", {"page.md": lambda: "new\n"})

        stale = CliRunner().invoke(generate.main, ["--check"])
        written = CliRunner().invoke(generate.main, [])
        fresh = CliRunner().invoke(generate.main, ["--check"])

        assert (stale.exit_code, written.exit_code, fresh.exit_code) == (1, 0, 0)
        assert "-old\n+new\n" in stale.output
        assert "make generate" in stale.output
        assert (tmp_path / "page.md").read_bytes() == b"new\n"

    def test_the_dictionary_names_every_table_column_and_key(self) -> None:
        catalogue = load_catalogue()
        page = dictionary_page(catalogue)

        columns = {column for table in schema.TABLES.values() for column in table.columns}
        keys = {key for kind in (*OVERRIDABLE, "dataset") for key in getattr(catalogue, kind)}
        rules = {rule.key for rule in catalogue.rule}
        assert [word for word in {*schema.TABLES, *columns, *keys, *rules} if f"`{word}`" not in page] == []

    def test_the_schema_of_a_study_lets_editors_complete_every_key(self) -> None:
        study = json.loads(generate.study_schema())

        assert study["properties"].keys() == StudyFile.model_fields.keys()
        assert study["additionalProperties"] is False

    @pytest.mark.parametrize("name", ["", *sorted(generate.program.commands)])
    def test_the_page_of_commands_shows_the_help_that_a_user_sees(self, name: str) -> None:
        arguments = [*([name] if name else []), "--help"]
        told = CliRunner().invoke(
            generate.program, arguments, prog_name="voorzieningen", terminal_width=100, max_content_width=100
        )

        assert f"```text\n{told.output.rstrip()}\n```" in generate.cli()

    def test_the_exit_codes_are_those_of_the_interface(self) -> None:
        assert [code for code, _ in exit_codes()] == ["0", "1", "2", "3", "4", "5", "6", "130"]

    def test_a_pipe_in_a_cell_does_not_break_the_table(self) -> None:
        assert markdown_table(("a",), [("x|y",)]) == "| a |\n| --- |\n| x\\|y |"


class TestWords:
    def test_every_list_of_words_in_the_schema_is_explained(self) -> None:
        lists = {
            value
            for name, value in vars(schema).items()
            if re.match(r"[A-Z]+(_[A-Z]+)*$", name) and isinstance(value, tuple)
        }

        assert lists <= {words.words for words in WORD_LISTS}

    @pytest.mark.parametrize("words", WORD_LISTS, ids=lambda words: words.heading)
    def test_every_word_has_an_explanation(self, words: WordList) -> None:
        section = word_section(words)

        assert all(f"| `{word}` | {words.explained[word]} |" in section for word in words.words)

    @pytest.mark.parametrize("explained", [{"a": "de eerste"}, {"a": "de eerste", "b": "", "c": "te veel"}])
    def test_a_word_without_explanation_or_the_reverse_is_refused(self, explained: dict[str, str]) -> None:
        with pytest.raises(LookupError, match=r"b|c"):
            word_section(WordList("Letters", "Van het alfabet.", ("a", "b"), explained))

    def test_a_threshold_that_an_explanation_names_exists(self) -> None:
        named = {
            word for words in WORD_LISTS for text in words.explained.values() for word in re.findall(r"`(\w+)`", text)
        }

        assert named <= load_catalogue().threshold.keys()


class TestMethod:
    @pytest.mark.parametrize("words", [schema.STATUSES, schema.VERDICTS, schema.REASONS, schema.TRACKS, schema.PHASES])
    def test_every_word_is_in_the_method(self, words: tuple[str, ...]) -> None:
        assert [word for word in words if f"`{word}`" not in METHOD] == []

    def test_every_state_of_an_origin_that_is_not_tied_is_in_the_method(self) -> None:
        assert [word for word in schema.ORIGIN_STATES if word != "gekoppeld" and f"`{word}`" not in METHOD] == []

    def test_every_threshold_stands_beside_its_value(self) -> None:
        missing = [
            limit.key
            for limit in load_catalogue().threshold.values()
            if not line_with(f"`{limit.key}`", _as_told(limit.value, limit.unit))
        ]

        assert missing == []

    def test_every_profile_stands_beside_its_speed(self) -> None:
        missing = [
            profile.key
            for profile in load_catalogue().profile.values()
            if not line_with(f"`{profile.key}`", f"{number(profile.speed_m_s, 2)} m/s")
        ]

        assert missing == []

    def test_every_norm_stands_beside_its_value_and_status(self) -> None:
        missing = [
            norm.key
            for norm in load_catalogue().norm.values()
            if not line_with(f"`{norm.key}`", f"{number(norm.value)} {norm.unit}" if norm.value else "zonder oordeel")
            or (norm.gives_verdict and not line_with(f"`{norm.key}`", norm.status))
        ]

        assert missing == []


def _as_told(value: float, unit: str) -> str:
    return f"{value:.0%}" if unit == "aandeel" else number(value, 0 if value == int(value) else 1)


class TestBlocksToCopy:
    def test_the_blocks_of_the_guide_load(self) -> None:
        overrides: dict[str, dict[str, Any]] = {}
        others = []
        for block in toml_blocks("CONTRIBUTING.md"):
            for kind, items in block.items():
                if kind in OVERRIDABLE:
                    overrides.setdefault(kind, {}).update(items)
                else:
                    others.append((kind, items))

        catalogue = load_catalogue(overrides)

        assert set(overrides) == set(OVERRIDABLE)
        for kind, items in overrides.items():
            assert items.keys() <= getattr(catalogue, kind).keys()
        assert sorted(kind for kind, _ in others) == ["dataset", "own_lists", "rule"]
        for kind, items in others:
            _load_other(kind, items)

    @pytest.mark.parametrize("page", ["README.md"])
    def test_the_blocks_of_the_readme_load(self, page: str) -> None:
        blocks = toml_blocks(page)

        assert blocks
        for block in blocks:
            for own in block.pop("own_lists", []):
                OwnList.model_validate(own)
            assert block.keys() <= set(OVERRIDABLE)
            load_catalogue(block)

    def test_the_guide_has_a_place_for_every_kind_of_addition(self) -> None:
        guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

        kinds = ("facility type", "norm", "target group", "walking rule", "dataset", "table", "stage", "report")
        assert [kind for kind in kinds if f"\n## A {kind}\n" not in guide] == []


def _load_other(kind: str, items: Any) -> None:
    if kind == "dataset":
        for key, block in items.items():
            Dataset.model_validate({"key": key, **block})
    else:
        model = {"rule": Rule, "own_lists": OwnList}[kind]
        for block in items:
            model.model_validate(block)


PAGES_BY_HAND = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/methode.md", "docs/architecture.md"]


@pytest.mark.parametrize("page", PAGES_BY_HAND)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", PAGES_BY_HAND)
def test_every_command_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    named = set(re.findall(r"^(?:\$ )?voorzieningen (\w+)|`voorzieningen (\w+)", text, flags=re.MULTILINE))
    assert {one or other for one, other in named} <= generate.program.commands.keys()


def test_the_readme_shows_a_new_user_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert re.search(r"^make setup\b", readme, flags=re.MULTILINE)
    assert re.search(r"^make test\b", readme, flags=re.MULTILINE)
