import { bank, take, type AuditRecord } from "../api/client";
import { auditQuery, type AuditFilter } from "../api/queries";

// The records after record `after`, oldest first; "": no earlier record matched.
export async function newRecords(
  filter: AuditFilter,
  after: string,
  signal: AbortSignal,
): Promise<readonly AuditRecord[]> {
  const query = { ...auditQuery(filter), ...(after ? { after } : {}), limit: 100 };
  const page = await take(bank.GET("/v1/audit-logs", { params: { query }, signal }));
  return after ? page.items : page.items.toReversed();
}
