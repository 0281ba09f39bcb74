// Signed-in users see the pages of their role; everyone else sees the sign-in page.
import { useQuery } from "@tanstack/react-query";
import { BrowserRouter, Route, Routes, useLocation } from "react-router";
import type { Role } from "./api/client";
import { NoAnswer } from "./api/problem";
import { loadCurrencies } from "./money/currencies";
import { AccountPage } from "./pages/account";
import { MovePage } from "./pages/move";
import { Overview } from "./pages/overview";
import { Security } from "./pages/security";
import { TransferPage } from "./pages/transfer";
import { IdleGuard } from "./session/idle";
import { resume } from "./session/session";
import { isStaff, useSession } from "./session/use_session";
import { ChoosePassword } from "./shell/choose_password";
import { everybody, type Place } from "./shell/place";
import { SignIn } from "./shell/sign_in";
import { Shell } from "./shell/shell";
import { useText } from "./text/text";
import { Boundary } from "./ui/boundary";
import { Button, ButtonLink } from "./ui/button";
import { Empty, Failed, Loading, Notice } from "./ui/feedback";
import { Page } from "./ui/page";

const commonPlaces: readonly Place[] = [
  { path: "/", roles: ["customer"], page: <Overview /> },
  { path: "/accounts/:id", roles: everybody, page: <AccountPage /> },
  { path: "/move", roles: ["customer", "teller", "admin"], page: <MovePage /> },
  { path: "/transfers/:id", roles: everybody, page: <TransferPage /> },
  { path: "/security", roles: everybody, page: <Security /> },
];

async function loadStaffPlaces(): Promise<readonly Place[]> {
  try {
    return (await import("./staff")).staffPlaces;
  } catch (error) {
    throw new NoAnswer(error);
  }
}

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
  const { t } = useText();
  const location = useLocation();
  // Amounts cannot be shown before the number of decimals is known.
  const currencies = useQuery({
    queryKey: ["currencies"],
    queryFn: loadCurrencies,
    staleTime: Infinity,
  });
  const staff = useQuery({
    queryKey: ["staff places"],
    queryFn: loadStaffPlaces,
    staleTime: Infinity,
    enabled: isStaff(role),
  });
  const missing = [currencies, ...(isStaff(role) ? [staff] : [])].find((each) => !each.data);
  if (missing?.isError) {
    return (
      <Page title={t.signIn.unreachable} isNarrow>
        <Failed error={missing.error} again={() => void missing.refetch()} />
      </Page>
    );
  }
  if (missing) return <Loading lines={6} />;
  return (
    <Boundary key={location.pathname}>
      <Routes>
        {[...commonPlaces, ...(staff.data ?? [])]
          .filter((place) => place.roles.includes(role))
          .map((place) => (
            <Route key={place.path} path={place.path} element={place.page} />
          ))}
        <Route path="*" element={<NotFound />} />
      </Routes>
    </Boundary>
  );
}

export function App() {
  const { t } = useText();
  const session = useSession();
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
      if (session.user.password_state === "one_time") {
        return (
          <>
            <ChoosePassword />
            <IdleGuard />
          </>
        );
      }
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
