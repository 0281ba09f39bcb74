// Errors of a request.
import type { components } from "./schema";

export type Code = components["schemas"]["Code"];
export type ProblemBody = components["schemas"]["Problem"];

// The bank's answer to a declined or rejected request, with its reason.
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.code);
    this.name = "Problem";
    this.body = body;
  }

  get code(): Code {
    return this.body.code;
  }

  // Seconds until a retry makes sense; 0: no need to wait.
  get retryAfter(): number {
    return this.body.retry_after ?? 0;
  }

  // Decided by the ledger, and stored under the idempotency key for good.
  get isDecided(): boolean {
    return this.body.transfer !== undefined;
  }

  // The message about one field of the request, if the error concerns it.
  field(name: string): string | undefined {
    return this.body.errors?.find((error) => error.pointer === `/${name}`)?.message;
  }
}

// No answer from the bank itself: the request may or may not have been executed.
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
    this.name = "NoAnswer";
  }
}

// Includes errors in this client after the request was sent.
export function isUnknownOutcome(error: unknown): boolean {
  if (!(error instanceof Problem)) return error !== undefined;
  return error.code === "outcome_unknown" || error.body.status >= 500;
}
