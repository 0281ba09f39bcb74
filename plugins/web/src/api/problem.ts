// What can go wrong with a request.
import type { components } from "./schema";

export type Code = components["schemas"]["Code"];
export type ProblemBody = components["schemas"]["Problem"];

// The bank refused, and says why.
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

  // Seconds until it is worth asking again; 0: no need to wait.
  get retryAfter(): number {
    return Number(this.body.retry_after ?? 0n);
  }

  // Decided by the ledger, and kept under the idempotency key for ever.
  get isDecided(): boolean {
    return this.body.transfer !== undefined;
  }

  // The message about a field of the request, if it was that.
  field(name: string): string | undefined {
    return this.body.errors?.find((error) => error.pointer === `/${name}`)?.message;
  }
}

// No answer, or none that is the bank's: it may have done what was asked, or not.
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
    this.name = "NoAnswer";
  }
}

// Also of what went wrong here after the request had left.
export function isUnknownOutcome(error: unknown): boolean {
  if (!(error instanceof Problem)) return error !== undefined;
  return error.code === "outcome_unknown" || error.body.status >= 500n;
}
