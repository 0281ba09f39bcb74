// A table; on a narrow screen each row becomes a small card whose cells name their columns.
import type { ReactNode } from "react";
import styles from "./table.module.css";

type Head = string | readonly [label: string, align: "end"];

interface TableProps {
  readonly label: string;
  readonly head: readonly Head[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
}

export function Table({ label, head, rows }: TableProps) {
  const columns = head.map((each) => (typeof each === "string" ? ([each, ""] as const) : each));
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map(([name, align], index) => (
            <th key={index} scope="col" className={align ? styles.end : ""}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            {row.cells.map((cell, index) => (
              <td
                key={index}
                className={columns[index]?.[1] ? styles.end : ""}
                data-label={columns[index]?.[0]}
              >
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
