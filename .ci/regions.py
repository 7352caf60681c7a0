"""Prints the arguments with which cfn-lint checks templates in the Regions that have Lambda and all their types of resources.

    regions.py [--one-of-each-partition] TEMPLATE...

Prints one line for all templates of the same Regions. By cfn-lint's own data; a type that it knows nowhere (custom resources,
those of SAM) is taken to be everywhere. Called by .ci/run.
"""

import sys
from collections import defaultdict

from cfnlint.decode import decode
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samtranslator.translator.arn_generator import ArnGenerator

listed = {region: set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region)) for region in REGIONS}
anywhere = set.union(*listed.values())


def regions_of(template):
    content, problems = decode(template)
    if problems:
        sys.exit("\n".join(str(problem) for problem in problems))
    types = {resource["Type"] for resource in content["Resources"].values() if "Type" in resource}
    needed = {"AWS::Lambda::Function", *(types & anywhere)}
    return [region for region in REGIONS if needed <= listed[region]]


def one_of_each_partition(regions):
    return list({ArnGenerator.get_partition_name(region): region for region in regions}.values())


only_one = sys.argv[1] == "--one-of-each-partition"
templates = defaultdict(list)
for template in sys.argv[2 if only_one else 1 :]:
    regions = regions_of(template)
    templates[tuple(one_of_each_partition(regions) if only_one else regions)].append(template)
for regions, names in templates.items():
    print("--regions", *regions, "--", *names)
