"""`docs/cli.md`: the help of every command as click prints it, and the exit codes from the error tree."""

from collections.abc import Iterator

import click

from docs.markdown import markdown_table
from voorzieningen import errors

HELP_WIDTH = 100


def command_page(program: click.Command) -> str:
    """Return the reference of the command line in Markdown.

    Parameters
    ----------
    program
        The command, or the group of commands, that it describes.
    """
    parts = [
        "# Commands",
        "stdout is data, stderr is talk. No command asks questions. After a refusal nothing on disk has changed.",
        *(f"{'#' * (depth + 2)} `{name}`\n\n```text\n{text}\n```" for depth, name, text in _helps(program)),
        "## Exit codes",
        markdown_table(("code", "meaning"), exit_codes()),
    ]
    return "\n\n".join(parts) + "\n"


def _helps(program: click.Command) -> Iterator[tuple[int, str, str]]:
    """Walk the commands, depth first, each with its help as click prints it."""
    printing = {"terminal_width": HELP_WIDTH, "max_content_width": HELP_WIDTH, "color": False}
    top = click.Context(program, info_name="voorzieningen", **{**program.context_settings, **printing})
    waiting = [(0, program, top)]
    while waiting:
        depth, command, context = waiting.pop()
        yield depth, context.command_path, command.get_help(context).rstrip()
        if isinstance(command, click.Group):
            names = reversed(command.list_commands(context))
            found = [(name, command.get_command(context, name)) for name in names]
            waiting += [
                (depth + 1, child, click.Context(child, info_name=name, parent=context))
                for name, child in found
                if child is not None
            ]


def exit_codes() -> list[tuple[str, str]]:
    """Return every exit code with its meaning; those of refusals come from the error tree."""
    refusals = {
        kind.exit_code: (kind.__doc__ or "").splitlines()[0] for kind in errors.VoorzieningenError.__subclasses__()
    }
    meanings = {
        0: "Done.",
        1: "A mistake of ours: a traceback.",
        **refusals,
        130: "Interrupted.",
    }
    meanings[2] = f"Wrong usage, or: {meanings[2][0].lower()}{meanings[2][1:]}"
    return [(str(code), meaning) for code, meaning in sorted(meanings.items())]
