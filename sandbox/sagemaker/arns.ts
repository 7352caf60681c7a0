/**
 * The ARNs of images and image versions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import type { SageMakerSettings } from './settings.ts';

export function imageArn(ImageName: string, settings: SageMakerSettings): string {
  return `${prefix(settings)}:image/${inArn(ImageName, settings)}`;
}

export function imageVersionArn(ImageName: string, Version: number, settings: SageMakerSettings): string {
  return `${prefix(settings)}:image-version/${inArn(ImageName, settings)}/${Version}`;
}

function prefix({ partition, Region, AccountId }: SageMakerSettings): string {
  return `arn:${partition}:sagemaker:${Region}:${AccountId}`;
}

function inArn(ImageName: string, { switches }: SageMakerSettings): string {
  return switches.caseOfArns === 'lowered' ? ImageName.toLowerCase() : ImageName;
}
