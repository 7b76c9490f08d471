"""Study files and the catalogue: what loads, and what is said about what does not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from voorzieningen.config import (
    CATALOGUE_FILES,
    FacilityType,
    TagRule,
    list_studies,
    load_catalogue,
    load_study,
)
from voorzieningen.errors import ConfigError

POLDERSTAD = """
name = "polderstad"
gemeentecode = "GM9999"
gemeentenaam = "Polderstad"
peildatum = 2024-01-01

[sources.osm]
file = "polderstad.osm.pbf"

[sources.wijkenbuurten]
file = "wijkenbuurten_2024.gpkg"
year = 2024
"""
NORM = {
    "label": "600 meter",
    "facility_types": ["huisarts"],
    "target_groups": ["iedereen"],
    "value": 600,
    "schaal": "buurt",
    "source": "Raadsbesluit 2024-17",
    "year": 2024,
    "status": "gemeentelijk",
}


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    folder = tmp_path / "configs"
    folder.mkdir()
    (folder / "polderstad.toml").write_text(POLDERSTAD, encoding="utf-8")
    return folder


def with_line(configs: Path, text: str) -> str:
    """Write Polderstad with something added at the end, and return its path."""
    path = configs / "polderstad.toml"
    path.write_text(POLDERSTAD + text, encoding="utf-8")
    return str(path)


def refusal(study: str, configs: Path) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        load_study(study, config_dir=configs)
    return refused.value


def refused_block(kind: str, key: str, block: Mapping[str, Any]) -> ConfigError:
    with pytest.raises(ConfigError) as refused:
        load_catalogue({kind: {key: dict(block)}}, where="study.toml")
    return refused.value


class TestStudy:
    def test_a_study_is_found_by_its_name(self, configs: Path) -> None:
        study = load_study("polderstad", config_dir=configs)

        assert (study.gemeentecode, study.gemeentenaam) == ("GM9999", "Polderstad")
        assert study.peildatum.isoformat() == "2024-01-01"
        assert study.sources["wijkenbuurten"].year == 2024
        assert study.buffer_m == 5000
        assert study.own_lists == []
        assert study.catalogue == load_catalogue()

    def test_a_study_is_found_by_its_path(self, configs: Path) -> None:
        assert load_study(str(configs / "polderstad.toml")) == load_study("polderstad", config_dir=configs)

    def test_studies_are_listed_in_order_without_other_files(self, configs: Path) -> None:
        (configs / "almere.toml").write_text("", encoding="utf-8")
        (configs / "study.schema.json").write_text("{}", encoding="utf-8")

        assert list_studies(configs) == ["almere", "polderstad"]

    def test_the_studies_that_come_with_the_repository_load(self) -> None:
        shipped = Path(__file__).parents[2] / "configs"

        names = [load_study(name, config_dir=shipped).name for name in list_studies(shipped)]

        assert names == list_studies(shipped)
        assert {"almere", "kampen"} <= set(names)

    def test_own_lists_and_areas_load(self, configs: Path) -> None:
        path = with_line(
            configs,
            """
            [[own_lists]]
            file = "jongeren.csv"
            facility_type = "jongerenplek"
            complete = true

            [[areas]]
            code = "west"
            name = "Stadsdeel West"
            wijken = ["WK999901"]
            """,
        )

        study = load_study(path)

        assert (study.own_lists[0].complete, study.own_lists[0].mode, study.own_lists[0].crs) == (
            True,
            "supplement",
            "EPSG:28992",
        )
        assert study.areas[0].wijken == ["WK999901"]

    def test_a_study_that_does_not_exist_gets_a_name_that_looks_like_it(self, configs: Path) -> None:
        error = refusal("polderstat", configs)

        assert error.what == f"there is no study 'polderstat' in {configs}/"
        assert error.hint == "did you mean 'polderstad'?"

    def test_a_name_that_looks_like_nothing_gets_the_list(self, configs: Path) -> None:
        assert refusal("zwolle", configs).hint == "there are: polderstad"

    def test_without_any_study_the_hint_says_where_to_put_one(self, tmp_path: Path) -> None:
        assert refusal("zwolle", tmp_path).hint == f"put a study file at {tmp_path / 'zwolle.toml'}"

    def test_a_path_that_does_not_exist_is_named(self, configs: Path) -> None:
        error = refusal(str(configs / "elders.toml"), configs)

        assert (error.where, error.what) == (str(configs / "elders.toml"), "this study file does not exist")

    def test_a_file_that_is_not_toml_is_named_with_the_line(self, configs: Path) -> None:
        error = refusal(with_line(configs, "buffer_m = = 3"), configs)

        assert error.where == str(configs / "polderstad.toml")
        assert error.what.startswith("is not TOML: ")
        assert "line 13" in error.what

    def test_a_file_that_is_not_utf_8_says_so(self, configs: Path) -> None:
        path = configs / "polderstad.toml"
        path.write_bytes(POLDERSTAD.replace("Polderstad", "Súdwest-Fryslân").encode("latin-1"))

        error = refusal("polderstad", configs)

        assert (error.where, error.what) == (str(path), "is not text in UTF-8")

    def test_a_folder_in_the_place_of_a_study_is_no_study(self, configs: Path) -> None:
        (configs / "map.toml").mkdir()

        assert "there is no study 'map'" in refusal("map", configs).what

    def test_every_refusal_ends_with_exit_code_2(self, configs: Path) -> None:
        assert refusal("zwolle", configs).exit_code == 2

    @pytest.mark.parametrize(
        ("line", "what", "hint"),
        [
            ("[sourcse]", "sourcse is an unknown key", "did you mean 'sources'?"),
            ("[norms.x]\nvalue = 3", "norms is an unknown key", "did you mean 'norm'?"),
            (
                '[sources.statline]\nfil = "a.csv"',
                "sources.statline.fil is an unknown key (and 1 more)",
                "did you mean 'file'?",
            ),
            ('[sources.statline]\nfile = "a.csv"\nyaer = 2024', "sources.statline.yaer is an unknown key", "year"),
            ('[sources.statlin]\nfile = "a.csv"', "sources.statlin is no dataset", "did you mean 'statline'?"),
            ('[sources.statline]\nfile = ""', "sources.statline.file: String should have at least 1 character", None),
            ('[sources.statline]\nfile = "a.csv"\nyear = "x"', "sources.statline.year: Input should be a valid", None),
            ('[sources.statline]\nfile = "a.csv"\nsha256 = "12"', "sources.statline.sha256: String should match", None),
            ('[[areas]]\ncode = "a"\nname = "A"', "areas.0: give 'wijken' or 'buurten'", None),
        ],
    )
    def test_a_key_that_cannot_be_is_named_with_its_place(
        self, configs: Path, line: str, what: str, hint: str | None
    ) -> None:
        error = refusal(with_line(configs, line), configs)

        assert error.where == str(configs / "polderstad.toml")
        assert error.what.startswith(what)
        assert (error.hint is None) if hint is None else (hint in (error.hint or ""))

    @pytest.mark.parametrize(
        ("present", "instead", "what"),
        [
            ('gemeentecode = "GM9999"', 'gemeentecode = "9999"', "gemeentecode: String should match pattern"),
            ('gemeentecode = "GM9999"', "", "gemeentecode is missing"),
            ("peildatum = 2024-01-01", 'peildatum = "vorig jaar"', "peildatum: Input should be a valid date"),
            ('name = "polderstad"', 'name = "Polder Stad"', "name: String should match pattern"),
            ("peildatum", "buffer_m = 10\npeildatum", "buffer_m: Input should be greater than or equal to 1000"),
        ],
    )
    def test_a_value_that_cannot_be_is_named(self, configs: Path, present: str, instead: str, what: str) -> None:
        (configs / "polderstad.toml").write_text(POLDERSTAD.replace(present, instead, 1), encoding="utf-8")

        assert refusal("polderstad", configs).what.startswith(what)

    def test_a_required_source_that_is_missing_is_asked_for(self, configs: Path) -> None:
        without_osm = POLDERSTAD.replace('[sources.osm]\nfile = "polderstad.osm.pbf"', "[sources]")
        (configs / "polderstad.toml").write_text(without_osm, encoding="utf-8")

        error = refusal("polderstad", configs)

        assert error.what == "sources.osm is missing (OpenStreetMap)"
        assert error.hint == 'add [sources.osm] with file = "…"'

    @pytest.mark.parametrize(
        ("line", "what", "hint"),
        [
            (
                'facility_type = "huisart"',
                "own_lists[0].facility_type names 'huisart', which does not exist",
                "did you mean 'huisarts'?",
            ),
            (
                'facility_type = "huisarts"\nfacility_class = "prakijk"',
                "own_lists[0].facility_class names 'prakijk', which 'huisarts' lacks",
                "did you mean 'praktijk'?",
            ),
            (
                'facility_type = "huisarts"\nmode = "merge"',
                "own_lists.0.mode: Input should be 'supplement' or 'replace'",
                None,
            ),
        ],
    )
    def test_an_own_list_of_nothing_known_is_refused(
        self, configs: Path, line: str, what: str, hint: str | None
    ) -> None:
        error = refusal(with_line(configs, f'[[own_lists]]\nfile = "a.csv"\n{line}'), configs)

        assert (error.what, error.hint) == (what, hint)


class TestCatalogue:
    def test_every_block_knows_its_own_key(self) -> None:
        catalogue = load_catalogue()

        for kind in ("facility_type", "target_group", "profile", "norm", "threshold", "dataset"):
            blocks = getattr(catalogue, kind)
            assert blocks
            assert all(block.key == key for key, block in blocks.items())

    def test_every_file_of_the_catalogue_is_read(self) -> None:
        folder = Path(__file__).parents[2] / "src" / "voorzieningen" / "catalogue"

        assert {path.name for path in folder.iterdir()} == set(CATALOGUE_FILES.values())

    def test_a_norm_walks_by_the_profile_of_its_group_unless_it_names_one(self) -> None:
        catalogue = load_catalogue({"norm": {"eigen": NORM | {"target_groups": ["65-plus"], "profile": "rollator"}}})

        assert catalogue.profile_of(catalogue.norm["basis-65-plus"], "65-plus").key == "65-plus"
        assert catalogue.profile_of(catalogue.norm["basis-65-plus"], "80-plus").key == "rollator"
        assert catalogue.profile_of(catalogue.norm["eigen"], "65-plus").key == "rollator"

    def test_above_the_wijk_a_norm_gives_no_verdict(self) -> None:
        catalogue = load_catalogue(
            {
                "norm": {
                    scale: {key: value for key, value in NORM.items() if key != "value"} | {"schaal": scale}
                    for scale in ("stadsdeel", "stad")
                }
                | {scale: NORM | {"schaal": scale} for scale in ("buurt", "wijk")}
            }
        )

        verdicts = {key: norm.gives_verdict for key, norm in catalogue.norm.items()}
        assert [verdicts[scale] for scale in ("buurt", "wijk", "stadsdeel", "stad")] == [True, True, False, False]

    def test_the_whole_of_people_and_of_households_is_told_from_its_parts(self) -> None:
        groups = load_catalogue().target_group

        assert [key for key, group in groups.items() if group.whole] == ["iedereen"]

    def test_a_block_of_a_study_replaces_the_keys_it_names_and_no_others(self) -> None:
        shipped = load_catalogue()

        changed = load_catalogue({"norm": {"spelen": {"value": 150, "status": "gemeentelijk", "source": "Raad"}}})

        assert changed.norm["spelen"] == shipped.norm["spelen"].model_copy(
            # the year was that of the other source
            update={"value": 150, "status": "gemeentelijk", "source": "Raad", "year": None}
        )
        assert {**changed.norm, "spelen": None} == {**shipped.norm, "spelen": None}

    def test_a_block_of_a_study_with_a_new_key_is_added_last(self) -> None:
        changed = load_catalogue({"norm": {"eigen": NORM}})

        assert list(changed.norm)[-1] == "eigen"
        assert changed.norm["eigen"].value == 600
        assert changed.norm["eigen"].unit == "m"

    def test_a_norm_that_is_switched_off_stays_in_the_catalogue_and_out_of_use(self) -> None:
        changed = load_catalogue({"norm": {"halte": {"active": False}}})

        assert "halte" in changed.norm
        assert "halte" not in [norm.key for norm in changed.active_norms]

    def test_a_threshold_of_a_study_counts(self) -> None:
        assert load_catalogue({"threshold": {"green_share": {"value": 0.9}}}).limit("green_share") == 0.9

    def test_a_study_file_carries_its_blocks_into_the_catalogue(self, configs: Path) -> None:
        path = with_line(configs, "[norm.spelen]\nvalue = 150\nsource = 'Raad'\n\n[threshold.group_min]\nvalue = 10\n")

        catalogue = load_study(path).catalogue

        assert (catalogue.norm["spelen"].value, catalogue.limit("group_min")) == (150, 10)

    def test_a_block_of_a_study_file_that_is_wrong_names_that_file(self, configs: Path) -> None:
        path = with_line(configs, "[norm.spelen]\nvaleu = 150\n")

        assert refusal(path, configs).where == path

    @pytest.mark.parametrize("without", ["source", "status", "schaal", "facility_types", "target_groups", "label"])
    def test_a_norm_that_misses_a_key_does_not_load(self, without: str) -> None:
        error = refused_block("norm", "eigen", {key: value for key, value in NORM.items() if key != without})

        assert (error.where, error.what) == ("study.toml", f"norm.eigen.{without} is missing")

    def test_a_norm_without_source_is_told_what_to_add(self) -> None:
        error = refused_block("norm", "eigen", {key: value for key, value in NORM.items() if key != "source"})

        assert error.hint == (
            'a figure without a source does not load: add source = "…" and a status (aanname if it is ours)'
        )

    @pytest.mark.parametrize("source", ["", "   "])
    def test_an_empty_source_is_no_source(self, source: str) -> None:
        assert refused_block("norm", "eigen", NORM | {"source": source}).what.startswith("norm.eigen.source: ")

    @pytest.mark.parametrize(
        ("kind", "key", "block"),
        [
            ("profile", "jongere", {"label": "jongere", "speed_m_s": 1.3, "status": "aanname"}),
            ("threshold", "minstens", {"value": 3, "unit": "m", "label": "minstens", "status": "aanname"}),
        ],
    )
    def test_no_other_figure_loads_without_a_source(self, kind: str, key: str, block: dict[str, Any]) -> None:
        assert refused_block(kind, key, block).what == f"{kind}.{key}.source is missing"

    @pytest.mark.parametrize(
        ("kind", "key", "block", "what", "hint"),
        [
            ("norm", "spelen", {"valeu": 150}, "norm.spelen.valeu is an unknown key", "did you mean 'value'?"),
            ("norm", "spelen", {"zzz": 1}, "norm.spelen.zzz is an unknown key", "there are: source, year, status"),
            (
                "target_group",
                "65-plus",
                {"profil": "rollator"},
                "target_group.65-plus.profil is an unknown key",
                "did you mean 'profile'?",
            ),
            (
                "facility_type",
                "apotheek",
                {"rules": [{"class": "a", "match": [{"shop": ["x"]}], "unles": []}]},
                "facility_type.apotheek.rules.0.unles is an unknown key",
                "did you mean 'unless'?",
            ),
        ],
    )
    def test_an_unknown_key_gets_the_key_that_was_meant(
        self, kind: str, key: str, block: dict[str, Any], what: str, hint: str
    ) -> None:
        error = refused_block(kind, key, block)

        assert (error.where, error.what) == ("study.toml", what)
        assert (error.hint or "").startswith(hint)

    @pytest.mark.parametrize(
        ("kind", "key", "block", "what"),
        [
            ("norm", "spelen", {"value": "ver"}, "norm.spelen.value: Input should be a valid number"),
            ("norm", "spelen", {"value": 0}, "norm.spelen.value: Input should be greater than 0"),
            ("norm", "spelen", {"unit": "km"}, "norm.spelen.unit: Input should be 'm' or 'min'"),
            ("norm", "spelen", {"schaal": "straat"}, "norm.spelen.schaal: Input should be 'buurt', 'wijk'"),
            ("norm", "spelen", {"status": "zeker"}, "norm.spelen.status: Input should be 'wettelijk'"),
            ("norm", "spelen", {"facility_types": []}, "norm.spelen.facility_types: List should have at least 1"),
            ("norm", "spelen", {"year": 2500}, "norm.spelen.year: Input should be less than or equal to 2100"),
            ("norm", "bibliotheek", {"schaal": "wijk"}, "norm.bibliotheek: a norm at the scale of buurt or wijk needs"),
            ("norm", "Spelen Dichtbij", NORM, "norm.Spelen Dichtbij.key: String should match pattern"),
            ("profile", "rollator", {"speed_m_s": 30}, "profile.rollator.speed_m_s: Input should be less than 3"),
            ("target_group", "0-15", {"unit": "mensen"}, "target_group.0-15.unit: Input should be 'personen'"),
            ("facility_type", "park", {"min_area_m2": -1}, "facility_type.park.min_area_m2: Input should be greater"),
            ("facility_type", "park", {"rules": []}, "facility_type.park: give either 'rules' or 'combines'"),
            ("facility_type", "park", {"combines": ["sport"]}, "facility_type.park: give either 'rules' or 'combines'"),
            ("facility_type", "park", {"counts": ["bos"]}, "facility_type.park: 'counts' names bos, which no rule"),
            (
                "facility_type",
                "park",
                {"rules": [{"class": "park", "match": []}]},
                "facility_type.park.rules.0.match: List should have at least 1",
            ),
        ],
    )
    def test_a_value_that_cannot_be_is_named_with_its_key(
        self, kind: str, key: str, block: dict[str, Any], what: str
    ) -> None:
        error = refused_block(kind, key, block)

        assert error.where == "study.toml"
        assert error.what.startswith(what)

    @pytest.mark.parametrize(
        ("kind", "key", "block", "what", "hint"),
        [
            ("norm", "spelen", {"facility_types": ["speeltuin"]}, "norm.spelen.facility_types names 'speeltuin'", None),
            ("norm", "spelen", {"target_groups": ["65plus"]}, "norm.spelen.target_groups names '65plus'", "65-plus"),
            ("norm", "spelen", {"profile": "rolator"}, "norm.spelen.profile names 'rolator'", "rollator"),
            ("target_group", "0-15", {"profile": "kind"}, "target_group.0-15.profile names 'kind'", None),
            ("profile", "rollator", {"closed": ["trappen"]}, "profile.rollator.closed names 'trappen'", "trap"),
            (
                "facility_type",
                "ontmoetingsplek_breed",
                {"combines": ["ontmoetingplek"]},
                "facility_type.ontmoetingsplek_breed.combines names 'ontmoetingplek'",
                "ontmoetingsplek",
            ),
        ],
    )
    def test_a_reference_to_nothing_gets_the_name_that_was_meant(
        self, kind: str, key: str, block: dict[str, Any], what: str, hint: str | None
    ) -> None:
        error = refused_block(kind, key, block)

        assert error.where == "study.toml"
        assert error.what == f"{what}, which does not exist"
        assert error.hint == f"did you mean '{hint}'?" if hint else (error.hint or "").startswith("there are: ")

    def test_what_a_message_names_is_counted_when_more_is_wrong(self) -> None:
        error = refused_block("norm", "spelen", {"unit": "km", "status": "zeker", "valeu": 3})

        assert error.what.endswith("(and 2 more)")

    def test_a_block_that_is_no_table_is_refused(self, configs: Path) -> None:
        error = refusal(with_line(configs, "[norm]\nspelen = 150\n"), configs)

        assert error.what.startswith("norm.spelen: Input should be a valid dictionary")


class TestTagRule:
    @pytest.mark.parametrize(
        ("match", "tags", "holds"),
        [
            ([{"shop": ["bakery"]}], {"shop": "bakery"}, True),
            ([{"shop": ["bakery"]}], {"shop": "bakeries"}, False),
            ([{"shop": ["bakery"]}], {"amenity": "bakery"}, False),
            ([{"shop": ["bakery"]}], {}, False),
            ([{"shop": ["bakery", "pastry"]}], {"shop": "pastry"}, True),
            # inside one table every key must hold
            ([{"shop": ["bakery"], "access": ["yes"]}], {"shop": "bakery", "access": "yes"}, True),
            ([{"shop": ["bakery"], "access": ["yes"]}], {"shop": "bakery"}, False),
            # one table of the list is enough
            ([{"shop": ["bakery"]}, {"craft": ["bakery"]}], {"craft": "bakery"}, True),
            # any value, but not no value
            ([{"club": ["*"]}], {"club": "scout"}, True),
            ([{"club": ["*"]}], {"leisure": "scout"}, False),
            # a pattern anywhere in the value
            ([{"name": ["~(?i)cruyff"]}], {"name": "Het Cruyff Court"}, True),
            ([{"name": ["~^Cruyff"]}], {"name": "Het Cruyff Court"}, False),
            ([{"name": ["~(?i)cruyff", "Plein"]}], {"name": "Plein"}, True),
            # values with semicolons are lists
            ([{"sport": ["boules"]}], {"sport": "tennis;boules"}, True),
            ([{"sport": ["boules"]}], {"sport": "tennis ; boules "}, True),
            ([{"sport": ["boules"]}], {"sport": "tennis;boules_bar"}, False),
            ([{"sport": ["tennis", "boules"]}], {"sport": "golf;boules"}, True),
            # a pattern looks at the whole value, the semicolons included
            ([{"healthcare:speciality": ["~^(?!.*general).+"]}], {"healthcare:speciality": "general;surgery"}, False),
            ([{"healthcare:speciality": ["~^(?!.*general).+"]}], {"healthcare:speciality": "surgery"}, True),
        ],
    )
    def test_match(self, match: list[dict[str, list[str]]], tags: dict[str, str], holds: bool) -> None:  # noqa: FBT001
        assert TagRule(match=match).matches(tags) is holds

    @pytest.mark.parametrize(
        ("unless", "tags", "holds"),
        [
            ([], {"shop": "bakery"}, True),
            ([{"access": ["private", "no"]}], {"shop": "bakery"}, True),
            ([{"access": ["private", "no"]}], {"shop": "bakery", "access": "yes"}, True),
            ([{"access": ["private", "no"]}], {"shop": "bakery", "access": "no"}, False),
            ([{"access": ["*"]}], {"shop": "bakery", "access": "yes"}, False),
            ([{"access": ["private"]}, {"disused": ["yes"]}], {"shop": "bakery", "disused": "yes"}, False),
            ([{"access": ["private"], "disused": ["yes"]}], {"shop": "bakery", "disused": "yes"}, True),
        ],
    )
    def test_unless(self, unless: list[dict[str, list[str]]], tags: dict[str, str], holds: bool) -> None:  # noqa: FBT001
        assert TagRule(match=[{"shop": ["bakery"]}], unless=unless).matches(tags) is holds

    def test_a_pattern_that_is_no_pattern_is_refused_when_it_is_loaded(self) -> None:
        block = {"rules": [{"class": "apotheek", "match": [{"name": ["~(apotheek"]}]}]}

        error = refused_block("facility_type", "apotheek", block)

        assert error.what.startswith("facility_type.apotheek.rules.0")
        assert "(apotheek" in error.what


class TestFacilityType:
    @pytest.fixture
    def kind(self) -> FacilityType:
        return load_catalogue().facility_type["huisarts"]

    def test_classes_stand_in_the_order_of_the_rules(self, kind: FacilityType) -> None:
        assert kind.classes == ("praktijk", "gezondheidscentrum", "huisartsenpost")

    def test_a_walk_ends_only_at_the_classes_that_count(self, kind: FacilityType) -> None:
        assert kind.counted_classes == ("praktijk", "gezondheidscentrum")

    def test_without_a_choice_every_class_counts(self) -> None:
        assert load_catalogue().facility_type["buurtsuper"].counted_classes == ("supermarkt", "klein")

    def test_a_class_with_two_rules_is_named_once(self) -> None:
        rule = {"class": "bakker", "match": [{"shop": ["bakery"]}]}
        kind = FacilityType.model_validate(
            {"key": "bakker", "label": "bakker", "article": "een bakker", "plural": "bakkers", "rules": [rule, rule]}
        )

        assert kind.classes == ("bakker",)
