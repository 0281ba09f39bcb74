// The settings of the server as they are in force. They are changed in its files, not from here.
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Schema } from "../api/client";
import { serverSettings } from "../api/queries";
import { useText } from "../text/text";
import { Badge, Empty, Failed, Loading, Notice } from "../ui/feedback";
import { TextField } from "../ui/field";
import { Card } from "../ui/page";
import styles from "./settings.module.css";

type Setting = Schema["Setting"];

// Each word anywhere.
function matching(settings: readonly Setting[], search: string): readonly Setting[] {
  const words = search.toLowerCase().split(/\s+/);
  return settings.filter(({ section, name, description }) => {
    const text = `${section} ${name} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

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
        {value !== usual && (
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

function Section({ name, settings }: { name: string; settings: readonly Setting[] }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={styles.section} translate="no">
        [{name}]
      </h3>
      <dl>
        {settings.map((setting) => (
          <Row key={setting.name} setting={setting} />
        ))}
      </dl>
    </section>
  );
}

function Found({ all }: { all: readonly Setting[] }) {
  const { t, locale } = useText();
  const [search, setSearch] = useState("");
  const found = matching(all, search.trim());
  const sections = [...new Set(found.map((setting) => setting.section))];
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
      {sections.map((name) => (
        <Section
          key={name}
          name={name}
          settings={found.filter((setting) => setting.section === name)}
        />
      ))}
      {/* This page came through it: if it is not there, it is another process. */}
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
      <Notice tone="info">{t.limits.settingsBody}</Notice>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Loading lines={6} />}
      {query.isSuccess && <Found all={query.data.items} />}
    </Card>
  );
}
