#!/usr/bin/env python3
"""Each check finds the mistake planted for it, and nothing in a tree without one."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import check_foreign_words
import check_layers
import check_monitoring
import check_sentences
import check_shell
import check_sizes
import check_roles
import check_words
import check_worst_cases

CODES = 'BANK_CODE(1, posted, done, "x")\nBANK_CODE(2, refused_word, refused, "x")\n'
METRICS = 'BANK_METRIC(waits, gauge, one, core, state, none, none, "x")\n'
LABELS = 'case Label::none: return "";\ncase Label::state: return "state";\n'
RULES = """groups:
  - name: a
    rules:
      - alert: Waits
        expr: sum by (state) (bankd_waits{state="x"}) > 1
        labels: {severity: warning}
        annotations: {summary: It waits., description: Look.}
"""
RULE_TESTS = """tests:
  - alert_rule_test:
      - {alertname: Waits, eval_time: 1m}
      - {alertname: Waits, eval_time: 1m, exp_alerts: [{exp_labels: {state: x}}]}
"""
DASHBOARD = """{"title": "a", "uid": "a", "schemaVersion": 1, "templating": {}, "panels": [
  {"id": 1, "type": "stat", "title": "p", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 4},
   "targets": [{"expr": "bankd_waits"}]},
  {"id": 2, "type": "stat", "title": "q", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 4},
   "targets": [{"expr": "bankd_waits"}]}]}
"""
ACTIONS = 'BANK_AUDIT_ACTION(login, "id", 6, "x")\n'
GLOSSARY = """# Glossary

The table names the words that nobody writes.

## Words to avoid

