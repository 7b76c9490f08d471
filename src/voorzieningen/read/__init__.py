"""Raw files to clean tables: OpenStreetMap, wijken en buurten, StatLine, addresses and own lists.

Everything that comes out is in EPSG:28992 (RD New, metres) and under contract. What was damaged, odd or left out is
counted in the table `notes`.
"""

from voorzieningen.read.files import raw_files, used_sources
from voorzieningen.read.inspection import SourceState, inspect_sources
from voorzieningen.read.study import read_study

__all__ = ["SourceState", "inspect_sources", "raw_files", "read_study", "used_sources"]
