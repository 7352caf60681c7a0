# The plainest use of cfnresponse: no physical id is given.
import cfnresponse


def lambda_handler(event, context):
    try:
        properties = event["ResourceProperties"]
        if event["RequestType"] != "Delete" and int(properties["Length"]) < 4:
            raise ValueError("Give a Length of at least 4")
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Name": "reports"})
    except Exception as error:
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, reason=str(error))
