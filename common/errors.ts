/** Errors with a stable code, a sentence for people, and the data to act on. */

/** Every refusal at an edge of the system is one of these; `code` is part of the interface. */
export class ColophonError extends Error {
  readonly code: string;
  readonly status: number;
  readonly data: Record<string, unknown>;

  /**
   * @param code stable, SCREAMING_SNAKE_CASE, see `docs/errors.md`
   * @param message one sentence for people
   * @param options.status HTTP status when it crosses the API (default 400)
   * @param options.data what the caller needs to act (ids, limits, the offending value)
   */
  constructor(
    code: string,
    message: string,
    options: { status?: number; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ColophonError";
    this.code = code;
    this.status = options.status ?? 400;
    this.data = options.data ?? {};
  }

  toJSON(): { code: string; message: string; data: Record<string, unknown> } {
    return { code: this.code, message: this.message, data: this.data };
  }
}

/** True for an error that carries `code`. */
export function hasCode(error: unknown, code: string): error is ColophonError {
  return error instanceof ColophonError && error.code === code;
}
