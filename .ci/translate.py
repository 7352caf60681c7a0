"""Translates template.yaml with the SAM translator, as CloudFormation does when it is deployed, and checks the result.

    translate.py FOLDER    writes FOLDER/NAME.json for each set of parameters below

The Regions are those that have Lambda, by cfn-lint's own data. Called by .ci/run, which has cfn-lint read the result.
"""

import copy
import json
import logging
import pathlib
import sys

from boto3.session import Session
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

PARAMETERS = {
    "defaults": {},
    "everything": {
        "PermissionsBoundary": "arn:aws:iam::111122223333:policy/Boundary",
        "AlarmTopic": "arn:aws:sns:eu-west-1:111122223333:operators",
        "FailsafeReservedConcurrency": "2",
        "LogKmsKey": "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555",
        "SubnetIds": "subnet-11111111,subnet-22222222",
        "SecurityGroupIds": "sg-11111111",
        "NativeTypeMacro": "true",
    },
    "other-values": {
        "ImageNamePattern": "studio-*",
        "ProviderName": "versions",
        "Architecture": "x86_64",
        "Runtime": "nodejs22.x",
    },
}


def translate(template, parameters, region):
    declared = template["Parameters"].items()
    values = {name: declaration["Default"] for name, declaration in declared if "Default" in declaration}
    values.update({"ImageNamePattern": "*", **parameters})
    # The translator changes the template that it is given, and refuses the folders that `sam deploy` uploads.
    uploaded = copy.deepcopy(template)
    for resource in uploaded["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/code"
    translator = Translator(managed_policy_map=None, sam_parser=Parser(), boto_session=Session(region_name=region))
    # The template names no managed policies, so that nobody has to be asked for their ARNs.
    translated = translator.translate(uploaded, values, get_managed_policy_map=dict)
    # The translator's own kinds of strings and maps become plain ones.
    translated = json.loads(json.dumps(translated))
    # So that cfn-lint reads it with these values.
    for name, value in values.items():
        translated["Parameters"][name]["Default"] = value
    return translated


def surprises(template, translated):
    """Where SAM has made something else of the template than it says."""
    resources = translated["Resources"]
    invoked = [name for name, resource in template["Resources"].items() if "EventInvokeConfig" in resource["Properties"]]
    expected = {*template["Resources"], *(f"{name}EventInvokeConfig" for name in invoked)}
    if set(resources) != expected:
        yield f"SAM adds or drops resources: {sorted(set(resources) ^ expected)}"

    # The ServiceToken names no qualifier, and settings hold for one qualifier only: $LATEST is what it means.
    token = translated["Outputs"]["ServiceToken"]["Value"]
    if token != {"Fn::GetAtt": ["ProviderFunction", "Arn"]}:
        yield f"the ServiceToken is {token}"
    destination = {"Fn::GetAtt": ["FailsafeFunction", "Arn"]}
    settings = {
        "FunctionName": {"Ref": "ProviderFunction"},
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 2400,
        "DestinationConfig": {"OnFailure": {"Destination": destination}},
    }
    found = resources["ProviderFunctionEventInvokeConfig"]["Properties"]
    if found != settings:
        yield f"ProviderFunction is invoked asynchronously with {found}"

    if resources["ProviderFunction"]["Properties"]["Role"] != {"Fn::GetAtt": ["ProviderRole", "Arn"]}:
        yield "ProviderFunction has another role"
    policies = resources["ProviderRole"]["Properties"]["Policies"]
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    if not any(
        statement["Action"] == "lambda:InvokeFunction" and statement["Resource"] == destination
        for statement in statements
    ):
        yield "ProviderRole may not invoke the destination"


def main(folder):
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    template = yaml_parse(pathlib.Path("template.yaml").read_text())
    types_of = PROVIDER_SCHEMA_MANAGER.get_resource_types
    regions = [region for region in REGIONS if "AWS::Lambda::Function" in types_of(region)]
    for name, parameters in PARAMETERS.items():
        translations = {region: translate(template, parameters, region) for region in regions}
        first, *others = translations.values()
        problems = [*surprises(template, first)]
        if any(other != first for other in others):
            problems.append("SAM translates it differently in different Regions")
        if problems:
            sys.exit("\n".join(f"template.yaml with {name}: {problem}" for problem in problems))
        (folder / f"{name}.json").write_text(json.dumps(first, indent=2))


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
