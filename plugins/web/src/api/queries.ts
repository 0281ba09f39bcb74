// The queries of the pages, each under one name, so that components share an answer.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { bank, take, type Role } from "./client";

const limit = 50;

// Needs no sign-in.
export const publicFacts = () =>
  queryOptions({
    queryKey: ["public facts"],
    queryFn: ({ signal }) => take(bank.GET("/v1/bank", { signal })),
    staleTime: Infinity,
  });

export const ownAccounts = () =>
  queryOptions({
    queryKey: ["accounts", "own"],
    queryFn: ({ signal }) =>
      take(bank.GET("/v1/accounts", { params: { query: { limit: 100 } }, signal })),
  });

export const foundAccounts = (search: string) =>
  queryOptions({
    queryKey: ["accounts", "found", search],
    queryFn: ({ signal }) =>
      take(
        bank.GET("/v1/accounts", {
          params: { query: { search, kind: "customer", limit: 20 } },
          signal,
        }),
      ),
    enabled: search !== "",
    placeholderData: (before) => before,
  });

export const accountsOfOwner = (owner: string, kind: "customer" | "cash") =>
  queryOptions({
    queryKey: ["accounts", "owner", owner, kind],
    queryFn: ({ signal }) =>
      take(bank.GET("/v1/accounts", { params: { query: { owner, kind, limit: 100 } }, signal })),
  });

// The account with this number, of any kind; null if there is none.
export const accountOfNo = (account_no: string) =>
  queryOptions({
    queryKey: ["accounts", "number", account_no],
    queryFn: async ({ signal }) => {
      const query = { search: account_no, limit: 1 };
      const { items } = await take(bank.GET("/v1/accounts", { params: { query }, signal }));
      return items.find((each) => each.account_no === account_no) ?? null;
    },
  });

export const account = (id: string) =>
  queryOptions({
    queryKey: ["accounts", "one", id],
    queryFn: ({ signal }) =>
      take(bank.GET("/v1/accounts/{id}", { params: { path: { id } }, signal })),
  });

export interface Range {
  readonly from?: string | undefined; // RFC 3339 instants.
  readonly until?: string | undefined;
}

function bounded({ from, until }: Range) {
  return { ...(from ? { from } : {}), ...(until ? { until } : {}) };
}

export const history = (id: string, range: Range, size = limit) =>
  infiniteQueryOptions({
    queryKey: ["history", id, range, size],
    queryFn: ({ pageParam, signal }) =>
      take(
        bank.GET("/v1/accounts/{id}/history", {
          params: {
            path: { id },
            query: {
              ...bounded(range),
              limit: size,
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => (page.has_more ? page.next_cursor : null),
  });

export const holds = (id: string) =>
  queryOptions({
    queryKey: ["holds", id],
    queryFn: ({ signal }) =>
      take(
        bank.GET("/v1/accounts/{id}/holds", {
          params: { path: { id }, query: { limit: 100 } },
          signal,
        }),
      ),
  });

export const transfer = (id: string) =>
  queryOptions({
    queryKey: ["transfers", id],
    queryFn: ({ signal }) =>
      take(bank.GET("/v1/transfers/{id}", { params: { path: { id } }, signal })),
    staleTime: Infinity,
  });

export const sessions = (user_id?: string) =>
  queryOptions({
    queryKey: ["sessions", user_id],
    queryFn: ({ signal }) =>
      take(
        bank.GET("/v1/sessions", {
          params: { query: { limit: 100, ...(user_id ? { user_id } : {}) } },
          signal,
        }),
      ),
  });

export const users = (name_prefix: string, role: Role | "") =>
  infiniteQueryOptions({
    queryKey: ["users", name_prefix, role],
    queryFn: ({ pageParam, signal }) =>
      take(
        bank.GET("/v1/users", {
          params: {
            query: {
              limit,
              ...(name_prefix ? { name_prefix } : {}),
              ...(role ? { role } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => (page.has_more ? page.next_cursor : null),
  });

export interface AuditFilter {
  readonly actor: string;
  readonly action: string;
  readonly outcome: string;
  readonly ip: string;
  readonly account_id: string; // A number, or "".
  readonly from: string | undefined;
  readonly until: string | undefined;
}

// The query parameters of a filter, apart from the time.
export function auditQuery({ actor, action, outcome, ip, account_id }: AuditFilter) {
  return {
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(outcome ? { outcome } : {}),
    ...(ip ? { ip } : {}),
    ...(account_id ? { account_id } : {}),
  };
}

export const auditRecords = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam, signal }) =>
      take(
        bank.GET("/v1/audit-logs", {
          params: {
            query: {
              limit,
              ...bounded(filter),
              ...auditQuery(filter),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => (page.has_more ? page.next_cursor : null),
  });

export const roleLimits = () =>
  queryOptions({
    queryKey: ["role-limits"],
    queryFn: ({ signal }) => take(bank.GET("/v1/role-limits", { signal })),
  });

export const serverSettings = () =>
  queryOptions({
    queryKey: ["settings"],
    queryFn: ({ signal }) => take(bank.GET("/v1/system/settings", { signal })),
  });

export const systemStatus = () =>
  queryOptions({
    queryKey: ["system"],
    queryFn: ({ signal }) => take(bank.GET("/v1/system/status", { signal })),
  });
