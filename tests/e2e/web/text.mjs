// The texts of the pages, from the client's own catalogue.
import { load } from "./sources.mjs";

const [{ en }, audit, { problems }] = await load("text/en", "text/audit_en", "text/problems_en");
export const t = en;
export const { outcomes } = audit;
export { problems };
export const actions = { ...en.kinds, ...audit.actions };

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// Matches a whole text that contains variable parts.
export function like(text) {
  const any = "\u0000";
  const parts = typeof text === "function" ? text(...Array(text.length).fill(any)) : text;
  return new RegExp(`^${parts.split(any).map(escaped).join(".+")}$`);
}
