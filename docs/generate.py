"""Write the pages that come from the code: `python -m docs.generate`, or with `--check` only compare.

Each page is a pure function that returns its text; `main` is the one place that writes.
"""

import difflib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import click

from docs.commands import command_page
from docs.dictionary import dictionary_page
from voorzieningen import config
from voorzieningen.cli import main as program
from voorzieningen.config import load_catalogue

ROOT = Path(__file__).resolve().parents[1]
NOTE = "made by `make generate`; do not edit by hand"


@click.command(help="Write the generated pages, or with --check show where they are stale.")
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a page is stale.")
def main(*, check: bool) -> None:
    """Write the generated pages, or compare them with what stands on disk."""
    pages = {path: page() for path, page in PAGES.items()}
    if not check:
        for path, text in pages.items():
            (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
        return
    differences = "".join(difference(path, text, ROOT) for path, text in pages.items())
    if differences:
        click.echo(differences)
        click.echo("generated files are stale: run `make generate` and commit the result", err=True)
        sys.exit(1)


def difference(path: str, text: str, root: Path) -> str:
    """Return the unified diff from a file on disk to its new text; empty when they are equal.

    Parameters
    ----------
    path
        The file, relative to `root`; one that does not exist counts as empty.
    text
        What it should hold.
    root
        The folder of the repository.
    """
    file = root / path
    present = file.read_text(encoding="utf-8") if file.is_file() else ""
    lines = difflib.unified_diff(present.splitlines(), text.splitlines(), path, f"{path} (from the code)", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def begrippen() -> str:
    """Return `docs/begrippen.md`, the data dictionary in Dutch."""
    return f"<!-- {NOTE} -->\n\n{dictionary_page(load_catalogue())}"


def cli() -> str:
    """Return `docs/cli.md`, the reference of the command line."""
    return f"<!-- {NOTE} -->\n\n{command_page(program)}"


def study_schema() -> str:
    """Return `configs/study.schema.json`, by which editors check and complete a study file."""
    schema = {"$comment": NOTE, **config.study_schema()}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/begrippen.md": begrippen,
    "docs/cli.md": cli,
    "configs/study.schema.json": study_schema,
}

if __name__ == "__main__":
    main()