| avoid | where | instead |
|---|---|---|
| mend, mended | everywhere | fix |
| at present | everywhere | now |
| refused | web client | declined |
"""
# One text of each kind, without a word to avoid; "@" marks where one is planted, on line 2.
TEXTS = {
    "README.md": "# A\nIt is @ here.\n",
    "CHANGELOG.md": "# A\nIt is @ here.\n",
    "tests/README.md": "# A\nIt is @ here.\n",
    "tests/bench/README.md": "# A\nIt is @ here.\n",
    "core/sql/README.md": "# A\nIt is @ here.\n",
    "config/conf.d/README": "A\nIt is @ here.\n",
    "packaging/man/a.7.scd": "# A\n*It* is @ here.\n",
    "packaging/doc/guide.md": "# A\n- It is @ here.\n",
    "packaging/doc/glossary.md": "# A\nIt is @ here.\n" + GLOSSARY,
    "plugins/web/src/text/en.ts": 'export const en = {\n  a: "@",\n};\n',
    "plugins/web/src/text/problems_en.ts": "export const a = {\n  b: (c) => `${c} is @`,\n};\n",
    "core/audit/actions.def": "\n" + ACTIONS.replace('"x"', '"It is @."'),
    "core/verify/findings.def": '\nBANK_FINDING(a, "Do @ it.")\n',
    "plugins/rest/openapi.json": '{"components": {"schemas": {"Code": {"enum": ["refused_word"],\n'
    '"description": "It is @."\n}}}}\n',
    "plugins/bankctl/a.cpp": 'auto a = "It is "  // why\n"@ here";\n',
    "daemon/a.cpp": 'char const* a = R"(\nIt is @ here)";\n',
    "core/base/a.cpp": '\nauto a = "One, two:\\n@";\n',
    "plugins/rest/a.hpp": "\nauto a = '\"'; auto b = \"It is @ here\"; auto c = 1'000;\n",
}
# Texts in which a clause is the subject of a sentence, with its first words and line.
CLAUSES = [
    ("README.md", "What rules the database can rewrite it.\n", "What rules", 1),
    ("README.md", "It works.\nWho has the file can\nverify it.\n", "Who has", 2),
    ("README.md", "It works. Whoever has the file can verify it.\n", "Whoever has", 1),
    ("README.md", "It\nworks. What\nis lost is reported.\n", "What is", 2),
    ("README.md", "- One:\n- What is lost is reported\n", "What is", 2),
    ("README.md", "1. Whatever changes, `a` remains.\n", "Whatever changes", 1),
    ("README.md", "| a | b |\n|---|---|\n| one | It. What is lost is reported. |\n", "What is", 3),
    ("README.md", "**Note.** *What is lost* is reported.\n", "What is", 1),
    ("README.md", "## A\nWhat is lost is reported.\n", "What is", 2),
    ("README.md", "Is it? What is lost is reported.\n", "What is", 1),
    ("README.md", "That the bank waits explains it.\n", "That the", 1),
    ("CHANGELOG.md", "- That it waits explains it.\n", "That it", 1),
    ("packaging/doc/guide.md", "What is lost is reported.\n", "What is", 1),
    ("packaging/man/a.7.scd", "|  401\n:  What is lost is reported.\n", "What is", 2),
    ("plugins/web/src/text/en.ts", "\nexport const a = `${b}. What you see.`;\n", "What you", 2),
    ("plugins/bankctl/a.cpp", 'auto a = "What must "\n"remain there.";\n', "What must", 1),
    ("daemon/a.cpp", '\nauto a = R"(It works.\nWhoever has it waits.)";\n', "Whoever has", 3),
    ("core/audit/actions.def", '\nBANK_ACTION(a, "What was done.")\n', "What was", 2),
    ("plugins/rest/openapi.json", '{\n"summary": "Who asks is told."\n}\n', "Who asks", 2),
]
NO_CLAUSES = [
    "What went wrong? Who did what, and when?\nSee the log.\n",
    "- *What is lost?* Nothing.\n",
    "| What is lost? | nothing |\n",
    "## What is measured\n\nTransfers.\n\n# Who comes\nPeople.\n",
    "That suits a trial. That is all, and that one suffices.\n",
    "It shows what is lost. Anyone who has the file can verify it.\n",
    "It works,\nWhat is lost notwithstanding.\n",
    "| *What to do* | Whose it is. |\n",
    "`What is lost` is a title. Whatsoever.\n",
    "```text\nWhat is lost is reported.\n```\n\n    What is lost is reported.\n",
]
NO_CLAUSES_IN_STRINGS = {
    "plugins/web/src/text/en.ts": '// What is lost.\nexport const a = { b: "What is lost?" };\n',
    "daemon/a.cpp": '// What is lost is reported.\nauto a = "It shows what is lost.";\n',
    "plugins/rest/a.cpp": 'auto a = "What to do about it.";\n',
}
# Places where the same word is not a text for people, or is written as code.
NO_TEXTS = {
    "README.md": "It is `mend`,\nand `it is\nmend` too.\n\n    mend\n\n```sh\nmend\n```\n",
    "plugins/web/src/text/en.ts": "// mend\nexport const mend = `${mend}`;\n",
    "plugins/rest/openapi.json": '{"components": {"schemas": {"Code": {"enum": ["refused_word"],\n'
    '"mend": "mend",\n"description": "It is `mend`, amended."}}}}\n',
    "daemon/a.cpp": '// It is mend here.\nauto a = "mend it";  /* mend\nit now */\n',
    "core/base/a.cpp": 'auto a = "select mend from bank.a";\nauto b = "do" + mend + "it now";\n',
    "plugins/rest/a.cpp": 'auto a = "It is refused here.";\n',
    "tests/unit/a.cpp": 'auto a = "It is mend here.";\n',
}


class Planted(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.root = self.directory.name

    def plant(self, path, text):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    def plant_registries(self):
        self.plant("core/base/codes.def", CODES)
        self.plant("core/audit/actions.def", ACTIONS)
        self.plant(check_words.GLOSSARY, GLOSSARY)

    # Layers: (where, what it includes, whether it may).
    LAYERS = [
        ("core/base/a.cpp", '"core/base/b.hpp"', True),
        ("core/base/a.cpp", '"core/money/money.hpp"', False),
        ("core/crypto/a.cpp", '"core/base/b.hpp"', True),
        ("core/crypto/a.cpp", '"core/api/users.hpp"', False),
        ("core/ledger/a.cpp", '"core/api/transfers.hpp"', True),
        ("core/ledger/a.cpp", '"core/operations/bank_api.hpp"', False),
        ("core/ledger/a.cpp", '"core/postgres/database.hpp"', False),
        ("core/service/a.cpp", '"core/operations/bank_api.hpp"', True),
        ("core/service/a.cpp", '"core/postgres/database.hpp"', False),
        ("core/service/a.cpp", '"daemon/host/host.hpp"', False),
        ("plugins/rest/routes/a.cpp", '"core/operations/bank_api.hpp"', True),
        ("plugins/rest/a.cpp", '"core/service/bank.hpp"', False),
        ("plugins/rest/a.cpp", '"plugins/admin/server.hpp"', False),
        ("plugins/admin/a.cpp", '"plugins/admin/wire/frame.hpp"', True),
        ("plugins/admin/a.cpp", '"plugins/bankctl/table.hpp"', False),
        ("plugins/bankctl/a.cpp", '"plugins/admin/wire/frame.hpp"', True),
        ("plugins/bankctl/a.cpp", '"plugins/admin/server.hpp"', False),
        ("plugins/bankctl/a.cpp", '"core/service/bank.hpp"', False),
        ("daemon/a.cpp", '"core/postgres/database.hpp"', True),
        ("daemon/a.cpp", '"plugins/rest/server.hpp"', False),
        ("tests/unit/a.cpp", '"plugins/rest/server.hpp"', True),
        ("core/postgres/a.cpp", '"core/postgres/client/pool.hpp"', True),
        ("core/postgres/schema/a.cpp", '"core/postgres/client/pool.hpp"', True),
        ("core/postgres/client/a.cpp", '"core/postgres/schema/schema.hpp"', False),
        ("core/postgres/client/a.cpp", '"core/postgres/database.hpp"', False),
        ("core/postgres/client/a.cpp", '"core/ledger/lane_store.hpp"', False),
        ("core/postgres/client/a.cpp", "<libpq-fe.h>", True),
        ("core/postgres/client/a.cpp", "<Poco/Data/Session.h>", True),
        ("core/postgres/a.cpp", "<libpq-fe.h>", False),
        ("core/postgres/a.cpp", "<Poco/Data/Session.h>", False),
        ("core/service/a.cpp", "<libpq-fe.h>", False),
        ("core/service/a.cpp", "<Poco/Data/Session.h>", False),
        ("core/crypto/a.cpp", "<crypt.h>", True),
        ("core/crypto/a.cpp", "<Poco/Crypto/ECKey.h>", True),
        ("core/access/a.cpp", "<Poco/Crypto/ECKey.h>", False),
        ("core/access/a.cpp", "<openssl/evp.h>", False),
        ("plugins/rest/http/a.cpp", "<openssl/ssl.h>", True),
        ("plugins/rest/routes/a.cpp", "<openssl/ssl.h>", False),
        ("plugins/rest/json/a.cpp", "<Poco/Net/StreamSocket.h>", False),
        ("plugins/rest/json/a.cpp", "<simdjson.h>", True),
        ("plugins/rest/http/a.cpp", "<simdjson.h>", False),
        ("plugins/admin/a.cpp", "<boost/asio.hpp>", True),
        ("core/service/a.cpp", "<boost/asio.hpp>", False),
        ("core/service/a.cpp", "<simdjson.h>", False),
        ("core/base/a.cpp", "<spdlog/spdlog.h>", False),
        ("daemon/os/a.cpp", "<systemd/sd-daemon.h>", True),
        ("daemon/config/a.cpp", "<systemd/sd-daemon.h>", False),
        ("core/ledger/a.cpp", '"core/access/acting.hpp"', True),
        ("core/ledger/a.cpp", '"core/access/authenticator.hpp"', False),
        ("plugins/rest/http/a.cpp", '"plugins/rest/json/problem.hpp"', False),
        ("plugins/rest/json/a.cpp", '"plugins/rest/http/response.hpp"', True),
        ("plugins/rest/json/a.cpp", '"plugins/rest/routes/call.hpp"', False),
        ("plugins/rest/json/a.cpp", '"core/operations/bank_api.hpp"', False),
        ("plugins/rest/pages/a.cpp", '"plugins/rest/batch/batch.hpp"', False),
        ("plugins/rest/batch/a.cpp", '"plugins/rest/pages/static_files.hpp"', False),
        ("plugins/rest/routes/a.cpp", '"plugins/rest/pages/static_files.hpp"', True),
        ("plugins/rest/routes/a.cpp", '"plugins/rest/server.hpp"', False),
        ("daemon/os/a.cpp", '"daemon/config/config.hpp"', False),
        ("daemon/evidence/a.cpp", '"daemon/config/config.hpp"', False),
        ("daemon/config/a.cpp", '"daemon/host/host.hpp"', False),
        ("daemon/host/a.cpp", '"daemon/config/config.hpp"', True),
        ("daemon/host/a.cpp", '"daemon/keys.hpp"', False),
        ("daemon/a.cpp", '"daemon/host/host.hpp"', True),
        ("tests/unit/rest/a.cpp", '"plugins/rest/json/problem.hpp"', True),
        ("tests/unit/daemon/a.cpp", '"daemon/os/process.hpp"', True),
        ("core/unheard/a.cpp", "<vector>", False),
    ]

    def test_layers(self):
        for path, header, is_allowed in self.LAYERS:
            with self.subTest(path=path, header=header):
                self.plant(path, f"#pragma once\n#include {header}\n")
                self.assertEqual(check_layers.check(self.root) == [], is_allowed)
                os.remove(os.path.join(self.root, path))

    def test_sizes(self):
        self.plant("core/a.cpp", "x" * 100 + "\n" + "y\n" * 599)
        self.assertEqual(check_sizes.check(self.root), [])
        for text in ("x" * 101, "y\n" * 601, "x \n", "\tx\n"):
            with self.subTest(text=text[:5]):
                self.plant("core/a.cpp", text)
                self.assertEqual(len(check_sizes.check(self.root)), 1)

    def test_foreign_words(self):
        self.plant("a.md", "See /etc/bankd and network/home/index.\n")
        self.assertEqual(check_foreign_words.check(self.root), [])
        for text in (
            "cd " + "/wor" + "k/main",
            "-----BEGIN " + "PRIVATE KEY-----",
            "<" * 7 + " HEAD",
        ):
            with self.subTest(text=text):
                self.plant("a.md", text + "\n")
                self.assertEqual(len(check_foreign_words.check(self.root)), 1)
        self.plant("a.md", "")
        self.plant("x/package-lock.json", '{"resolved": "https://registry.example/x.tgz"}')
        self.assertEqual(len(check_foreign_words.check(self.root)), 1)

    def test_shell(self):
        self.plant("run", "#!/usr/bin/env bash\nif true; then echo; fi\n")
        self.assertEqual(check_shell.check(self.root), [])
        self.plant("run", "#!/usr/bin/env bash\nif true; then echo\n")
        self.assertTrue(check_shell.check(self.root))

    def test_words(self):
        good_sql = "create type bank.transfer_status as enum ('posted', 'refused_word');\n"
        good_openapi = (
            '{"components": {"schemas": {"Problem": {"properties":'
            ' {"code": {"enum": ["refused_word"]}}}}}}'
        )
        self.plant_registries()
        self.plant("core/sql/0001-x.sql", good_sql)
        self.plant("plugins/rest/openapi.json", good_openapi)
        self.assertEqual(check_words.check(self.root), [])
        for path, text in (
            ("core/sql/0001-x.sql", good_sql.replace("refused_word", "refused_wort")),
            ("core/sql/0001-x.sql", good_sql + "alter type bank.transfer_status add value 'x';\n"),
            ("plugins/rest/openapi.json", good_openapi.replace("refused_word", "other")),
            ("plugins/rest/openapi.json", '{"components": {"schemas": {}}}'),
            ("core/base/codes.def", CODES.replace("(2,", "(1,")),
        ):
            with self.subTest(path=path, text=text[-40:]):
                self.plant(path, text)
                self.assertEqual(len(check_words.check(self.root)), 1)
                self.plant_registries()
                self.plant("core/sql/0001-x.sql", good_sql)
                self.plant("plugins/rest/openapi.json", good_openapi)

    def test_role_matrix_of_the_guide(self):
        row = 'BANK_PERMISSION(look, own, any, any, none, normal, "See it.")\n'
        good = check_roles.HEAD + "| `look` | own | any | any | no | See it. |\n"
        self.plant(check_roles.PERMISSIONS, row)
        for text, findings in ((good, 0), (good.replace("own", "any"), 1), ("no table", 1)):
            with self.subTest(text=text):
                self.plant(check_roles.GUIDE, text)
                self.assertEqual(len(check_roles.check(self.root)), findings)

    def test_worst_cases_of_the_functions_of_the_daemon(self):
        privileges = """-- grant execute on function bank.commented() to bankd;
