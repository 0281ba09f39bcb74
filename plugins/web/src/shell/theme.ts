// Light or dark, by the user's choice or the system's.
export type Theme = "auto" | "light" | "dark";

const storageName = "bankd-theme";

export function keptTheme(): Theme {
  const kept = localStorage.getItem(storageName);
  return kept === "light" || kept === "dark" ? kept : "auto";
}

export function applyTheme(theme: Theme): void {
  if (theme === "auto") {
    localStorage.removeItem(storageName);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(storageName, theme);
    document.documentElement.dataset["theme"] = theme;
  }
}
