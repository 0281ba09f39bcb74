// An illustration of the audit log: a Merkle tree with the path from one record to the root.
import styles from "./merkle_tree.module.css";

const levels = 5;
const width = 480;
const height = 300;
const proven = 5; // The record whose path is shown.

interface Node {
  readonly level: number; // 0: a record.
  readonly index: number;
}

function place({ level, index }: Node) {
  const slot = width / 2 ** (levels - 1 - level);
  return { x: slot * (index + 0.5), y: height - 24 - level * ((height - 48) / (levels - 1)) };
}

const isOnWay = ({ level, index }: Node) => proven >> level === index;
// The siblings of the path: the hashes of a proof.
const isSibling = ({ level, index }: Node) =>
  level < levels - 1 && ((proven >> level) ^ 1) === index;

const nodes: readonly Node[] = Array.from({ length: levels }, (_, level) =>
  Array.from({ length: 2 ** (levels - 1 - level) }, (__, index) => ({ level, index })),
).flat();

export function MerkleTree() {
  return (
    <svg
      className={styles.tree}
      viewBox={`0 0 ${width} ${height}`}
      fill="none"
      aria-hidden="true"
      focusable="false"
    >
      {nodes.map((node) => {
        if (node.level === levels - 1) return null;
        const from = place(node);
        const to = place({ level: node.level + 1, index: node.index >> 1 });
        const middle = (from.y + to.y) / 2;
        return (
          <path
            key={`${node.level} ${node.index}`}
            className={isOnWay(node) ? styles.way : styles.edge}
            d={`M${from.x} ${from.y}V${middle}H${to.x}V${to.y}`}
          />
        );
      })}
      {nodes.map((node) => {
        const { x, y } = place(node);
        const look = isOnWay(node) ? styles.on : isSibling(node) ? styles.sibling : styles.node;
        return (
          <circle
            key={`${node.level} ${node.index}`}
            className={look}
            cx={x}
            cy={y}
            r={node.level === levels - 1 ? 9 : 6}
          />
        );
      })}
    </svg>
  );
}
