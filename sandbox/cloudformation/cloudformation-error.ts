/** How CloudFormation's API refuses a call. */

/** A refused call: `code` as the API sends it (ValidationError, AlreadyExistsException), `message` in its own words. */
export class CloudFormationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CloudFormationError';
    this.code = code;
  }
}
