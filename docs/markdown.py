"""How the generated pages are marked up."""

from collections.abc import Iterable, Sequence


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown.

    Parameters
    ----------
    columns
        The headings.
    rows
        The cells; a pipe in a cell is escaped.
    """
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines)


def code(words: Iterable[str]) -> str:
    """Return words as they are spelled in the code, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)
