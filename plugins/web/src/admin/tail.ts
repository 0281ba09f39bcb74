import { bank, take, type AuditRecord } from "../api/client";
import { auditQuery, type AuditFilter } from "../api/queries";

// The records after record `after`, oldest first; 0: no earlier record matched.
export async function newRecords(
  filter: AuditFilter,
  after: bigint,
  signal: AbortSignal,
): Promise<readonly AuditRecord[]> {
  const query = { ...auditQuery(filter), ...(after > 0n ? { after } : {}), limit: 100n };
  const page = await take(bank.GET("/v1/audit-logs", { params: { query }, signal }));
  return after > 0n ? page.items : page.items.toReversed();
}
