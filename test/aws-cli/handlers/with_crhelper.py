# The plainest use of crhelper: no physical id is returned.
from crhelper import CfnResource

helper = CfnResource(sleep_on_delete=0)


@helper.create
@helper.update
def make(event, _context):
    if int(event["ResourceProperties"]["Length"]) < 4:
        raise ValueError("Give a Length of at least 4")
    helper.Data["Name"] = "reports"


@helper.delete
def delete(_event, _context):
    pass


def lambda_handler(event, context):
    helper(event, context)
