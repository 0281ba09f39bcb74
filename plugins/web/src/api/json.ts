// JSON whose numbers are whole and exact: the bank sends all that may be larger as strings.
const exact = (_key: string, member: unknown): unknown => {
  if (typeof member === "number" && !Number.isSafeInteger(member)) {
    throw new SyntaxError(`not an exact whole number: ${member}`);
  }
  return member;
};

export function parseJson(text: string): unknown {
  return JSON.parse(text, exact);
}

export function printJson(value: unknown): string {
  return JSON.stringify(value, exact);
}
