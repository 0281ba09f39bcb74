"""The audit log recomputed from its rows, independently of bankd: hashlib and RFC 9162."""

import base64
import hashlib


def root_of(leaves):
    """RFC 9162, section 2.1.1, as a stack of full subtrees."""
    stack = []
    for number, leaf in enumerate(leaves, start=1):
        stack.append(leaf)
        while number % 2 == 0:
            right, left = stack.pop(), stack.pop()
            stack.append(hashlib.sha256(b"\x01" + left + right).digest())
            number //= 2
    root = stack.pop() if stack else hashlib.sha256(b"").digest()
    while stack:
        root = hashlib.sha256(b"\x01" + stack.pop() + root).digest()
    return root


class AuditLog:
    """The log in the database of a stopped bank; read as its superuser."""

    def __init__(self, database):
        self.seals = [
            tuple(int(value) for value in row)
            for row in self._rows(
                database, "select first_no, record_count from bank.audit_seals order by first_no"
            )
        ]
        records = self._rows(
            database,
            "select coalesce(l.transfer_id, 0), encode(l.leaf, 'hex'),"
            " encode(convert_to(w.record, 'UTF8'), 'hex')"
            " from bank.audit_logs l join bank.audit_subjects s on s.id = l.subject_id"
            " cross join bank.audit_secret a"
            " cross join lateral bank.written_record(l, s.hash, a.value) w order by l.xid, l.id",
        )
        self.transfers = [int(row[0]) for row in records if row[0] != "0"]
        self.leaves = [bytes.fromhex(row[1]) for row in records]
        self.texts = [bytes.fromhex(row[2]) for row in records]
        self.checkpoints = [
            bytes.fromhex(row[0]).decode()
            for row in self._rows(
                database,
                "select encode(convert_to(note, 'UTF8'), 'hex') from bank.audit_checkpoints"
                " order by tree_size",
            )
        ]

    @staticmethod
    def _rows(database, sql):
        return [line.split("\t") for line in database.query(sql, database.name).splitlines()]

    def check(self, test, posted):
        """No gaps, nothing unsealed, each transfer once, and every signed record present."""
        sealed = 0
        for first, count in self.seals:
            test.assertEqual(first, sealed, "a gap between seals")
            sealed += count
        test.assertEqual(sealed, len(self.leaves), "records without a number")
        for leaf, text in zip(self.leaves, self.texts, strict=True):
            test.assertEqual(leaf, hashlib.sha256(b"\x00" + text).digest(), text)
        test.assertEqual(len(self.transfers), len(set(self.transfers)))
        test.assertLessEqual(set(posted), set(self.transfers), "acknowledged, but not in the log")
        test.assertTrue(self.checkpoints)
        for note in self.checkpoints:
            _, size, root = note.split("\n")[:3]
            test.assertEqual(
                base64.b64decode(root), root_of(self.leaves[: int(size)]), f"a fork before {size}"
            )
        test.assertEqual(int(self.checkpoints[-1].split("\n")[1]), sealed, "the last is unsigned")
