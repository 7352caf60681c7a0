"""Prints the Regions that have Lambda and every type of resource in a template, by cfn-lint's own data.

    regions.py TEMPLATE

Called by .ci/run. A type that cfn-lint knows nowhere (custom resources, those of SAM) is taken to be everywhere.
"""

import sys

from cfnlint.decode import decode
from cfnlint.helpers import REGIONS
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

template, problems = decode(sys.argv[1])
if problems:
    sys.exit("\n".join(str(problem) for problem in problems))
types = {resource["Type"] for resource in template["Resources"].values() if "Type" in resource}
listed = {region: set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region)) for region in REGIONS}
needed = {"AWS::Lambda::Function", *(types & set.union(*listed.values()))}
print(*(region for region in REGIONS if needed <= listed[region]))
