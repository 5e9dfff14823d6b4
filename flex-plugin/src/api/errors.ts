/** What can become of a request to Switchboard that did not succeed. */

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * Why a request failed.
 *
 * - `refused`: the server said no, in its own words (`message`, and `errors` by field).
 * - `expired`: the Flex token is not valid any more; the user signs in again.
 * - `forbidden`: the user's role may not do this.
 * - `unavailable`: the server could not, now; trying again may help.
 * - `timeout`: no answer in time; what was asked for may have been done.
 * - `offline`: the server was not reached.
 */
export type Failure = "refused" | "expired" | "forbidden" | "unavailable" | "timeout" | "offline";

export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    /** The server's words; "" where it said nothing. */
    message: string,
    /** The HTTP status; 0 without an answer. */
    readonly status = 0,
    readonly errors: readonly FieldError[] = [],
    /** The answer's JSON, where it is one. */
    readonly body: unknown = undefined,
  ) {
    super(message);
    this.name = "ApiError";
  }
}
