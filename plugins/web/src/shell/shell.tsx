import { useEffect, useRef, useState, type ReactNode } from "react";
import { NavLink, useLocation } from "react-router";
import { UnansweredNotice } from "../pages/unanswered_notice";
import { signOut } from "../session/session";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { Icon } from "../ui/icon";
import { Logo } from "./logo";
import { navigation } from "./navigation";
import { OutageNotice } from "./outage";
import { Preferences } from "./preferences";
import styles from "./shell.module.css";

// The tab bar of a phone has room for this many; a menu holds the rest.
const tabsMax = 4;

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useText();
  const user = useUser();
  const [isOpen, setOpen] = useState(false);
  const location = useLocation();
  const main = useRef<HTMLElement>(null);
  const entries = navigation[user.role];
  const isTabbed = entries.length <= tabsMax;

  useEffect(() => {
    setOpen(false);
    scrollTo(0, 0);
  }, [location.pathname]);

  return (
    <div className={`${styles.shell} ${isTabbed ? styles.tabbed : ""}`}>
      <a
        href="#main"
        className={styles.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t.common.skip}
      </a>
      <header className={styles.header}>
        <span className={styles.mark}>
          <Logo /> {t.common.bank}
        </span>
        {!isTabbed && (
          <button
            type="button"
            className={styles.menu}
            aria-expanded={isOpen}
            aria-controls="navigation"
            onClick={() => setOpen(!isOpen)}
          >
            {t.common.menu}
          </button>
        )}
        <div className={styles.who}>
          <span className={styles.name}>{user.user_name}</span>
          <span className={styles.role}>{t.roles[user.role]}</span>
        </div>
        <nav
          id="navigation"
          aria-label={t.nav.label}
          className={`${styles.nav} ${isOpen ? styles.isOpen : ""}`}
        >
          <ul>
            {entries.map((entry) => (
              <li key={entry.to}>
                <NavLink to={entry.to} end={entry.to === "/"} className={styles.link ?? ""}>
                  <Icon name={entry.icon} />
                  <span>{t.nav[entry.label]}</span>
                </NavLink>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.foot}>
          <div className={styles.preferences}>
            <Preferences />
          </div>
          <button type="button" className={styles.signOut} onClick={() => void signOut()}>
            <Icon name="signOut" />
            <span>{t.nav.signOut}</span>
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <div className={styles.content}>
          <div className={styles.notices}>
            <OutageNotice />
            <UnansweredNotice />
          </div>
          {children}
        </div>
        <div className={styles.mobilePreferences}>
          <Preferences />
        </div>
      </main>
    </div>
  );
}
