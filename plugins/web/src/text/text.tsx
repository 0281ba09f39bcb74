// The language of the page: English is built in, others are loaded when chosen.
import { createContext, use, useMemo, useRef, useState, type ReactNode } from "react";
import { en } from "./en";

type Shape<T> = T extends string
  ? string
  : T extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Key in keyof T]: Shape<T[Key]> };

// A language with a missing or an extra text does not compile.
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

export interface Spoken {
  readonly language: Language;
  readonly t: Catalogue;
}

export const english: Spoken = { language: "en", t: en };

export async function loadLanguage(language: Language): Promise<Spoken> {
  return language === "de" ? { language, t: (await import("./de")).de } : english;
}

interface Texts {
  readonly t: Catalogue;
  readonly language: Language;
  // For Intl: the language, with the browser's region if it has one.
  readonly locale: string;
  readonly choose: (language: Language) => void;
}

const Context = createContext<Texts | undefined>(undefined);

export function TextProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [spoken, setSpoken] = useState(first);
  const wanted = useRef(first.language);
  const texts = useMemo<Texts>(() => {
    const locale = navigator.languages.find((each) => each.startsWith(spoken.language));
    document.documentElement.lang = spoken.language;
    return {
      ...spoken,
      locale: locale ?? (spoken.language === "en" ? "en-GB" : spoken.language),
      choose(next) {
        localStorage.setItem(storageName, next);
        wanted.current = next;
        // If the language's file cannot be loaded, the page keeps its current language.
        loadLanguage(next).then(
          (loaded) => wanted.current === next && setSpoken(loaded),
          () => undefined,
        );
      },
    };
  }, [spoken]);
  return <Context value={texts}>{children}</Context>;
}

export function useText(): Texts {
  const texts = use(Context);
  if (!texts) throw new Error("no texts");
  return texts;
}
