// Guesses browser and system from a User-Agent header. A hint only: any client can send any value.

export interface Program {
  readonly browser: string;
  readonly system: string;
}

// In this order: each also names the ones below it.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\/\d/, "Edge"],
  [/\bOPR\/\d/, "Opera"],
  [/\bSamsungBrowser\/\d/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/\d/, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\/\d/, "Chrome"],
  [/\bVersion\/\d[\d.]* (?:Mobile\/\w+ )?Safari\/\d/, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bWindows NT\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\biPad\b/, "iPadOS"],
  [/\biPhone\b/, "iOS"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

// Only the usual form of browsers, matched in full: anything else is shown verbatim.
const usual =
  /^Mozilla\/5\.0 \([\w.,;:/ _-]+\)(?: [\w.]+\/[\w.]+| \(KHTML, like Gecko\)| Mobile)+$/;

export function recognise(userAgent: string): Program | undefined {
  if (!usual.test(userAgent)) return undefined;
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  return browser && system ? { browser, system } : undefined;
}
