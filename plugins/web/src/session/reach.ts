// Whether the bank is reachable. Polled every few seconds, because a page that sends no requests
// would not notice, and at once when a request fails.
export type ReadOnly = "storage_full" | "halted";

export interface Reach {
  readonly isAway: boolean;
  readonly readOnly?: ReadOnly | undefined; // Why it answers but changes nothing.
  readonly seen_ms: number; // Time of its last answer.
}

const readOnlyStates: readonly ReadOnly[] = ["storage_full", "halted"];
const every_ms = 10_000;
const everyWhileAway_ms = 2_000;
const patience_ms = 5_000;

let seen_ms = Date.now();
let reach: Reach = { isAway: false, seen_ms };
let asking: Promise<void> | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function reachState(): Reach {
  return reach;
}

export function onReachChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

type Found = Omit<Reach, "seen_ms">;

function become({ isAway, readOnly }: Found): void {
  if (!isAway) seen_ms = Date.now();
  if (isAway === reach.isAway && readOnly === reach.readOnly) return;
  reach = { isAway, readOnly, seen_ms };
  // The style sheet greys out the figures.
  document.documentElement.toggleAttribute("data-bank-away", isAway);
  for (const listener of listeners) listener();
}

// Called after each answer of the bank.
export function sawBank(): void {
  seen_ms = Date.now();
}

async function look(): Promise<Found> {
  try {
    const signal = AbortSignal.timeout(patience_ms);
    const answer = await fetch("/readyz", { cache: "no-store", signal });
    // 503: the bank is not serving. 502 and 504: a proxy cannot reach it.
    if (answer.status < 502) return { isAway: false };
    const text = answer.status === 503 ? await answer.text() : "";
    const readOnly = readOnlyStates.find((state) => text.includes(`"${state}"`));
    return { isAway: readOnly === undefined, readOnly };
  } catch {
    return { isAway: true };
  }
}

async function askOnce(): Promise<void> {
  clearTimeout(timer);
  // A hidden tab polls when it is shown again.
  if (!document.hidden) become(await look());
  timer = setTimeout(ask, reach.isAway || reach.readOnly ? everyWhileAway_ms : every_ms);
}

export function ask(): void {
  asking ??= askOnce().finally(() => (asking = undefined));
}

export function watchReach(): void {
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  addEventListener("offline", ask);
  timer = setTimeout(ask, every_ms);
}
