/** What the command line cannot do for the user, as one sentence. */
export class UsageError extends Error {
  /** 1: it cannot be done now. 2: the command line, a template or a parameter is wrong. */
  readonly exitStatus: 1 | 2;
  /** Lines to print before the message: what the user can choose from. */
  readonly choices: readonly string[];

  constructor(message: string, exitStatus: 1 | 2, choices: readonly string[] = []) {
    super(message);
    this.name = 'UsageError';
    this.exitStatus = exitStatus;
    this.choices = choices;
  }
}
