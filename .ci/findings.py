"""Scans templates with checkov, and prints each finding that no resource answers in its Metadata.

    findings.py TEMPLATE...

Exits with 1 if there is a finding, or a template that checkov does not read: its own command passes over those. Called by
.ci/run, with the Python that has checkov.
"""

import sys

from checkov.cloudformation.runner import Runner
from checkov.runner_filter import RunnerFilter

problems = []
for template in sys.argv[1:]:
    report = Runner().run(root_folder=None, files=[template], runner_filter=RunnerFilter(framework=["cloudformation"]))
    problems += [f"{template}: {check.resource}: {check.check_id} {check.check_name}" for check in report.failed_checks]
    if report.parsing_errors or not report.passed_checks:
        problems.append(f"{template}: checkov does not read it")
    print(f"{len(report.passed_checks)} checks passed, {len(report.skipped_checks)} answered: {template}")
if problems:
    sys.exit("\n".join(problems))
