/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html */
import { imageNamed, versionToModify } from '../lookup.ts';
import { Alias, ImageName, Version } from '../members.ts';
import { modifying } from '../operation.ts';
import { refuseUnlessDeletable } from '../refusals.ts';
import { structure } from '../shapes.ts';
import { started } from '../transitions.ts';

const constraints = structure({ ImageName }, { Version, Alias });

export const DeleteImageVersion = modifying(constraints, ({ ImageName, ...choice }, call) => {
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  const version = versionToModify(image, choice, call);
  refuseUnlessDeletable(version, settings.switches);
  call.claim(image);

  version.pending = started(
    { becomes: 'gone', failed: 'DELETE_FAILED', FailureReason: settings.failures.versionDeletion(version) },
    settings.durations.versionDeletion,
    call,
  );
  version.ImageVersionStatus = 'DELETING';
  version.modifiedAtMs = nowMs;
  return {};
});
