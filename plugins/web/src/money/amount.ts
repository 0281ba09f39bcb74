// Amounts are minor units with a currency: digits as the bank sends them, bigint to calculate with.
// They are printed and parsed digit by digit; no float is involved.
import type { Money } from "../api/client";

// The largest amount of one transaction, as in the REST interface.
export const amountMax = 9_007_199_254_740_991n;

export const unitsOf = (money: Money): bigint => BigInt(money.amount);

export const moneyOf = (units: bigint, currency: string): Money => ({
  amount: units.toString(),
  currency,
});

// "123.45" for Intl, which formats decimal text exactly.
export function toDecimal(minor: bigint, exponent: number): string {
  const sign = minor < 0n ? "-" : "";
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  return exponent === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-exponent)}`;
}

const formats = new Map<string, Intl.NumberFormat>();

// Cached for each currency, because creating a format is slow. It always prints the sign;
// printMoney removes an unwanted plus.
function formatOf(locale: string, currency: string, exponent: number) {
  const name = `${locale} ${currency} ${exponent}`;
  let format = formats.get(name);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      minimumFractionDigits: exponent,
      maximumFractionDigits: exponent,
      signDisplay: "exceptZero",
    });
    formats.set(name, format);
  }
  return format;
}

export interface PrintOptions {
  readonly locale: string;
  readonly exponent: number;
  readonly signed?: boolean;
}

export function printMoney(
  money: Money,
  { locale, exponent, signed = false }: PrintOptions,
): string {
  const text = toDecimal(unitsOf(money), exponent) as Intl.StringNumericLiteral;
  const printed = formatOf(locale, money.currency, exponent).format(text);
  // The typographic minus sign: a hyphen is too short beside digits.
  return (signed ? printed : printed.replace("+", "")).replace("-", "\u2212");
}

// Only the digits, for an editable field.
export function printForEditing(minor: bigint, exponent: number, locale: string): string {
  return toDecimal(minor, exponent).replace(".", decimalSign(locale));
}

export function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find((part) => part.type === "decimal")?.value ?? ".";
}

// Parses an amount as typed: digits, possibly grouped, possibly with a decimal separator.
// Undefined: the input is ambiguous or invalid, and nothing is guessed. "1.234" is not an amount in
// euros: it has too many decimals for cents, and is grouped only where the language groups with a
// point.
export function parseAmount(text: string, exponent: number, locale: string): bigint | undefined {
  const decimal = decimalSign(locale);
  const group = decimal === "," ? "." : ",";
  const plain = text.trim().replace(/[\s\u00a0\u202f'’]/g, "");
  const grouped = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d*)?$`);
  // Without groups either separator is the decimal one: the digits after it decide.
  let normal = plain;
  if (grouped.test(plain)) normal = plain.split(group).join("");
  const match = /^(\d{1,16})(?:[.,](\d*))?$/.exec(normal);
  if (!match) return undefined;
  const fraction = match[2] ?? "";
  if (fraction.length > exponent) return undefined;
  return BigInt(match[1] + fraction.padEnd(exponent, "0"));
}
