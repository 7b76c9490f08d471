"""Studies and the catalogue: what is asked, and by which kinds of things.

A study is one TOML file (`configs/kampen.toml`). The catalogue is a folder of TOML files shipped with the package; a
study may add blocks to it or override keys of a block. Everything is checked when it is loaded: an unknown key, a norm
without a source or a reference to nothing is a `ConfigError` that names the file and the key.
"""

from voorzieningen.config.editor import study_schema
from voorzieningen.config.loading import CATALOGUE_FILES, CONFIG_DIR, list_studies, load_catalogue, load_study
from voorzieningen.config.models import (
    OWN_LIST,
    Area,
    Buildings,
    Catalogue,
    Dataset,
    FacilityRule,
    FacilityType,
    Key,
    Norm,
    OwnList,
    Profile,
    Rule,
    Source,
    Status,
    Study,
    StudyFile,
    TargetGroup,
    Text,
    Threshold,
    UsedSource,
)
from voorzieningen.config.tags import Model, TagRule, Tags

__all__ = [
    "CATALOGUE_FILES",
    "CONFIG_DIR",
    "OWN_LIST",
    "Area",
    "Buildings",
    "Catalogue",
    "Dataset",
    "FacilityRule",
    "FacilityType",
    "Key",
    "Model",
    "Norm",
    "OwnList",
    "Profile",
    "Rule",
    "Source",
    "Status",
    "Study",
    "StudyFile",
    "TagRule",
    "Tags",
    "TargetGroup",
    "Text",
    "Threshold",
    "UsedSource",
    "list_studies",
    "load_catalogue",
    "load_study",
    "study_schema",
]
