// Who is signed in sees the pages of the own role; all others see the door.
import { lazy, Suspense, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { BrowserRouter, Route, Routes } from "react-router";
import type { Role } from "./api/client";
import { isSupported } from "./api/json";
import { loadCurrencies } from "./money/currencies";
import { IdleGuard } from "./session/idle";
import { resume } from "./session/session";
import { useSession } from "./session/use_session";
import { SignIn } from "./shell/sign_in";
import { Shell } from "./shell/shell";
import { useText } from "./text/text";
import { Button, ButtonLink } from "./ui/button";
import { Empty, Failed, Loading, Notice } from "./ui/feedback";
import { Page } from "./ui/page";

// One file for each kind of work: many small ones would cost more in asking than in bytes.
const common = () => import("./pages/pages");
const counter = () => import("./teller/pages");
const office = () => import("./admin/pages");

const Overview = lazy(async () => ({ default: (await common()).Overview }));
const AccountPage = lazy(async () => ({ default: (await common()).AccountPage }));
const MovePage = lazy(async () => ({ default: (await common()).MovePage }));
const TransferPage = lazy(async () => ({ default: (await common()).TransferPage }));
const Security = lazy(async () => ({ default: (await common()).Security }));
const Counter = lazy(async () => ({ default: (await counter()).Counter }));
const OpenAccount = lazy(async () => ({ default: (await counter()).OpenAccount }));
const Day = lazy(async () => ({ default: (await counter()).Day }));
const Users = lazy(async () => ({ default: (await office()).Users }));
const Audit = lazy(async () => ({ default: (await office()).Audit }));
const System = lazy(async () => ({ default: (await office()).System }));
const Limits = lazy(async () => ({ default: (await office()).LimitsPage }));

// Asks for what will be needed while it is still being found out who is signed in. What fails here
// is asked for again, and said, where it is needed.
export function hurry(): void {
  for (const need of [common, loadCurrencies]) need().catch(() => undefined);
}

interface Place {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly page: ReactNode;
}

const everybody: readonly Role[] = ["customer", "teller", "admin", "auditor"];
const counterStaff: readonly Role[] = ["teller", "admin"];
const overseers: readonly Role[] = ["admin", "auditor"];

const places: readonly Place[] = [
  { path: "/", roles: ["customer"], page: <Overview /> },
  { path: "/", roles: ["teller", "admin", "auditor"], page: <Counter /> },
  { path: "/accounts/:id", roles: everybody, page: <AccountPage /> },
  { path: "/move", roles: ["customer", "teller", "admin"], page: <MovePage /> },
  { path: "/transfers/:id", roles: everybody, page: <TransferPage /> },
  { path: "/security", roles: everybody, page: <Security /> },
  { path: "/open", roles: counterStaff, page: <OpenAccount /> },
  { path: "/day", roles: counterStaff, page: <Day /> },
  { path: "/users", roles: overseers, page: <Users /> },
  { path: "/audit", roles: overseers, page: <Audit /> },
  { path: "/system", roles: overseers, page: <System /> },
  { path: "/limits", roles: overseers, page: <Limits /> },
];

function NotFound() {
  const { t } = useText();
  return (
    <Page title={t.common.notFoundTitle}>
      <Empty icon="search" title={t.common.notFoundBody}>
        <ButtonLink to="/">{t.common.home}</ButtonLink>
      </Empty>
    </Page>
  );
}

function Pages({ role }: { role: Role }) {
  // Amounts cannot be shown before it is known how many digits they have.
  const currencies = useQuery({
    queryKey: ["currencies"],
    queryFn: loadCurrencies,
    staleTime: Infinity,
  });
  if (currencies.isError) {
    return <Failed error={currencies.error} again={() => void currencies.refetch()} />;
  }
  if (!currencies.data) return <Loading />;
  return (
    <Suspense fallback={<Loading lines={6} />}>
      <Routes>
        {places
          .filter((place) => place.roles.includes(role))
          .map((place) => (
            <Route key={place.path} path={place.path} element={place.page} />
          ))}
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Suspense>
  );
}

export function App() {
  const { t } = useText();
  const session = useSession();
  if (!isSupported) return <Notice tone="danger" title={t.common.unsupported} />;
  switch (session.phase) {
    case "starting":
      return <Loading />;
    case "unreachable":
      return (
        <Page title={t.signIn.unreachable} isNarrow>
          <Notice tone="danger">{t.common.noAnswer}</Notice>
          <div>
            <Button onClick={() => void resume()}>{t.common.retry}</Button>
          </div>
        </Page>
      );
    case "signed_out":
      return <SignIn session={session} />;
    case "signed_in":
      return (
        <BrowserRouter basename="/app">
          <Shell>
            <Pages role={session.user.role} key={session.sessionId.toString()} />
          </Shell>
          <IdleGuard />
        </BrowserRouter>
      );
  }
}
