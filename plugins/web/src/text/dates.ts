// Instants in the reader's format and time zone; the title attribute has the exact one.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale + JSON.stringify(options);
  let found = formats.get(name);
  if (!found) formats.set(name, (found = new Intl.DateTimeFormat(locale, options)));
  return found;
}

export function printDate(instant: string | Date, locale: string): string {
  return format(locale, { dateStyle: "medium" }).format(new Date(instant));
}

export function printDateTime(instant: string | Date, locale: string): string {
  return format(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}

export function printTime(instant: string | Date, locale: string): string {
  return format(locale, { timeStyle: "short" }).format(new Date(instant));
}

// With seconds, to tell close instants apart.
export function printInstant(instant: string | Date, locale: string): string {
  return format(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(instant));
}

export function printSeconds(instant: string | Date, locale: string): string {
  return format(locale, { timeStyle: "medium" }).format(new Date(instant));
}

export function printMonth(instant: string | Date, locale: string): string {
  return format(locale, { month: "short", year: "2-digit" }).format(new Date(instant));
}

export function printDay(instant: string | Date, locale: string): string {
  return format(locale, { day: "numeric", month: "short" }).format(new Date(instant));
}

type Part = "day" | "month" | "year";

function partsOf(date: Date, locale: string): Intl.DateTimeFormatPart[] {
  const options = { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" } as const;
  return format(locale, { ...options, calendar: "gregory", numberingSystem: "latn" }).formatToParts(
    date,
  );
}

// "DD/MM/YYYY" in the language's order and letters.
export function dateHint(locale: string, letters: Readonly<Record<Part, string>>): string {
  const parts = partsOf(new Date(0), locale);
  return parts.map(({ type, value }) => letters[type as Part] ?? value).join("");
}

// Formats a date such as "2026-03-01"; "" stays "".
export function printDateForEditing(date: string, locale: string): string {
  if (date === "") return "";
  const parts = partsOf(new Date(`${date}T00:00:00Z`), locale);
  return parts.map(({ value }) => value).join("");
}

// Parses a date as typed, in the language's order or as "2026-03-01". Undefined: no such date.
export function parseDate(text: string, locale: string): string | undefined {
  const numbers = text.trim().split(/[-./\s]+/);
  const isIso = /^\d{4}-/.test(text.trim());
  const order: readonly string[] = isIso
    ? ["year", "month", "day"]
    : partsOf(new Date(0), locale)
        .map(({ type }) => type as string)
        .filter((type) => type !== "literal");
  const of = (part: Part) => numbers[order.indexOf(part)] ?? "";
  if (numbers.length !== 3 || !/^\d{4}$/.test(of("year"))) return undefined;
  const date = `${of("year")}-${of("month").padStart(2, "0")}-${of("day").padStart(2, "0")}`;
  const found = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(date) ? date : undefined;
}

// The local start of a date field's day, as RFC 3339.
export function beginOfDay(date: string, days = 0): string {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  return new Date(year, month - 1, day + days).toISOString();
}

// The local date of an instant.
export function dayOf(instant: string | Date): string {
  const at = new Date(instant);
  const two = (n: number) => n.toString().padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function today(): string {
  return dayOf(new Date());
}

// "1:05", "2:00:00".
export function printDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (n: number) => n.toString().padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
