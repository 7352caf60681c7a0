/**
 * What this invocation has done, or may have done, for its request. The steps write it before they act; `undo.ts` is its
 * only reader. So a step needs no code that handles failure.
 */
import { ProviderError } from '../errors.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import type { Actual } from './changes.ts';
import type { Origin } from './ownership.ts';
import type { ImageVersionProperties } from './properties.ts';

/** The version to create, or to adopt. */
export interface DesiredVersion extends Origin {
  readonly properties: ImageVersionProperties;
  /** The version that it replaces, as it was just read; undefined if there is none, or it is gone, or of another image. */
  readonly replaced?: Actual | undefined;
}

/** The creation of one version, or the adoption of one. */
export class Creation {
  readonly desired: DesiredVersion;
  /** Undefined while the provider does not know it. */
  ImageVersionArn: string | undefined = undefined;
  /** Whether a version may exist: an earlier delivery may have created one, or SageMaker's answer was lost. */
  mayExist = true;
  /** Whether this invocation created it, or may have. Otherwise only another delivery can have created it. */
  isMadeHere = false;

  constructor(desired: DesiredVersion) {
    this.desired = desired;
  }

  /**
   * The image's aliases show that no delivery of this request has created a version. If this delivery may have created one,
   * SageMaker may not list its alias yet.
   */
  foundNone(): void {
    this.mayExist = this.isMadeHere;
  }

  /** An earlier delivery, or a call whose answer was lost, has created the version. */
  found(ImageVersionArn: string): void {
    this.ImageVersionArn = ImageVersionArn;
  }

  /** Makes the call that creates or adopts the version, and resolves with its ARN. */
  async attempt(call: () => Promise<string>): Promise<string> {
    this.mayExist = true;
    const ImageVersionArn = await call().catch((thrown: unknown) => {
      this.isMadeHere ||= isUndecided(ProviderError.from(thrown));
      this.mayExist = this.isMadeHere;
      throw thrown;
    });
    this.isMadeHere = true;
    this.ImageVersionArn = ImageVersionArn;
    return ImageVersionArn;
  }
}

/** Whether SageMaker may have carried out a call that failed with this error. */
function isUndecided({ code }: ProviderError): boolean {
  return code === 'NetworkFailure' || code === 'GeneralServiceException' || code === 'InternalFailure';
}

export class Journal {
  /** Undefined unless the request creates a version. */
  creation: Creation | undefined = undefined;
  /** The version that a Delete is removing, for the Reason of a failure. Undefined while somebody else may own it. */
  removing: VersionOfImage | undefined = undefined;
  /** Aliases that the provider has taken from other versions of the stack and not yet added to the taker. */
  taken: { readonly taker: VersionOfImage; readonly aliases: ReadonlySet<string> } | undefined = undefined;

  recordCreation(desired: DesiredVersion): Creation {
    this.creation = new Creation(desired);
    return this.creation;
  }

  recordTaken(taker: VersionOfImage, aliases: readonly string[]): void {
    this.taken = { taker, aliases: new Set([...(this.taken?.aliases ?? []), ...aliases]) };
  }

  /** The taker now has the aliases. */
  clearTaken(): void {
    this.taken = undefined;
  }
}
