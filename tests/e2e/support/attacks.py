"""An attack on the database of a running bank, and its reversal, row by row."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from support.database import without_guards

# Also the triggers of foreign keys do not fire.
UNHINDERED = "set local session_replication_role = replica;"


@dataclass
class Attack:
    """`gives` says what the attacker gets; `ends` are checks of the case, all of which hold.

    Names in braces stand for ids of the case. Without `undo`, the rows that `rows` selects ("table
    where condition", several) get their previous values back, in the columns that were changed.
    """

    gives: str
    sql: str
    ends: list
    rows: tuple = ()
    undo: str = ""
    is_at_rest: bool = False  # While the bank is stopped, which is then started.
    before: Callable = lambda case: None


class Rows:
    """The selected rows of one table, kept in a schema of its own."""

    def __init__(self, sql, number, selection):
        self._sql = sql
        self.table, self.condition = selection.split(" where ", 1)
        self._kept = f"kept.rows_{number}"
        self._after = f"kept.after_{number}"
        columns = sql(
            "select a.attname, coalesce(a.attnum = any (i.indkey), false) from pg_attribute a"
            " left join pg_index i on i.indrelid = a.attrelid and i.indisprimary"
            f" where a.attrelid = 'bank.{self.table}'::regclass and a.attnum > 0"
            " and not a.attisdropped and a.attgenerated = '' order by a.attnum"
        ).split("\n")
        self._columns = [line.split("\t")[0] for line in columns]
        self._key = [line.split("\t")[0] for line in columns if line.endswith("\tt")]

    def _copy(self, name):
        columns = ", ".join(f'"{column}"' for column in self._columns)
        return f"create table {name} as select {columns} from bank.{self.table}"

    def _same(self, one, other):
        return " and ".join(f'{one}."{column}" = {other}."{column}"' for column in self._key)

    def keep(self):
        return f"{self._copy(self._kept)} where {self.condition};"

    def look(self):
        """What the attack left."""
        return (
            f"{self._copy(self._after)} t where {self.condition}"
            f" or exists (select from {self._kept} k where {self._same('k', 't')});"
        )

    def put_back(self):
        differs = ", ".join(
            f'coalesce(bool_or(k."{column}"::text is distinct from a."{column}"::text), false)'
            for column in self._columns
        )
        found = self._sql(
            f"select {differs} from {self._kept} k join {self._after} a on {self._same('k', 'a')}")
        changed = [c for c, is_so in zip(self._columns, found.split("\t"), strict=True)
                   if is_so == "t"]
        values = ", ".join(
            f'k."{column}"' if column in changed
            # What the bank changed since remains.
            else f'case when t.ctid is null then k."{column}" else t."{column}" end'
            for column in self._columns
        )
        columns = ", ".join(f'"{column}"' for column in self._columns)
        return (
            f"create table kept.merged as select {values}"
            f" from {self._kept} k left join bank.{self.table} t on {self._same('k', 't')};"
            f"delete from bank.{self.table} t where"
            f" exists (select from {self._kept} k where {self._same('k', 't')})"
            f" or exists (select from {self._after} k where {self._same('k', 't')});"
            f"insert into bank.{self.table} ({columns}) overriding system value"
            f" select * from kept.merged;"
            "drop table kept.merged;"
        )


class Attacker:
    """A superuser of the database whom no trigger hinders. `sql` runs statements as such."""

    def __init__(self, sql):
        self._sql = sql
        self._tables = set(sql(
            "select relname from pg_class where relnamespace = 'bank'::regnamespace"
            " and relkind = 'r'").split("\n"))

    def change(self, text):
        """The guards of the tables that the text names are as before afterwards."""
        tables = sorted(set(re.findall(r"\bbank\.(\w+)", text)) & self._tables)
        self._sql(UNHINDERED + without_guards(text, *tables) if tables else text)

    def attack(self, attack, names):
        """Runs it; returns what undoes it."""
        if attack.undo:
            self._sql(attack.sql.format(**names))
            return lambda: self._sql(attack.undo.format(**names))
        self._sql("drop schema if exists kept cascade; create schema kept")
        rows = [Rows(self._sql, number, selection.format(**names))
                for number, selection in enumerate(attack.rows)]
        self.change(
            "".join(one.keep() for one in rows)
            + attack.sql.format(**names) + ";"
            + "".join(one.look() for one in rows)
        )

        def undo():
            self.change("".join(one.put_back() for one in rows))
            self._sql("drop schema kept cascade")

        return undo
