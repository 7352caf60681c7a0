"""Carries out one operation on a stack with boto3, and waits for it with boto3's waiter: deploy.py OPERATION STACK [FILE]."""
import sys
from pathlib import Path

import boto3
from botocore.exceptions import WaiterError

cloudformation = boto3.client('cloudformation')


def create(stack, file):
    cloudformation.create_stack(StackName=stack, TemplateBody=Path(file).read_text())
    return 'stack_create_complete'


def update(stack, file):
    cloudformation.update_stack(StackName=stack, TemplateBody=Path(file).read_text())
    return 'stack_update_complete'


def update_without_rollback(stack, file):
    cloudformation.update_stack(StackName=stack, TemplateBody=Path(file).read_text(), DisableRollback=True)
    return 'stack_update_complete'


def rollback(stack):
    cloudformation.rollback_stack(StackName=stack)
    return 'stack_rollback_complete'


def delete(stack):
    cloudformation.delete_stack(StackName=stack)
    return 'stack_delete_complete'


operation, stack, *rest = sys.argv[1:]
waiter = globals()[operation](stack, *rest)
try:
    cloudformation.get_waiter(waiter).wait(StackName=stack, WaiterConfig={'Delay': 1})
    print('succeeded')
except WaiterError as error:
    print('failed:', error)
