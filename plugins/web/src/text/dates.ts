// Instants as people read them, in the time of their place; the exact one stands in the title.

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

export function printSeconds(instant: string | Date, locale: string): string {
  return format(locale, { timeStyle: "medium" }).format(new Date(instant));
}

export function printMonth(instant: string | Date, locale: string): string {
  return format(locale, { month: "short", year: "2-digit" }).format(new Date(instant));
}

export function printDay(instant: string | Date, locale: string): string {
  return format(locale, { day: "numeric", month: "short" }).format(new Date(instant));
}

// The instant at which a day of a date field begins here; RFC 3339.
export function beginOfDay(date: string, days = 0): string {
  const [year, month, day] = date.split("-").map(Number) as [number, number, number];
  return new Date(year, month - 1, day + days).toISOString();
}

export function today(): string {
  const now = new Date();
  const two = (n: number) => n.toString().padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
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
