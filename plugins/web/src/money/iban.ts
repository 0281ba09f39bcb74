// Account numbers (ISO 13616): checks one while it is typed.

// From the IBAN registry: country and length.
const registry =
  "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24" +
  "FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32" +
  "LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24" +
  "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

const sizes = new Map<string, number>();
for (const [, country, size] of registry.matchAll(/([A-Z]{2})(\d\d)/g)) {
  sizes.set(country as string, Number(size));
}

export type IbanState = "empty" | "incomplete" | "sound" | "foreign" | "too_long" | "wrong";

export function compactIban(text: string): string {
  return text.replace(/\s/g, "").toUpperCase();
}

export function groupIban(text: string): string {
  return compactIban(text).replace(/(.{4})(?=.)/g, "$1 ");
}

// The short form that people recognise, for narrow places.
export function shortIban(text: string): string {
  const iban = compactIban(text);
  return `${iban.slice(0, 4)} … ${iban.slice(-4)}`;
}

// ISO 7064 MOD 97-10 over digits and letters, where A is 10.
function remainder97(text: string): number {
  let remainder = 0;
  for (const sign of text) {
    const value = parseInt(sign, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder;
}

// The expected two digits after the country code.
function checkDigits(iban: string): string {
  const remainder = remainder97(`${iban.slice(4)}${iban.slice(0, 2)}00`);
  return (98 - remainder).toString().padStart(2, "0");
}

// `foreign`: an unknown country code or a character that no IBAN has. `wrong`: a digit is mistyped.
export function checkIban(text: string): IbanState {
  const iban = compactIban(text);
  if (iban === "") return "empty";
  if (!/^[A-Z]{0,2}[0-9A-Z]*$/.test(iban) || !/^[A-Z]{1,2}/.test(iban)) return "foreign";
  if (iban.length < 2) return "incomplete";
  const size = sizes.get(iban.slice(0, 2));
  if (size === undefined) return "foreign";
  if (!/^\d{0,2}$/.test(iban.slice(2, 4))) return "wrong";
  if (iban.length < size) return "incomplete";
  if (iban.length > size) return "too_long";
  // Compared, not only divided: 00, 01 and 99 also leave remainder 1.
  return iban.slice(2, 4) === checkDigits(iban) ? "sound" : "wrong";
}
