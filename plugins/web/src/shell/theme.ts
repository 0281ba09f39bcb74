// Light or dark, as the system says or as the person does.
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
