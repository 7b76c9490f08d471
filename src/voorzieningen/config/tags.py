"""Conditions on OpenStreetMap tags, and the frozen block that all of the configuration is made of."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Tags = dict[str, list[str]]


class Model(BaseModel):
    """A frozen block of a TOML file in which unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TagRule(Model):
    """A condition on OpenStreetMap tags: one of `match` holds and none of `unless`."""

    match: list[Tags] = Field(min_length=1)
    unless: list[Tags] = []

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        for value in (value for tags in (*self.match, *self.unless) for values in tags.values() for value in values):
            try:
                re.compile(value.removeprefix("~") if value.startswith("~") else "")
            except re.error as error:
                msg = f"'{value}' is not a pattern: {error}"
                raise ValueError(msg) from error
        return self

    @cached_property
    def _tests(self) -> tuple[list[list[tuple[str, "Callable[[str], bool]"]]], ...]:
        return tuple(
            [[(key, _value_test(values)) for key, values in tags.items()] for tags in alternatives]
            for alternatives in (self.match, self.unless)
        )

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Tell whether the tags of one object meet the rule.

        Parameters
        ----------
        tags
            The tags of a node, way or relation.
        """
        match, unless = self._tests
        return _any_holds(match, tags) and not _any_holds(unless, tags)


def _any_holds(alternatives: list[list[tuple[str, Callable[[str], bool]]]], tags: Mapping[str, str]) -> bool:
    return any(all(key in tags and test(tags[key]) for key, test in tests) for tests in alternatives)


def _value_test(values: list[str]) -> Callable[[str], bool]:
    """Compile a list of wanted values: equality on each part of a `;` list, `*` for any, `~` for a pattern."""
    if "*" in values:
        return lambda _: True
    patterns = [re.compile(value[1:]) for value in values if value.startswith("~")]
    wanted = frozenset(value for value in values if not value.startswith("~"))

    def test(value: str) -> bool:
        parts = {part.strip() for part in value.split(";")} if ";" in value else {value}
        return not wanted.isdisjoint(parts) or any(pattern.search(value) for pattern in patterns)

    return test
