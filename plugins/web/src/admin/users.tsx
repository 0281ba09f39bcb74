import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { bank, take, type Role, type Schema, type User } from "../api/client";
import { users as usersQuery } from "../api/queries";
import { SessionList } from "../pages/security";
import { useUser } from "../session/use_session";
import { printDate, printDateTime } from "../text/dates";
import { useText } from "../text/text";
import { Button, ButtonLink } from "../ui/button";
import { CopyButton } from "../ui/copy_button";
import { Dialog, DialogActions } from "../ui/dialog";
import { Badge, Empty, Failed, Loading, Notice, ProblemNotice } from "../ui/feedback";
import { FormGrid, FormRow, SecretField, SelectField, TextField } from "../ui/field";
import { Card, Page } from "../ui/page";
import { Table } from "../ui/table";
import styles from "./admin.module.css";

const roles: readonly Role[] = ["customer", "teller", "admin", "auditor"];

function RoleOptions() {
  const { t } = useText();
  return roles.map((role) => (
    <option key={role} value={role}>
      {t.roles[role]}
    </option>
  ));
}

function useUserChange<Input>(work: (input: Input) => Promise<unknown>, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["users"] });
      onDone();
    },
  });
}

function AddUser({ onClose, onAdded }: { onClose: () => void; onAdded: (name: string) => void }) {
  const { t } = useText();
  const [name, setName] = useState("");
  const add = useUserChange(
    (body: Schema["AddUserRequest"]) => take(bank.POST("/v1/users", { body })),
    () => onAdded(name),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({
      user_name: name,
      role: form.get("role") as Role,
      password: String(form.get("password")),
    });
  };
  return (
    <Dialog title={t.users.addTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <FormGrid>
          <ProblemNotice error={add.error} />
          <TextField
            label={t.users.userName}
            hint={t.users.nameHint}
            value={name}
            onChange={(event) => setName(event.target.value.toLowerCase())}
            minLength={3}
            maxLength={64}
            autoComplete="off"
            spellCheck={false}
            required
          />
          <SelectField label={t.users.role} name="role">
            <RoleOptions />
          </SelectField>
          <SecretField
            label={t.users.password}
            hint={t.users.passwordHint}
            name="password"
            minLength={8}
            maxLength={256}
            autoComplete="new-password"
            required
          />
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" isBusy={add.isPending}>
              {t.users.add}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}

function ChangeRole({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useText();
  const change = useUserChange(
    (role: Role) =>
      take(bank.PUT("/v1/users/{id}/role", { params: { path: { id: user.id } }, body: { role } })),
    onClose,
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(new FormData(event.currentTarget).get("role") as Role);
  };
  return (
    <Dialog title={t.users.changeRole} onClose={onClose}>
      <form onSubmit={submit}>
        <FormGrid>
          <p>{t.users.changeRoleBody(user.user_name)}</p>
          <ProblemNotice error={change.error} />
          <SelectField label={t.users.role} name="role" defaultValue={user.role}>
            <RoleOptions />
          </SelectField>
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" isBusy={change.isPending}>
              {t.common.save}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}

function Disable({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useText();
  const change = useUserChange(
    (is_disabled: boolean) =>
      take(
        bank.PUT("/v1/users/{id}/disabled", {
          params: { path: { id: user.id } },
          body: { is_disabled },
        }),
      ),
    onClose,
  );
  const isOff = user.is_disabled;
  return (
    <Dialog
      title={isOff ? t.users.enableTitle(user.user_name) : t.users.disableTitle(user.user_name)}
      onClose={onClose}
    >
      <p>{isOff ? t.users.enableBody : t.users.disableBody}</p>
      <ProblemNotice error={change.error} />
      <DialogActions>
        <Button look="secondary" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button
          look={isOff ? "primary" : "danger"}
          isBusy={change.isPending}
          onClick={() => change.mutate(!isOff)}
        >
          {isOff ? t.users.enable : t.users.disable}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

// The password exists only in this dialog and is gone when it closes.
function ResetPassword({ user, onClose }: { user: User; onClose: () => void }) {
  const { t, locale } = useText();
  const queries = useQueryClient();
  const reset = useMutation({
    mutationFn: () =>
      take(bank.POST("/v1/users/{id}/reset-password", { params: { path: { id: user.id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
    gcTime: 0,
  });
  if (reset.data) {
    const { password, user: changed } = reset.data;
    const expires = printDateTime(changed.password_expires_at ?? "", locale);
    return (
      <Dialog title={t.users.resetDone(user.user_name)} onClose={onClose}>
        <p className={styles.oneTime}>
          <code>{password}</code>
          <CopyButton text={password} name={t.users.password} />
        </p>
        <p>{t.users.resetDoneBody(expires)}</p>
        <DialogActions>
          <Button onClick={onClose}>{t.common.close}</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.users.resetTitle(user.user_name)} onClose={onClose}>
      <p>{t.users.resetBody}</p>
      <ProblemNotice error={reset.error} />
      <DialogActions>
        <Button look="secondary" onClick={onClose}>
          {t.common.cancel}
        </Button>
        <Button look="danger" isBusy={reset.isPending} onClick={() => reset.mutate()}>
          {t.users.reset}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

// Created by the bank for local administrators, whom the operating system identifies.
const isLocal = (user: User) => user.user_name.startsWith("os:");

function LocalAdministrators({ users }: { users: readonly User[] }) {
  const { t, locale } = useText();
  if (users.length === 0) return null;
  return (
    <Card title={t.users.local} isFlush>
      <p className={styles.note}>{t.users.localBody}</p>
      <Table
        label={t.users.local}
        head={[t.users.userName, t.users.role, t.users.created]}
        rows={users.map((user) => ({
          key: user.id,
          cells: [user.user_name, t.roles[user.role], printDate(user.created_at, locale)],
        }))}
      />
    </Card>
  );
}

type UserDialog = "role" | "disable" | "sessions" | "reset";
type Open = { readonly what: "add" } | { readonly what: UserDialog; user: User };

function States({ user }: { user: User }) {
  const { t } = useText();
  return (
    <span className={styles.states}>
      <Badge tone={user.is_disabled ? "danger" : "good"}>
        {user.is_disabled ? t.users.disabled : t.users.active}
      </Badge>
      {(user.password_state === "one_time" || user.password_state === "expired") && (
        <Badge tone="warning">{t.users.passwordStates[user.password_state]}</Badge>
      )}
    </span>
  );
}

export function Users() {
  const { t, locale } = useText();
  const { role: ownRole, id: ownId } = useUser();
  const [prefix, setPrefix] = useState("");
  const [role, setRole] = useState<Role | "">("");
  const [open, setOpen] = useState<Open>();
  const [added, setAdded] = useState("");
  const query = useInfiniteQuery(usersQuery(prefix.trim().toLowerCase(), role));
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const users = all.filter((user) => !isLocal(user));
  const isAdmin = ownRole === "admin";
  const close = () => setOpen(undefined);
  const action = (user: User, what: UserDialog, label: string) => (
    <Button
      look={what === "disable" && !user.is_disabled ? "caution" : "quiet"}
      onClick={() => setOpen({ what, user })}
      aria-label={`${label}: ${user.user_name}`}
    >
      {label}
    </Button>
  );

  return (
    <Page
      title={t.users.title}
      actions={isAdmin && <Button onClick={() => setOpen({ what: "add" })}>{t.users.add}</Button>}
    >
      {added && <Notice tone="good">{t.users.added(added)}</Notice>}
      <Card isFlush>
        <div className={styles.filters} role="search">
          <FormRow>
            <TextField
              label={t.users.search}
              type="search"
              value={prefix}
              maxLength={64}
              onChange={(event) => setPrefix(event.target.value)}
            />
            <SelectField
              label={t.users.role}
              value={role}
              onChange={(event) => setRole(event.target.value as Role | "")}
            >
              <option value="">{t.common.all}</option>
              <RoleOptions />
            </SelectField>
          </FormRow>
        </div>
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isPending && <Loading lines={6} />}
        {query.isSuccess && users.length === 0 && (
          <Empty icon="users" title={t.users.none}>
            {t.users.noneBody}
          </Empty>
        )}
        {users.length > 0 && (
          <Table
            label={t.users.title}
            head={[
              t.users.userName,
              t.users.role,
              t.common.status,
              t.users.created,
              [t.users.actions, "end"],
            ]}
            rows={users.map((user) => ({
              key: user.id,
              cells: [
                <strong key="name">{user.user_name}</strong>,
                t.roles[user.role],
                <States key="state" user={user} />,
                printDate(user.created_at, locale),
                <span key="actions" className={styles.rowActions}>
                  {user.role === "customer" && (
                    <ButtonLink look="quiet" to={`/?q=${encodeURIComponent(user.user_name)}`}>
                      {t.users.accounts}
                    </ButtonLink>
                  )}
                  <ButtonLink
                    look="quiet"
                    to={`/audit?actor=${encodeURIComponent(user.user_name)}`}
                  >
                    {t.audit.recordsOf}
                  </ButtonLink>
                  {action(user, "sessions", t.users.sessions)}
                  {isAdmin && action(user, "role", t.users.changeRole)}
                  {isAdmin && user.id !== ownId && action(user, "reset", t.users.reset)}
                  {isAdmin &&
                    action(user, "disable", user.is_disabled ? t.users.enable : t.users.disable)}
                </span>,
              ],
            }))}
          />
        )}
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button
              look="secondary"
              isBusy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t.common.more}
            </Button>
          </div>
        )}
      </Card>
      <LocalAdministrators users={all.filter(isLocal)} />
      {open?.what === "add" && (
        <AddUser
          onClose={close}
          onAdded={(name) => {
            setAdded(name);
            close();
          }}
        />
      )}
      {open?.what === "role" && <ChangeRole user={open.user} onClose={close} />}
      {open?.what === "reset" && <ResetPassword user={open.user} onClose={close} />}
      {open?.what === "disable" && <Disable user={open.user} onClose={close} />}
      {open?.what === "sessions" && (
        <Dialog title={t.users.sessionsOf(open.user.user_name)} onClose={close}>
          <SessionList user={open.user.id} />
        </Dialog>
      )}
    </Page>
  );
}
