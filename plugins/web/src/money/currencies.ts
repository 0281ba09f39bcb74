// How many digits each currency of the bank has behind the point. Loaded once, before any amount is
// shown.
import { bank, take } from "../api/client";

const exponents = new Map<string, number>();

let loading: Promise<true> | undefined;

async function load(): Promise<true> {
  const { items } = await take(bank.GET("/v1/currencies"));
  for (const currency of items) exponents.set(currency.code, Number(currency.exponent));
  return true;
}

export function loadCurrencies(): Promise<true> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

// Minor units alone, rather than a wrong place of the point, if the bank does not know it.
export function exponentOf(currency: string): number {
  return exponents.get(currency) ?? 0;
}

// All that amounts can have; which of them the bank keeps it says when an account is opened.
export function currencyCodes(): readonly string[] {
  return [...exponents.keys()].sort();
}
