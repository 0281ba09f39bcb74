// The number of decimals of each of the bank's currencies. Loaded once, before any amount is shown.
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

// An unknown currency is shown in minor units rather than with a misplaced decimal point.
export function exponentOf(currency: string): number {
  return exponents.get(currency) ?? 0;
}

// All known currencies. The bank may offer fewer; it says so when an account is opened.
export function currencyCodes(): readonly string[] {
  return [...exponents.keys()].sort();
}