grant execute on function
    bank.first(bigint, text),
    bank.second()
    to bankd;
grant execute on function bank.read(bank.role) to bank_customer, bank_teller;
do $$ begin
    for f in values ('bank.pin(bank.caller, bigint)', 'look') loop
        execute format('grant execute on function %s to %s', f.signature, f.roles);
    end loop;
end $$;
"""
        functions = """create function bank.look(caller bank.caller, n bigint) returns text
language sql volatile security definer
as $$ select 'x' $$;
create function bank.other(
    caller bank.caller
) returns text
language sql volatile
as $$ select 'security definer' $$;
create function bank.unheard(caller bank.caller) returns text language sql security definer
as $$ select 'x' $$;
"""
        permissions = "".join(
            f'BANK_PERMISSION({name}, own, any, any, none, normal, "x")\n'
            for name in ("look", "other")
        )
        rows = [
            "| `first`, `second` | it is lost | nothing |\n",
            "| `read` | none | it reads |\n",
            "| `pin`, `look` | it is seen | a session |\n",
        ]
        head = check_worst_cases.HEAD
        good = f"{head}{rows[0]}\nThen:\n\n{head}{rows[1]}{rows[2]}"
        self.plant(check_worst_cases.PRIVILEGES, privileges)
        self.plant(check_worst_cases.PERMISSIONS, permissions)
        self.plant("core/sql/functions/a.sql", functions)
        for text, findings in (
            (good, 0),
            ("no table", 1),
            (good.replace("`first`, ", ""), 1),
            (good.replace(", `look`", ""), 1),
            (good.replace("`read`", "`other`"), 2),
            (good.replace("`read`", "`read`, `pin`"), 1),
            (good.replace("it is lost", ""), 3),
            (good.replace("| nothing |", "| |"), 3),
        ):
            with self.subTest(text=text):
                self.plant(check_worst_cases.MODEL, text)
                self.assertEqual(len(check_worst_cases.check(self.root)), findings)

    def plant_clean_texts(self):
        self.plant_registries()
        for path, text in TEXTS.items():
            self.plant(path, text.replace("@", "good"))

    def test_words_to_avoid_are_found_in_each_text(self):
        self.plant_clean_texts()
        self.assertEqual(check_words.check(self.root), [])
        for path, text in TEXTS.items():
            for word, instead in (("Mended", "fix"), ("at  present", "now")):
                with self.subTest(path=path, word=word):
                    self.plant(path, text.replace("@", word))
                    self.assertEqual(
                        check_words.check(self.root), [f'{path}:2: "{word}"; say: {instead}']
                    )
            self.plant(path, text.replace("@", "good"))
        web = "plugins/web/src/text/en.ts"
        self.plant(web, TEXTS[web].replace("@", "Refused"))
        self.assertEqual(check_words.check(self.root), [f'{web}:2: "Refused"; say: declined'])
        self.plant("README.md", "It is at\npresent.\n")
        self.assertEqual(len(check_words.check(self.root)), 2)

    def test_words_to_avoid_may_be_code(self):
        self.plant_clean_texts()
        for path, text in NO_TEXTS.items():
            with self.subTest(path=path):
                self.plant(path, text)
                self.assertEqual(check_words.check(self.root), [])

    def test_no_clause_is_the_subject_of_a_sentence(self):
        for path, text, first, line in CLAUSES:
            with self.subTest(text=text):
                self.plant(path, text)
                self.assertEqual(
                    check_sentences.check(self.root),
                    [f'{path}:{line}: "{first} ..." is a clause; begin with its noun'],
                )
                self.plant(path, "")
        for text in NO_CLAUSES:
            with self.subTest(text=text):
                self.plant("README.md", text)
                self.assertEqual(check_sentences.check(self.root), [])
        self.plant("README.md", "")
        for path, text in NO_CLAUSES_IN_STRINGS.items():
            with self.subTest(path=path):
                self.plant(path, text)
                self.assertEqual(check_sentences.check(self.root), [])

    def test_the_table_of_words_to_avoid(self):
        self.plant_clean_texts()
        for text, finding in (
            ("# Glossary\n", "no table of words to avoid"),
            (GLOSSARY.replace("web client", "elsewhere"), "which is no place"),
        ):
            with self.subTest(finding=finding):
                self.plant(check_words.GLOSSARY, text)
                findings = check_words.check(self.root)
                self.assertEqual(len(findings), 1)
                self.assertIn(finding, findings[0])

    def test_monitoring(self):
        good = {
            check_monitoring.METRICS: METRICS,
            check_monitoring.LABELS: LABELS,
            check_monitoring.RULES: RULES,
            check_monitoring.RULE_TESTS: RULE_TESTS,
            check_monitoring.DASHBOARD: DASHBOARD,
        }
        for path, text in good.items():
            self.plant(path, text)
        self.assertEqual(check_monitoring.check(self.root), [])
        more = METRICS + 'BANK_METRIC(more, gauge, one, core, none, none, none, "x")\n'
        for path, text in (
            (check_monitoring.METRICS, more),
            (check_monitoring.RULES, RULES.replace("bankd_waits{", "bankd_wait{")),
            (check_monitoring.RULES, RULES.replace('{state="x"}', '{place="x"}')),
            (check_monitoring.RULES, RULES.replace("by (state)", "by (place)")),
            (check_monitoring.RULES, RULES.replace("warning", "loud")),
            (check_monitoring.RULES, RULES.replace("description: Look.", "")),
            (check_monitoring.RULE_TESTS, RULE_TESTS.replace("exp_alerts", "other")),
            (check_monitoring.DASHBOARD, DASHBOARD.replace('bankd_waits"}]}]}', 'bankd_x"}]}]}')),
            (check_monitoring.DASHBOARD, DASHBOARD.replace('"x": 12', '"x": 11')),
            (check_monitoring.DASHBOARD, DASHBOARD.replace('"id": 2', '"id": 1')),
        ):
            with self.subTest(path=path, text=text[-40:]):
                self.plant(path, text)
                self.assertNotEqual(check_monitoring.check(self.root), [])
                self.plant(path, good[path])


if __name__ == "__main__":
    unittest.main(verbosity=2)
