import { useState } from "react";
import { languages, useText, type Language } from "../text/text";
import { applyTheme, keptTheme, type Theme } from "./theme";
import styles from "./preferences.module.css";

export function Preferences() {
  const { t, language, choose } = useText();
  const [theme, setTheme] = useState(keptTheme);
  return (
    <div className={styles.preferences}>
      <label>
        <span className="visually-hidden">{t.common.language}</span>
        <select value={language} onChange={(event) => choose(event.target.value as Language)}>
          {Object.entries(languages).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="visually-hidden">{t.common.theme}</span>
        <select
          value={theme}
          onChange={(event) => {
            const next = event.target.value as Theme;
            applyTheme(next);
            setTheme(next);
          }}
        >
          <option value="auto">{t.common.themeAuto}</option>
          <option value="light">{t.common.themeLight}</option>
          <option value="dark">{t.common.themeDark}</option>
        </select>
      </label>
    </div>
  );
}
