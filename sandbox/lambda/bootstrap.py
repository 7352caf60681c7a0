"""
Runs a Python function: AWS's own runtime interface client (`awslambdaric`) does what bootstrap.ts does for Node.js, and
connections to the host of a ResponseURL go to the sandbox, without TLS, as in response-host.ts.
https://docs.aws.amazon.com/lambda/latest/dg/python-image.html#python-image-clients
"""

import os
import re
import socket
import ssl
import sys

RESPONSE_HOST = re.compile(r"cloudformation-custom-resource-response-[\w-]+\.s3\.[\w-]+\.amazonaws\.com")

server, _, port = os.environ.get("SANDBOX_RESPONSE_SERVER", "").partition(":")
getaddrinfo = socket.getaddrinfo
wrap_socket = ssl.SSLContext.wrap_socket


def is_response_host(host):
    return isinstance(host, str) and RESPONSE_HOST.fullmatch(host) is not None


def getaddrinfo_of_bucket(host, *rest, **named):
    if not is_response_host(host):
        return getaddrinfo(host, *rest, **named)
    return getaddrinfo(server, int(port), type=socket.SOCK_STREAM)


def wrap_no_socket_of_bucket(context, sock, *rest, **named):
    if not is_response_host(named.get("server_hostname")):
        return wrap_socket(context, sock, *rest, **named)
    return sock


socket.getaddrinfo = getaddrinfo_of_bucket
ssl.SSLContext.wrap_socket = wrap_no_socket_of_bucket

# Not the folder of this file, but that of the function.
sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]

from awslambdaric.__main__ import main

main([__file__, os.environ["_HANDLER"]])
