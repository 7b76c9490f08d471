"""What the reports put first: read from `choices.toml`, and held against the catalogue."""

import tomllib
from collections.abc import Iterable
from importlib import resources

from pydantic import ValidationError

from voorzieningen.config import Catalogue, Key, Model, Text
from voorzieningen.errors import ConfigError

FILE = "choices.toml"


class Basispakket(Model):
    """The facility types that a group should have near together, with their letter on the map."""

    target_group: Key
    symbols: dict[Key, Text]


class ResidentGroups(Model):
    """The groups of which the share is told."""

    groups: list[Key]
    ageing_group: Key
    ageing_phrase: Text


class Headline(Model):
    """A column of the tables that list areas below each other."""

    facility_type: Key
    target_group: Key


class NotMeasured(Model):
    """What open data cannot tell."""

    items: list[Text]


class Choices(Model):
    """All that the reports choose by themselves."""

    basispakket: Basispakket
    residents: ResidentGroups
    headline: list[Headline]
    not_measured: NotMeasured


def load_choices(catalogue: Catalogue) -> Choices:
    """Read the choices of the report.

    Parameters
    ----------
    catalogue
        The catalogue whose keys the choices name.

    Raises
    ------
    ConfigError
        The file is incomplete, has an unknown key, or names something that is not in the catalogue.
    """
    text = (resources.files("voorzieningen") / "report" / FILE).read_text(encoding="utf-8")
    try:
        choices = Choices.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", where=f"report/{FILE}"
        ) from error
    _check_known("facility type", [*choices.basispakket.symbols, *_types(choices)], catalogue.facility_type)
    _check_known("target group", _groups(choices), catalogue.target_group)
    return choices


def _types(choices: Choices) -> list[str]:
    return [column.facility_type for column in choices.headline]


def _groups(choices: Choices) -> list[str]:
    residents = choices.residents
    columns = [column.target_group for column in choices.headline]
    return [choices.basispakket.target_group, residents.ageing_group, *residents.groups, *columns]


def _check_known(kind: str, named: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise ConfigError(
            f"names the {kind} '{unknown[0]}', which does not exist",
            where=f"report/{FILE}",
            hint=f"known are: {', '.join(known)}",
        )
