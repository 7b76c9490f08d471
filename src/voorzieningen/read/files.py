"""The raw files that a study names: all there, and the ones that were meant."""

from pathlib import Path
from typing import TYPE_CHECKING

from voorzieningen.config import OWN_LIST, Study, UsedSource
from voorzieningen.errors import SourceError, is_there
from voorzieningen.store import file_digest

if TYPE_CHECKING:
    from voorzieningen.read.notes import Note


def named_files(raw: Path, study: Study) -> dict[str, Path]:
    """Return the paths of the raw files that a study names, whether or not they exist.

    Parameters
    ----------
    raw
        The folder with the raw files of the study.
    study
        The study.

    Returns
    -------
    dict of str to Path
        By dataset key, and by `eigen_lijst:<file>` for own lists.
    """
    sources = {key: raw / source.file for key, source in study.sources.items()}
    return sources | {f"{OWN_LIST}:{own.file}": raw / own.file for own in study.own_lists}


def raw_files(raw: Path, study: Study) -> dict[str, Path]:
    """Return the raw files of a study after checking that all it cannot do without are there.

    Parameters
    ----------
    raw
        The folder with the raw files of the study.
    study
        The study.

    Returns
    -------
    dict of str to Path
        By dataset key, and by `eigen_lijst:<file>` for own lists; an optional file that is not there is left out.

    Raises
    ------
    SourceError
        Files are missing (all of them are named, with how to get each), or a file is not the one whose digest the
        study gives.
    """
    files = {
        key: path for key, path in named_files(raw, study).items() if is_there(path) or not is_optional(key, study)
    }
    missing = [key for key, path in files.items() if not is_there(path)]
    if missing:
        listed = "".join(f"\n  {files[key].name}: {how_to_get(key, study)}" for key in missing)
        what = f"{len(missing)} raw file{'s are' if len(missing) > 1 else ' is'} missing:{listed}"
        raise SourceError(what, where=str(raw), hint="put them there, or give the folder that has them with --raw DIR")
    for key, path in files.items():
        check_digest(key, path, study)
    return files


def is_optional(key: str, study: Study) -> bool:
    """Tell whether a study says that it can do without a raw file."""
    source = study.sources.get(key)
    return source is not None and source.optional


def missing_optional(files: dict[str, Path], study: Study) -> "list[Note]":
    """Say what the result lacks for want of optional files.

    Parameters
    ----------
    files
        The raw files that are there (see `raw_files`).
    study
        The study.
    """
    from voorzieningen.read.notes import Note

    notes = []
    for key, source in study.sources.items():
        if key not in files:
            dataset = study.catalogue.dataset[key]
            text = f"{source.file} is er niet. {dataset.without or ''}".strip()
            notes.append(Note(f"{dataset.title} ontbreekt", 1, text))
    return notes


def how_to_get(key: str, study: Study) -> str:
    """Say how to get a raw file, with the municipality and the year filled in.

    Parameters
    ----------
    key
        A key of `raw_files`.
    study
        The study.
    """
    dataset = study.catalogue.dataset[key.partition(":")[0]]
    source = study.sources.get(key)
    year = source.year if source and source.year else study.peildatum.year
    return dataset.get.format(gemeente=study.gemeentenaam, gemeentecode=study.gemeentecode, year=year)


def check_digest(key: str, path: Path, study: Study) -> None:
    """Refuse a file that is not the one whose digest the study gives.

    Raises
    ------
    SourceError
        The digest differs: the file is cut off or of another date.
    """
    source = study.sources.get(key)
    if source is None or source.sha256 is None:
        return
    try:
        digest = file_digest(path)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=path.name) from error
    if digest != source.sha256:
        raise SourceError(
            f"has another sha256 than sources.{key}.sha256 says: the file is cut off, or of another date",
            where=path.name,
            hint=f"{how_to_get(key, study)}; if it is the right file, put its sha256 in the study: {digest}",
        )


def used_sources(study: Study, raw: Path) -> list[UsedSource]:
    """Return the raw files of a study with their digests and licences.

    Parameters
    ----------
    study
        Names the files.
    raw
        The folder they are in.

    Raises
    ------
    SourceError
        One or more are missing; the message says which, and how to get them.
    """
    used = []
    for key, path in raw_files(raw, study).items():
        try:
            digest = file_digest(path)
        except OSError as error:
            raise SourceError(
                f"cannot be read: {error.strerror}", where=str(path), hint="may this user read it?"
            ) from error
        dataset = study.catalogue.dataset[key.partition(":")[0]]
        source = study.sources.get(key)
        used.append(
            UsedSource(
                dataset=dataset.key,
                title=dataset.title,
                holder=dataset.holder.format(gemeente=study.gemeentenaam),
                file=path.name,
                sha256=digest,
                licence=dataset.licence,
                attribution=dataset.attribution.format(gemeente=study.gemeentenaam),
                year=source.year if source else None,
            )
        )
    return used
