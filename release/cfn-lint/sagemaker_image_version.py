"""Rules for cfn-lint that check Custom::SageMakerImageVersion.

    cfn-lint --append-rules FOLDER -- template.yaml

FOLDER contains this file and sagemaker_image_version.schema.json. cfn-lint itself accepts any property and any attribute of a custom
resource. E9801 checks the properties, and E9802 the attributes that Fn::GetAtt and Fn::Sub name.
"""

import difflib
import json
import re
from pathlib import Path

from cfnlint.helpers import FUNCTIONS
from cfnlint.jsonschema import ValidationError
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.rules.jsonschema.CfnLintJsonSchema import CfnLintJsonSchema

SCHEMA = json.loads(Path(__file__).with_suffix(".schema.json").read_text(encoding="utf-8"))
TYPE = SCHEMA["typeName"]
PAGE = "README.md#properties-and-attributes"


def names(pointers):
    return [pointer.rsplit("/", 1)[-1] for pointer in pointers]


ATTRIBUTES = names(SCHEMA["attributes"])
READ_ONLY = names(SCHEMA["readOnlyProperties"])
PROPERTIES = {name: each for name, each in SCHEMA["properties"].items() if name not in READ_ONLY}


def did_you_mean(name, known):
    """A sentence that names the nearest known name, or nothing."""
    by_lower_case = {each.lower(): each for each in known}
    nearest = difflib.get_close_matches(name.lower(), by_lower_case, n=1)
    return f" Did you mean {by_lower_case[nearest[0]]}?" if nearest else ""


class ImageVersionProperties(CfnLintJsonSchema):
    id = "E9801"
    shortdesc = f"Properties of {TYPE}"
    description = f"Finds properties of {TYPE} that are missing, unknown or not valid"
    source_url = PAGE
    tags = ["resources", "sagemaker"]

    def __init__(self):
        super().__init__(keywords=["Resources/*"], all_matches=True)

    def validate(self, validator, keywords, instance, schema):
        if not isinstance(instance, dict) or instance.get("Type") != TYPE:
            return
        properties = instance.get("Properties", {})
        if not isinstance(properties, dict):
            # E3002 of cfn-lint reports it.
            return
        condition = instance.get("Condition")
        conditions = {condition: True} if isinstance(condition, str) else {}
        context = validator.context.evolve(
            functions=list(FUNCTIONS),
            # CloudFormation sends every scalar as a string.
            strict_types=False,
            conditions=validator.context.conditions.evolve(conditions),
            path=validator.context.path.descend(path="Properties"),
        )
        own = {"type": "object", "properties": PROPERTIES, "required": SCHEMA["required"]}
        errors = self.extend_validator(validator.evolve(context=context), own, context).iter_errors(properties)
        for error in [*errors, *self._unknown(properties)]:
            if error.unknown:
                continue
            if error.validator == "pattern":
                error.message = f"{error.instance!r} is not valid here: {error.schema['description']}"
            error.path.appendleft("Properties")
            yield self._clean_error(error)

    def _unknown(self, properties):
        """Names that the resource does not have."""
        for name, value in properties.items():
            if name in PROPERTIES or name.startswith("Fn::"):
                continue
            if name in READ_ONLY:
                message = f"{name} is an attribute: no template can set it."
            else:
                message = f"{TYPE} has no property {name}.{did_you_mean(name, PROPERTIES)}"
            yield ValidationError(message, validator="propertyNames", path=[name], instance=value)


class ImageVersionAttributes(CloudFormationLintRule):
    id = "E9802"
    shortdesc = f"Attributes of {TYPE}"
    description = f"Finds attributes that {TYPE} does not have"
    source_url = PAGE
    tags = ["functions", "sagemaker"]

    def match(self, cfn):
        resources = cfn.get_resources([TYPE])
        for path, resource, attribute in [*get_atts(cfn), *subs(cfn)]:
            if resource not in resources or not isinstance(attribute, str) or attribute in ATTRIBUTES:
                continue
            message = f"{resource} has no attribute {attribute}.{did_you_mean(attribute, ATTRIBUTES)}"
            yield RuleMatch(path, f"{message} {TYPE} has {', '.join(ATTRIBUTES)}.")


def get_atts(cfn):
    for *path, value in cfn.search_deep_keys("Fn::GetAtt"):
        parts = value.split(".", 1) if isinstance(value, str) else value
        if isinstance(parts, list) and len(parts) == 2:
            yield path, *parts


def subs(cfn):
    for *path, value in cfn.search_deep_keys("Fn::Sub"):
        text, own = value if isinstance(value, list) and len(value) == 2 else (value, {})
        if not isinstance(text, str):
            continue
        for reference in re.findall(r"\$\{([^!{}][^{}]*)\}", text):
            resource, dot, attribute = reference.strip().partition(".")
            if dot and reference.strip() not in own:
                yield path, resource, attribute
