// Which browser on which system calls itself so. A hint for people, and no more: anyone can claim any.

export interface Program {
  readonly browser: string;
  readonly system: string;
}

// In this order: each names the ones below it too.
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

// Only what looks as browsers do, to its last character: anything else is shown as it is.
const usual =
  /^Mozilla\/5\.0 \([\w.,;:/ _-]+\)(?: [\w.]+\/[\w.]+| \(KHTML, like Gecko\)| Mobile)+$/;

export function recognise(userAgent: string): Program | undefined {
  if (!usual.test(userAgent)) return undefined;
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  return browser && system ? { browser, system } : undefined;
}
