// The bank's REST interface, typed by its OpenAPI document. Error answers are thrown as Problem.
import createClient, { type Middleware } from "openapi-fetch";
import { parseJson, printJson } from "./json";
import { ask, sawBank } from "../session/reach";
import { NoAnswer, Problem, type ProblemBody } from "./problem";
import type { components, paths } from "./schema";

export type Schema = components["schemas"];
export type Account = Schema["Account"];
export type AuditRange = Schema["AuditRange"];
export type AuditRecord = Schema["AuditRecord"];
export type Entry = Schema["Entry"];
export type Money = Schema["Money"];
export type Pending = Schema["Pending"];
export type Receipt = Schema["Receipt"];
export type Role = Schema["Role"];
export type Session = Schema["Session"];
export type Transfer = Schema["Transfer"];
export type User = Schema["User"];

function looksLikeProblem(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "code" in value && "status" in value;
}

async function problemOf(response: Response): Promise<Error> {
  try {
    const body = parseJson(await response.text());
    if (looksLikeProblem(body)) return new Problem(body);
  } catch {
    // Not the bank's answer: a proxy's, or a truncated one.
  }
  return new NoAnswer(`status ${response.status}`);
}

const exactNumbers: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    const json = async () => {
      try {
        return parseJson(await response.text());
      } catch (error) {
        throw new NoAnswer(error);
      }
    };
    Object.defineProperty(response, "json", { value: json });
    return response;
  },
  onError({ error }) {
    return error instanceof Error && error.name === "AbortError" ? error : new NoAnswer(error);
  },
};

export interface Authority {
  // The access token for the next request, renewed if necessary.
  token(): Promise<string>;
  // Another token after this one was rejected, or "" if there is none.
  tokenInsteadOf(refused: string): Promise<string>;
  // The bank no longer knows the session.
  ended(): void;
}

let authority: Authority | undefined;

export function authorizeWith(given: Authority): void {
  authority = given;
}

const bearer: Middleware = {
  async onRequest({ request, schemaPath }) {
    if (schemaPath.startsWith("/v1/web-session")) return request;
    const token = await authority?.token();
    if (token) request.headers.set("Authorization", prefix + token);
    return request;
  },
};

const prefix = "Bearer ";

// Each answer shows whether the bank is reachable; 502 to 504 may come from a proxy in front of it.
async function fetchOnce(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.status < 502) sawBank();
    else ask();
    return response;
  } catch (error) {
    ask();
    throw error;
  }
}

// A request with a rejected token was not executed, so it may be resent with another one.
async function fetchTwice(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await fetchOnce(request);
  const given = request.headers.get("Authorization");
  if (response.status !== 401 || !given || request.url.includes("/v1/web-session")) return response;
  const token = await authority?.tokenInsteadOf(given.slice(prefix.length));
  if (!token) return response;
  again.headers.set("Authorization", prefix + token);
  return fetchOnce(again);
}

export const bank = createClient<paths>({
  fetch: fetchTwice,
  baseUrl: globalThis.location.origin,
  bodySerializer: printJson,
  credentials: "same-origin",
  cache: "no-store",
});
bank.use(bearer, exactNumbers);

// Pending until a checkpoint covers the record; the request itself has one signed, within about a
// second.
export function isPending(answer: object): answer is Pending {
  return "status" in answer && answer.status === "pending";
}

// The answer's value. 401 means that the session has ended; this is where the client notices.
export async function take<T>(request: Promise<{ data?: T }>): Promise<T> {
  try {
    const { data } = await request;
    return data as T;
  } catch (error) {
    if (error instanceof Problem && error.body.status === 401) authority?.ended();
    throw error;
  }
}
