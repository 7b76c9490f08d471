"""A JSON Schema of the study file, so that editors complete keys and mark mistakes while one types."""

from typing import Any

from voorzieningen.config.loading import OVERRIDABLE
from voorzieningen.config.models import FacilityType, Norm, Profile, StudyFile, TargetGroup, Threshold
from voorzieningen.config.tags import Model

BLOCKS: dict[str, type[Model]] = {
    "facility_type": FacilityType,
    "target_group": TargetGroup,
    "profile": Profile,
    "norm": Norm,
    "threshold": Threshold,
}


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file; in blocks that override the catalogue every key may be left out."""
    schema = StudyFile.model_json_schema()
    for kind in OVERRIDABLE:
        block = BLOCKS[kind].model_json_schema()
        schema["$defs"] |= block.pop("$defs", {})
        block.pop("required")
        block["properties"].pop("key")
        schema["properties"][kind]["additionalProperties"] = block
    return schema
