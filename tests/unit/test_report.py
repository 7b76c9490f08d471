"""The pages: what stands on them, and what they never do."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import report_town as town

from voorzieningen import messages, schema
from voorzieningen.errors import ConfigError, StorageError
from voorzieningen.report import write_report
from voorzieningen.report.cells import by_people_concerned, cells_of
from voorzieningen.report.choices import load_choices
from voorzieningen.report.facts import Facts, Place
from voorzieningen.report.headlines import headlines
from voorzieningen.report.html import render

MAX_PAGE_BYTES = 1_500_000


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(folder, town.tables(), town.study(), town.sources())
    return folder


@pytest.fixture(scope="module")
def index(folder: Path) -> Page:
    return Page((folder / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wijk(folder: Path) -> Page:
    return Page((folder / "wijken" / "WK999900.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(town.tables(), town.study(), town.sources(), load_choices(town.study().catalogue))


def pages(folder: Path) -> Iterator[Page]:
    for path in sorted(folder.rglob("*.html")):
        yield Page(path.read_text(encoding="utf-8"))


def test_writes_a_page_per_wijk_an_index_a_workbook_and_a_map(folder: Path) -> None:
    written = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert written == ["index.html", "kaart.gpkg", "werkboek.xlsx", "wijken/WK999900.html", "wijken/WK999901.html"]


def test_two_writes_in_different_folders_are_byte_identical(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "deeper"
    other.mkdir(parents=True)
    write_report(other, town.tables(), town.study(), town.sources())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        assert (other / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_text_from_data_is_shown_and_never_run(folder: Path, wijk: Page) -> None:
    raw = (folder / "wijken" / "WK999900.html").read_text(encoding="utf-8")
    assert "<script" not in raw
    assert "<b>Hoek" not in raw
    assert town.SCRIPT in wijk.text
    assert "De <b>Hoek</b>" in wijk.text
    assert "Nieuw & Oud" in wijk.text


def test_pages_load_nothing_and_stay_small(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        assert path.stat().st_size <= MAX_PAGE_BYTES
    for page in pages(folder):
        assert not page.all("script")
        assert not page.all("link")
        assert not page.all("iframe")
        for image in page.all("img"):
            assert str(image["src"]).startswith("data:image/png;base64,")
            assert image["alt"]
        assert not any("http" in str(link.get("href")) for link in page.all("a"))
        assert "url(" not in "".join(page.words)
        assert "@import" not in "".join(page.words)


def test_links_lead_somewhere(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        targets = {str(attributes["id"]) for _, attributes in page.tags if "id" in attributes}
        for link in page.all("a"):
            file, _, anchor = str(link["href"]).partition("#")
            if file:
                assert (path.parent / file).is_file()
            else:
                assert anchor in targets, anchor


def test_pages_are_dutch_and_their_headings_and_tables_are_in_order(folder: Path) -> None:
    for page in pages(folder):
        assert page.all("html")[0]["lang"] == "nl"
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(deeper <= level + 1 for level, deeper in pairwise(levels))
        assert len(page.all("caption")) == len(page.all("table"))
        assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
        identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(identifiers) == len(set(identifiers))


def test_every_area_is_listed_in_order_of_code(index: Page, wijk: Page) -> None:
    assert re.findall(r"WK\d{6}", index.text)[:2] == list(town.WIJKEN)
    assert re.findall(r"BU\d{8}", wijk.text)[:2] == ["BU99990000", "BU99990001"]
    for name in town.WIJKEN.values():
        assert name in index.text


def test_a_wijk_without_homes_has_its_page_and_all_its_buurten(folder: Path) -> None:
    page = Page((folder / "wijken" / "WK999901.html").read_text(encoding="utf-8"))
    assert "CBS geeft voor Leeg geen aantal inwoners." in page.text
    assert "Over de bereikbaarheid te voet kunnen we hier niets zeggen" in page.text
    assert "Leegveld" in page.text
    assert "Er is in of bij deze wijk geen voorziening gevonden in de gegevens." in page.text


def test_wijken_are_never_ranked_and_have_no_colour(index: Page) -> None:
    assert not re.search(r"rangorde|ranglijst|best scorende|slechtst scorende|top ?\d", index.text, re.IGNORECASE)
    coloured = [
        attributes for tag, attributes in index.tags if tag in ("th", "tr", "section") and "class" in attributes
    ]
    assert not any(str(attributes["class"]) in schema.STATUSES for attributes in coloured)


def test_in_het_kort_says_who_what_and_by_whose_norm(wijk: Page) -> None:
    assert "In Nieuw & Oud wonen 99 mensen in 40 huishoudens; 25% is 65 jaar of ouder." in wijk.text
    assert "Goed geregeld: 90% van" in wijk.text
    assert (
        "Eerste opgave: 88 (85–91) personen (mensen van 65 jaar en ouder) wonen verder dan 500 meter lopen "
        "(8,3 minuten) van een ontmoetingsplek (formeel of maatschappelijk). "
        "De norm daarvoor, loopafstand voor ouderen (2026), is een aanname, geen vastgesteld beleid."
    ) in wijk.text


def test_a_headline_that_rests_on_an_assumption_says_so(facts: Facts) -> None:
    gaps = facts.tables["wijk_gaps"]
    own = gaps[(gaps["code"] == "WK999900") & (gaps["norm"] == "basis-iedereen")]
    told = headlines(Place("WK999900", "Nieuw & Oud"), cells_of(own, facts), facts)
    assert len(told) <= 5
    assert any("is een aanname, geen vastgesteld beleid" in text for text in told)


def test_population_tells_the_remainder_to_the_figure_of_cbs(index: Page) -> None:
    assert "100 inwoners geplaatst over 2 van de 3 buurten; 97 volgens CBS; verschil −3." in index.text
    assert "Buurten zonder cijfer van CBS: Leegveld (BU99990100)." in index.text


def test_a_group_that_cbs_does_not_count_is_said_to_have_no_figure(wijk: Page) -> None:
    assert "Mensen van 80 jaar en ouder geen cijfer geen cijfer" in wijk.text


def test_each_status_has_its_own_mark_and_stands_in_words(folder: Path) -> None:
    assert set(messages.STATUS_MARK) == set(messages.STATUS) == set(schema.STATUSES)
    assert len(set(messages.STATUS_MARK.values())) == len(schema.STATUSES)
    text = " ".join(page.text for page in pages(folder))
    for status in schema.STATUSES:
        assert messages.STATUS_MARK[status] in text
    for status in set(schema.STATUSES) - {"nvt"}:
        assert messages.STATUS[status] in text


def test_every_reason_and_kind_of_shortfall_has_words() -> None:
    assert set(messages.REASON_SHORT) == set(messages.REASON) == set(schema.REASONS)
    assert set(messages.GAP_TYPE) == set(schema.GAP_TYPES)


def test_every_sentence_of_the_wijk_stands_on_its_page(wijk: Page, facts: Facts) -> None:
    gaps = facts.tables["wijk_gaps"]
    for sentence in gaps.loc[gaps["code"] == "WK999900", "explanation"]:
        assert " ".join(sentence.split()) in wijk.text


def test_tasks_stand_in_order_of_people_concerned(facts: Facts) -> None:
    gaps = facts.tables["wijk_gaps"]
    cells = by_people_concerned(cells_of(gaps[gaps["status"].isin(["oranje", "rood"])], facts))
    bases = [cell.basis for cell in cells]
    assert bases == sorted(bases, key=("personen", "huishoudens", "woningen").index)
    persons = [round(cell.outside or 0) for cell in cells if cell.basis == "personen"]
    assert persons == sorted(persons, reverse=True)


def test_the_number_outside_is_what_the_sentence_says(facts: Facts) -> None:
    """64 homes of which a quarter is within: 48 further; of the persons the table says how many are within."""
    gaps = facts.tables["wijk_gaps"]
    for cell in cells_of(gaps[gaps["status"] == "rood"], facts):
        if cell.basis == "woningen":
            assert cell.outside == 48
        assert f"{round(cell.outside or 0)} " in cell.explanation


def test_a_share_just_below_a_threshold_is_not_rounded_over_it() -> None:
    limits = town.study().catalogue.threshold
    assert messages.share_beside(0.4975, limits) == "49,7%"
    assert messages.share_beside(0.79999, limits) == "79,9%"
    assert messages.share_beside(0.5, limits) == "50%"
    assert messages.share_beside(0.83, limits) == "83%"


def test_tracks_stand_side_by_side(index: Page) -> None:
    for head in ("Spoor 1: bestaande wijken", "Spoor 2: nieuwe wijken", "Gemengd: beide sporen", "Spoor onbekend"):
        assert head in index.text


def test_the_register_tells_where_a_facility_is_and_how_sure(wijk: Page) -> None:
    assert "4 voorzieningen in of bij Nieuw & Oud" in wijk.text
    assert "zonder naam in de bron Buurtsuper" in wijk.text
    assert "gepland (2027)" in wijk.text
    assert "Buurthuis Ontmoetingsplek formeel buiten de gemeente" in wijk.text
    assert "alleen in OpenStreetMap" in wijk.text


def test_pages_end_with_what_colours_are_about(folder: Path) -> None:
    for page in pages(folder):
        assert messages.COLOURS_FOOTER in page.text
        assert "Klopt dit beeld?" in page.text
        assert "© OpenStreetMap-bijdragers" in page.text


def test_dates_are_written_in_full() -> None:
    assert messages.date_text("2023-01-30T21:21:00Z") == "30 januari 2023"
    assert messages.date_text("voorjaar 2023") == "voorjaar 2023"
    assert messages.date_text(None) == "datum onbekend"


def test_templates_escape_whatever_they_are_given() -> None:
    source = render("base.html.j2", common={"footer": town.SCRIPT, "population_date": "", "map_date": ""})
    assert "&lt;script&gt;" in source
    assert "<script" not in source


def test_choices_that_name_an_unknown_type_are_refused() -> None:
    catalogue = town.study().catalogue
    types = {key: kind for key, kind in catalogue.facility_type.items() if key != "apotheek"}
    with pytest.raises(ConfigError, match="apotheek"):
        load_choices(catalogue.model_copy(update={"facility_type": types}))


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "wijken").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        write_report(tmp_path, town.tables(), town.study(), town.sources())
