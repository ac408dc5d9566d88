// How the worker's half gives up something that the page has asked for.

/** Carries the code of the HomingError that the page is told. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }

  /** The code of whatever was thrown, and for what nobody expected a detail. */
  static reason(error: unknown): [code: string, detail?: string] {
    return error instanceof Refusal ? [error.code] : ["module_failed", String(error)];
  }
}
