// JSON with whole numbers as bigint, in both directions: an amount is never a float, not even
// inside the parser. Uses the source text that JSON.parse passes to its reviver, and JSON.rawJSON
// (ECMAScript 2026; all browsers since the spring of 2025).

interface ReviverContext {
  readonly source?: string;
}

interface JsonWithSource {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: ReviverContext) => unknown,
  ): unknown;
  rawJSON?(text: string): unknown;
}

const json = JSON as unknown as JsonWithSource;

export const isSupported = typeof json.rawJSON === "function";

export function parseJson(text: string): unknown {
  return json.parse(text, (_key, value, context) => {
    if (typeof value !== "number") return value;
    const source = context.source ?? "";
    // The bank sends no fractions and no exponents; such an answer is not the bank's.
    if (!/^-?\d+$/.test(source)) throw new SyntaxError(`not a whole number: ${source}`);
    return BigInt(source);
  });
}

export function printJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === "number") throw new TypeError("a float has no place in a request");
    return typeof member === "bigint" ? json.rawJSON?.(member.toString()) : member;
  });
}
