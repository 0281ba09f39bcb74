// Amounts are bigint minor units with a currency, as the bank sends them. They become text, and text
// becomes them, digit by digit; no float is on the way.
import type { Money } from "../api/client";

export const amountMax = 9_007_199_254_740_991n; // What one movement can be: as in the REST interface.

// "123.45" for Intl, which takes decimal text exactly.
export function toDecimal(minor: bigint, exponent: number): string {
  const sign = minor < 0n ? "-" : "";
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  return exponent === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-exponent)}`;
}

const formats = new Map<string, Intl.NumberFormat>();

// One for each currency, as making one is slow: it writes each sign, and a plus is taken away again.
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
  const text = toDecimal(money.amount, exponent) as Intl.StringNumericLiteral;
  const printed = formatOf(locale, money.currency, exponent).format(text);
  // The sign of typography: a hyphen is too short beside figures.
  return (signed ? printed : printed.replace("+", "")).replace("-", "\u2212");
}

// The digits alone, for a field that is edited.
export function printForEditing(minor: bigint, exponent: number, locale: string): string {
  return toDecimal(minor, exponent).replace(".", decimalSign(locale));
}

export function decimalSign(locale: string): string {
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.find((part) => part.type === "decimal")?.value ?? ".";
}

// What a person typed: digits, perhaps grouped, perhaps with a decimal sign. Undefined: it is not
// clear what is meant, and then nothing is guessed. "1.234" is no amount of euros: too many digits
// for cents, and a group only where the language groups so.
export function parseAmount(text: string, exponent: number, locale: string): bigint | undefined {
  const decimal = decimalSign(locale);
  const group = decimal === "," ? "." : ",";
  const plain = text.trim().replace(/[\s\u00a0\u202f'’]/g, "");
  const grouped = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+(\\${decimal}\\d*)?$`);
  // Without groups either sign is the decimal one: what follows it tells them apart.
  let normal = plain;
  if (grouped.test(plain)) normal = plain.split(group).join("");
  const match = /^(\d{1,16})(?:[.,](\d*))?$/.exec(normal);
  if (!match) return undefined;
  const fraction = match[2] ?? "";
  if (fraction.length > exponent) return undefined;
  return BigInt(match[1] + fraction.padEnd(exponent, "0"));
}
