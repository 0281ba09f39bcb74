// The server's settings in force, read-only: they are changed in its files.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schema } from "../api/client";
import { serverSettings } from "../api/queries";
import { useText } from "../text/text";
import { Badge, Empty, Failed, Loading, Notice } from "../ui/feedback";
import { TextField } from "../ui/field";
import { Card } from "../ui/page";
import styles from "./settings.module.css";

type Setting = Schema["Setting"];

// Every word must match somewhere.
function matching(settings: readonly Setting[], search: string): readonly Setting[] {
  const words = search.toLowerCase().split(/\s+/);
  return settings.filter(({ section, name, description }) => {
    const text = `${section} ${name} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const isChanged = (setting: Setting) => setting.value !== setting.default;

function Row({ setting }: { setting: Setting }) {
  const { t } = useText();
  const { name, value, default: usual, description, needs_restart } = setting;
  return (
    <div className={styles.row}>
      <dt className={styles.name} translate="no">
        {name}
      </dt>
      <dd className={styles.value}>
        <span translate="no">{value || "–"}</span>
        {isChanged(setting) && (
          <span className={styles.changed}>
            <Badge tone="info">{t.limits.changed}</Badge> {t.limits.byDefault}{" "}
            <span translate="no">{usual || "–"}</span>
          </span>
        )}
      </dd>
      <dd className={styles.about}>
        <span lang="en">{description}</span>{" "}
        <span className={styles.restart}>
          {needs_restart ? t.limits.needsRestart : t.limits.needsReload}
        </span>
      </dd>
    </div>
  );
}

interface SectionProps {
  readonly name: string;
  readonly settings: readonly Setting[];
  readonly isOpen: boolean; // Initially.
}

function Section({ name, settings, isOpen }: SectionProps) {
  const { t, locale } = useText();
  return (
    <details open={isOpen}>
      <summary className={styles.section}>
        <h3 translate="no">[{name}]</h3>
        <span className={styles.count}>{settings.length.toLocaleString(locale)}</span>{" "}
        {settings.some(isChanged) && <Badge tone="info">{t.limits.changed}</Badge>}
      </summary>
      <dl>
        {settings.map((setting) => (
          <Row key={setting.name} setting={setting} />
        ))}
      </dl>
    </details>
  );
}

function Found({ all }: { all: readonly Setting[] }) {
  const { t, locale } = useText();
  const [search, setSearch] = useState("");
  const found = matching(all, search.trim());
  const sections = [...new Set(found.map((setting) => setting.section))];
  const isSearched = search.trim() !== "";
  const count = (n: number) => n.toLocaleString(locale);
  return (
    <>
      <div role="search">
        <TextField
          label={t.limits.search}
          hint={t.limits.searchHint}
          type="search"
          value={search}
          maxLength={64}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <p className={styles.count} role="status">
        {t.limits.found(count(found.length), count(all.length))}
      </p>
      {found.length === 0 && (
        <Empty icon="search" title={t.limits.noSetting}>
          {t.limits.noSettingBody}
        </Empty>
      )}
      <div>
        {sections.map((name) => (
          <Section
            key={`${name} ${isSearched}`}
            name={name}
            isOpen={isSearched}
            settings={found.filter((setting) => setting.section === name)}
          />
        ))}
      </div>
      {/* Served by [rest]: without that section, it runs in another process. */}
      {!all.some((setting) => setting.section === "rest") && (
        <p className={styles.count}>{t.limits.apart}</p>
      )}
    </>
  );
}

export function ServerSettings() {
  const { t } = useText();
  const query = useQuery(serverSettings());
  return (
    <Card title={t.limits.settings}>
      <Notice tone="info">
        {t.limits.settingsBody}
        {query.isSuccess && (
          <>
            {" "}
            {t.limits.settingsFile} <span translate="no">{query.data.file}</span>
          </>
        )}
      </Notice>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Loading lines={6} />}
      {query.isSuccess && <Found all={query.data.items} />}
    </Card>
  );
}
