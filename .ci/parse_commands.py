"""Parses command lines with the AWS CLI and the SAM CLI, without any call to AWS.

    parse_commands.py < COMMANDS

COMMANDS is a JSON list; each item is a list of words. Prints a JSON list: for each command null, or what is wrong with it.
Called by test/aws-cli/parsed.spec.ts. A command is right if the CLI parses it and comes to the operation that it names:
`aws sagemaker delete-image-version --version 3` prints the CLI's own version and never comes there. A command without any
option is a name in a sentence: it may lack the options that it requires.
"""

import contextlib
import io
import json
import logging
import os
import sys

import click
from awscli.botocore import xform_name
from awscli.clidriver import create_clidriver
from samcli.cli.context import Context
from samcli.cli.main import cli as sam

# Commands of the AWS CLI that are no operation of a service. They make several calls.
CUSTOM = {("cloudformation", "deploy"), ("cloudformation", "package")}


class Reached(BaseException):
    """Ends a command where it would call AWS. The CLI catches every Exception, but not this."""

    def __init__(self, service, operation):
        super().__init__()
        self.command = (service, xform_name(operation, "-"))


def stop(model, **_):
    raise Reached(model.service_model.service_name, model.name)


def problem_of_aws(words):
    driver = create_clidriver()
    driver.session.register("before-call", stop)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(printed):
            status = driver.main(words)
    except Reached as reached:
        named = tuple(words[:2])
        return None if reached.command == named or named in CUSTOM else f"it calls {' '.join(reached.command)}"
    except SystemExit as exit:
        status = exit.code
    problem = printed.getvalue().strip()
    if len(words) == 2 and "the following arguments are required" in problem:
        return None
    return f"it makes no call (status {status}): {problem}"


def problem_of_sam(words):
    # Without an object of its own, SAM resolves each name to a command that has no options.
    context = click.Context(sam, info_name="sam", obj=Context())
    try:
        name, command, rest = sam.resolve_command(context, list(words))
        command.make_context(name, rest, parent=context)
    except click.ClickException as problem:
        return problem.format_message()
    except click.exceptions.Exit as exit:
        return f"it ends with status {exit.exit_code} before it does anything"
    return None


PARSERS = {"aws": problem_of_aws, "sam": problem_of_sam}

if __name__ == "__main__":
    logging.disable()
    os.environ.update(
        AWS_ACCESS_KEY_ID="any",
        AWS_SECRET_ACCESS_KEY="any",
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        SAM_CLI_TELEMETRY="0",
    )
    commands = json.load(sys.stdin)
    json.dump([PARSERS[program](words) for program, *words in commands], sys.stdout)
