// The language of the page: English is there at once, others are loaded when they are chosen.
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { en } from "./en";

type Shape<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Shape<T[Key]> };

// A language that lacks a text, or has one too many, does not compile.
export type Catalogue = Shape<typeof en>;

export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

const storageName = "bankd-language";

function isLanguage(value: string | null | undefined): value is Language {
  return value === "en" || value === "de";
}

export function preferredLanguage(): Language {
  const kept = localStorage.getItem(storageName);
  if (isLanguage(kept)) return kept;
  const wanted = navigator.languages.map((each) => each.slice(0, 2).toLowerCase()).find(isLanguage);
  return wanted ?? "en";
}

async function load(language: Language): Promise<Catalogue> {
  return language === "de" ? (await import("./de")).de : en;
}

interface Texts {
  readonly t: Catalogue;
  readonly language: Language;
  // For Intl: the language, with the region of the browser where it has one.
  readonly locale: string;
  readonly choose: (language: Language) => void;
}

const Context = createContext<Texts | undefined>(undefined);

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferredLanguage);
  const [loaded, setLoaded] = useState<{ language: Language; t: Catalogue } | undefined>(
    language === "en" ? { language: "en", t: en } : undefined,
  );
  useEffect(() => {
    let isWanted = true;
    void load(language).then((t) => isWanted && setLoaded({ language, t }));
    return () => void (isWanted = false);
  }, [language]);
  const texts = useMemo<Texts | undefined>(() => {
    if (!loaded) return undefined;
    const locale = navigator.languages.find((each) => each.startsWith(loaded.language));
    document.documentElement.lang = loaded.language;
    return {
      ...loaded,
      locale: locale ?? (loaded.language === "en" ? "en-GB" : loaded.language),
      choose(next) {
        localStorage.setItem(storageName, next);
        setLanguage(next);
      },
    };
  }, [loaded]);
  return texts ? <Context value={texts}>{children}</Context> : null;
}

export function useText(): Texts {
  const texts = use(Context);
  if (!texts) throw new Error("no texts");
  return texts;
}
