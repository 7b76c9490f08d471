"""The command line: parse, call one function, print. Results go to stdout, talk to stderr.

Heavy libraries are imported where they are used, so that `--help` is there at once.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from voorzieningen.errors import SourceError, VoorzieningenError

if TYPE_CHECKING:
    import pandas as pd

    from voorzieningen.config import Study
    from voorzieningen.workspace import OpenStudy

INTERRUPTED = 130
STAGES = ("read", "network", "facilities", "residents", "reach", "tracks", "gaps", "report")
KINDS = ("facility-types", "target-groups", "profiles", "norms", "rules", "datasets", "studies", "tables")

F = TypeVar("F", bound=Callable[..., Any])


class _Program(click.Group):
    """A group that prints our own errors as one clean message with their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what is not one of our errors keeps its traceback."""
        try:
            return super().invoke(ctx)
        except VoorzieningenError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


def _example(line: str) -> str:
    """End a help text with a line that can be run; the backspace keeps click from wrapping it."""
    return f"\b\nExample:\n  {line}"


def _study_options(command: F) -> F:
    """Give a command its study, and where raw files and artefacts are."""
    for decorate in (
        click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path("data/processed"),
            show_default=True,
            help="Parent folder of the study's artefacts.",
        ),
        click.option(
            "--raw",
            type=click.Path(file_okay=False, path_type=Path),
            help="Folder with the study's raw files.  [default: data/raw/<study>]",
        ),
        click.argument("study"),
    ):
        command = decorate(command)
    return command


_format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)


@click.group(
    cls=_Program,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_example("voorzieningen run kampen --raw data/raw/kampen"),
)
@click.version_option(package_name="voorzieningen", prog_name="voorzieningen")
def main() -> None:
    """Find out who cannot walk to a huisarts, a buurtsuper or a place to meet, and why.

    STUDY is a name in configs/ or the path of a TOML file.
    """


@main.command(epilog=_example("voorzieningen sample data/raw/polderstad"))
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default=Path("data/raw/polderstad")
)
def sample(folder: Path) -> None:
    """Write the raw files of Polderstad, a made-up municipality.

    DIR is where to write them, by default data/raw/polderstad; files of the same name are replaced.
    """
    from voorzieningen.sample import write_sample

    files = write_sample(folder)
    click.echo(f"Polderstad: {len(files)} raw files. Next: voorzieningen run polderstad", err=True)
    click.echo(folder)


@main.command(epilog=_example("voorzieningen check kampen"))
@_study_options
@_format_option
def check(study: str, raw: Path | None, out: Path, form: str) -> None:
    """Judge the study, the catalogue and the raw files; compute nothing."""
    import pandas as pd

    from voorzieningen.read import inspect_sources

    del out  # taken because every command with a STUDY takes it; nothing is written here
    loaded = _load(study)
    seen = inspect_sources(_raw_folder(loaded, raw), loaded)
    columns = ["key", "file", "state", "seen"]
    _print_table(pd.DataFrame([[getattr(one, column) for column in columns] for one in seen], columns=columns), form)
    wrong = [one for one in seen if not one.is_in_order]
    if wrong:
        raise SourceError(
            f"{len(wrong)} of {len(seen)} raw files cannot be used: {', '.join(one.file for one in wrong)}",
            where=str(_raw_folder(loaded, raw)),
            hint="mend what is listed above and check again",
        )
    click.echo(f"{loaded.name}: study, catalogue and raw files are in order.", err=True)


@main.command(epilog=_example("voorzieningen run kampen --until gaps"))
@_study_options
@click.option("--until", type=click.Choice(STAGES), default="report", help="Last stage to run.")
@click.option("--force", type=click.Choice(STAGES), multiple=True, help="Run this stage even if nothing changed.")
def run(study: str, raw: Path | None, out: Path, until: str, force: tuple[str, ...]) -> None:
    """Run all stages, skipping what is unchanged, and print where the result is."""
    from voorzieningen.pipeline import stages_until

    folder = _run(study, raw, out, stages=stages_until(until), force=force)
    click.echo(folder / "report" / "index.html" if until == "report" else folder)


def _stage_command(name: str, does: str) -> None:
    @main.command(name, help=does, epilog=_example(f"voorzieningen {name} kampen"))
    @_study_options
    def command(study: str, raw: Path | None, out: Path) -> None:
        folder = _run(study, raw, out, stages=(name,))
        click.echo(folder / name)


@main.command(epilog=_example("voorzieningen network kampen --rules"))
@_study_options
@click.option("--rules", is_flag=True, help="Print what each walking rule kept or dropped.")
@_format_option
def network(study: str, raw: Path | None, out: Path, *, rules: bool, form: str) -> None:
    """Make the walking network, and what it needs."""
    from voorzieningen.workspace import open_study

    folder = _run(study, raw, out, stages=("network",))
    if rules:
        _print_table(open_study(study, out=out).table("rules"), form)
    else:
        click.echo(folder / "network")


_stage_command("read", "Read the raw files to clean tables.")
_stage_command("facilities", "Make the register of facilities, and what it needs.")
_stage_command("residents", "Place the residents on homes, and what that needs.")
_stage_command("reach", "Walk from every home to the nearest facility, and what that needs.")
_stage_command("tracks", "Tell phase and track of every area, and what that needs.")
_stage_command("gaps", "Find the gaps, and what that needs.")
_stage_command("report", "Write the report, and what it needs.")


@main.command("list", epilog=_example("voorzieningen list norms --format csv"))
@click.argument("kind", type=click.Choice(KINDS))
@_format_option
def list_kind(kind: str, form: str) -> None:
    """List what the catalogue knows, the studies, or the tables."""
    import pandas as pd

    from voorzieningen.config import list_studies, load_catalogue
    from voorzieningen.schema import TABLES

    if kind == "studies":
        listed = pd.DataFrame({"study": list_studies()})
    elif kind == "tables":
        rows = [{"table": name, "stage": table.stage, "meaning": table.meaning} for name, table in TABLES.items()]
        listed = pd.DataFrame(rows)
    else:
        blocks = getattr(load_catalogue(), kind.removesuffix("s").replace("-", "_"))
        members = blocks.values() if isinstance(blocks, Mapping) else blocks
        listed = pd.DataFrame([_flat(block.model_dump(mode="json")) for block in members])
    _print_table(listed, form)


@main.command(epilog=_example("voorzieningen show kampen buurt_gaps --format csv"))
@_study_options
@click.argument("table")
@_format_option
def show(study: str, table: str, raw: Path | None, out: Path, form: str) -> None:
    """Print a table of a study that has been run."""
    del raw  # taken because every command with a STUDY takes it; tables come from the artefacts
    _print_table(_open(study, out).table(table), form)


@main.command(epilog=_example("voorzieningen explain kampen Brunnepe buurtsuper --group 65-plus"))
@_study_options
@click.argument("area")
@click.argument("facility_type")
@click.option("--group", "target_group", help="Only this target group (a key of the catalogue).")
@_format_option
def explain(
    study: str, area: str, facility_type: str, raw: Path | None, out: Path, target_group: str | None, form: str
) -> None:
    """Print the chain behind the verdicts on one area and facility type.

    AREA is a buurtcode, wijkcode, area code or name.
    """
    from voorzieningen.explain import explain_cell

    del raw  # taken because every command with a STUDY takes it; the chain comes from the artefacts
    opened = _open(study, out)
    steps = explain_cell(
        opened.tables,
        opened.members(),
        opened.study.catalogue,
        opened.sources,
        area=area,
        facility_type=facility_type,
        target_group=target_group,
    )
    if form == "table":
        _print_chain(steps)
    else:
        _print_table(steps, form)


def _load(study: str) -> "Study":
    from voorzieningen.config import load_study

    return load_study(study)


def _raw_folder(study: "Study", raw: Path | None) -> Path:
    return raw if raw is not None else Path("data/raw") / study.name


def _run(study: str, raw: Path | None, out: Path, *, stages: tuple[str, ...], force: tuple[str, ...] = ()) -> Path:
    """Run stages with progress on stderr, and tell what they came across."""
    from rich.console import Console

    from voorzieningen import pipeline
    from voorzieningen.workspace import notes

    loaded = _load(study)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    ran: list[str] = []
    with console.status("") as status:

        def progress(stage: str, state: str) -> None:
            if state == "running":
                status.update(f"{loaded.name}: {stage} …")
                return
            if state == "done":
                ran.append(stage)
            console.print(f"{loaded.name}: {stage:<10} {state}")

        folder = pipeline.run(loaded, _raw_folder(loaded, raw), out, stages=stages, force=force, progress=progress)
    if not ran:
        console.print(f"{loaded.name}: nothing changed, nothing recomputed.")
    for note in notes(folder, ran):
        console.print(f"  {note}", markup=False)
    return folder


def _open(study: str, out: Path) -> "OpenStudy":
    from voorzieningen.workspace import open_study

    opened = open_study(study, out=out)
    opened.check_unchanged()
    return opened


def _flat(block: dict[str, Any]) -> dict[str, Any]:
    """Put the names of a block of the catalogue first, and each list of texts in one cell."""
    named = {key: block[key] for key in ("key", "label", "title") if key in block}
    return {
        key: ";".join(value) if isinstance(value, list) and all(isinstance(part, str) for part in value) else value
        for key, value in (named | block).items()
    }


def _print_table(table: "pd.DataFrame", form: str) -> None:
    """Print a table to stdout; geometry as WKT in EPSG:28992."""
    import pandas as pd

    plain = pd.DataFrame(table)
    if "geometry" in plain:
        plain["geometry"] = table["geometry"].to_wkt()
    if form == "json":
        click.echo(plain.to_json(orient="records", force_ascii=False, indent=2, double_precision=15))
        return
    for name in plain.columns[plain.dtypes == "object"]:
        plain[name] = plain[name].map(_one_cell)
    if form == "csv":
        click.echo(plain.to_csv(index=False, lineterminator="\n"), nl=False)
    elif plain.empty:
        click.echo(" ".join(plain.columns))
    else:
        click.echo(plain.to_string(index=False, na_rep="", max_colwidth=None))


def _one_cell(value: object) -> object:
    """Write the numbers of an array in one cell; pandas would break them off in lines."""
    return ";".join(str(part) for part in value.tolist()) if hasattr(value, "tolist") else value


def _print_chain(steps: "pd.DataFrame") -> None:
    """Print the steps of each group under each other, with the source on its own line."""
    for group, chain in steps.groupby("group", sort=False):
        click.echo(f"{group}")
        for step, what, source in zip(chain["step"], chain["what"], chain["source"], strict=True):
            click.echo(f"  {step}: {what}")
            click.echo(f"      bron: {source}")
        click.echo()
