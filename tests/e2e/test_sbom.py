#!/usr/bin/env python3
"""The bills of materials list the programs' components, in the versions that dpkg reports."""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import ROOT, runner
from support.bank import BUILD

MATERIALS = os.path.join(BUILD, "packaging", "sbom")
PROGRAMS = {
    "bankd": ("bin/bankd", "plugins/bankd-admin.so"),
    "bankd-plugin-rest": ("plugins/bankd-rest.so",),
    "bankctl": ("bin/bankctl", "bin/bankd-verify"),
}
# Header-only libraries: not linked, but compiled in.
COMPILED_IN = {
    "bankd": {"libboost1.74-dev", "libspdlog-dev", "libstdc++-12-dev"},
    "bankd-plugin-rest": {"libboost1.74-dev", "libstdc++-12-dev"},
    "bankctl": {"libboost1.74-dev", "libstdc++-12-dev"},
}


def bill_of(package):
    with open(os.path.join(MATERIALS, package + ".cdx.json"), encoding="utf-8") as file:
        return json.load(file)


def ways_of(component):
    return {each["value"] for each in component["properties"] if each["name"] == "bankd:way"}


def parts_of(purl):
    """(type, name, version, qualifiers) of a package URL."""
    found = re.fullmatch(r"pkg:([a-z]+)/([^@?#]+)@([^@?#]+)(?:\?([^#]+))?(?:#(.+))?", purl)
    qualifiers = dict(pair.split("=", 1) for pair in (found[4] or "").split("&") if pair)
    unquote = urllib.parse.unquote
    return found[1], unquote(found[2]), unquote(found[3]), qualifiers


def mapped_owners(programs):
    """The packages of all libraries that the loader maps for the programs."""
    owners = set()
    for program in programs:
        traced = subprocess.run(["ldd", os.path.join(BUILD, program)],
                                capture_output=True, text=True, check=True).stdout
        paths = re.findall(r"(/\S+) \(0x", traced)
        # dpkg may list a file below /lib or below /usr/lib.
        spellings = {each: path for path in paths
                     for each in (path, os.path.realpath(path), "/usr" + path)}
        done = subprocess.run(["dpkg-query", "-S", *spellings],
                              capture_output=True, text=True, check=False)
        found = dict(reversed(line.split(": ")) for line in done.stdout.splitlines())
        if {spellings[each] for each in found} != set(paths):
            raise AssertionError(f"not all of {paths} are in packages: {done.stderr}")
        owners |= {owner.split(":")[0] for owner in found.values()}
    return owners


def known_to_dpkg(components):
    """{name:architecture: (version, source@version)} of the installed packages."""
    names = [f"{each['name']}:{parts_of(each['purl'])[3]['arch']}" for each in components]
    fields = "${Package}:${Architecture}\t${Version}\t${source:Package}@${source:Version}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", fields, *names],
                          capture_output=True, text=True, check=True)
    return {name: rest for name, *rest in (line.split("\t") for line in done.stdout.splitlines())}


class BillOfMaterialsTest(unittest.TestCase):
    def each(self):
        for package in PROGRAMS:
            with self.subTest(package=package):
                yield package, bill_of(package)

    def test_it_is_cyclonedx_and_says_what_it_is_about(self):
        for package, bill in self.each():
            self.assertEqual(bill["bomFormat"], "CycloneDX")
            self.assertEqual(bill["specVersion"], "1.5")
            self.assertEqual(bill["version"], 1)
            self.assertRegex(bill["serialNumber"],
                             r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
            self.assertEqual(bill["metadata"]["component"]["name"], package)
            said = subprocess.run([os.path.join(BUILD, "bin", "bankd"), "--version"],
                                  capture_output=True, text=True, check=True).stdout
            self.assertIn(bill["metadata"]["component"]["version"], said)

    def test_components_are_whole_and_each_stands_once(self):
        for _, bill in self.each():
            references = [component["bom-ref"] for component in bill["components"]]
            self.assertEqual(len(references), len(set(references)))
            for component in bill["components"]:
                kind, name, version, _ = parts_of(component["purl"])
                self.assertIn(component["type"], ("library", "application"))
                self.assertEqual(version, component["version"])
                self.assertTrue(ways_of(component))
                if kind != "generic":
                    self.assertEqual(name.removeprefix("debian/"), component["name"])

    def test_dependencies_lead_from_the_package_to_every_component(self):
        for package, bill in self.each():
            needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
            reached, waiting = set(), [bill["metadata"]["component"]["bom-ref"]]
            while waiting:
                reference = waiting.pop()
                if reference not in reached:
                    reached.add(reference)
                    waiting += needs[reference]
            components = {component["bom-ref"] for component in bill["components"]}
            self.assertEqual(reached, components | {package})
            self.assertEqual(set(needs), components | {package})

    def test_versions_are_those_of_dpkg(self):
        for _, bill in self.each():
            from_debian = [each for each in bill["components"]
                           if each["purl"].startswith("pkg:deb/")]
            self.assertGreater(len(from_debian), 5)
            installed = known_to_dpkg(from_debian)
            for component in from_debian:
                _, _, _, qualifiers = parts_of(component["purl"])
                version, source = installed[f"{component['name']}:{qualifiers['arch']}"]
                self.assertEqual(component["version"], version)
                upstream = urllib.parse.unquote(qualifiers.get("upstream", ""))
                self.assertEqual(upstream or f"{component['name']}@{version}", source)

    def test_linked_are_exactly_the_libraries_that_the_loader_maps(self):
        for package, bill in self.each():
            linked = {each["name"] for each in bill["components"] if "linked" in ways_of(each)}
            self.assertEqual(linked, mapped_owners(PROGRAMS[package]))

    def test_what_is_compiled_in_is_named_although_nothing_links_it(self):
        for package, bill in self.each():
            compiled = {each["name"] for each in bill["components"]
                        if "compiled in" in ways_of(each)}
            self.assertLessEqual(COMPILED_IN[package], compiled)
            # The tests' own libraries are not part of a program.
            self.assertFalse({name for name in compiled if "gtest" in name or "gmock" in name})

    def test_what_npm_brought_is_named_where_it_is_bundled(self):
        for package, folder, built in (
            ("bankd-plugin-rest", "plugins/rest/docs", "docs/swagger-ui-bundle.js"),
            ("bankd-web", "plugins/web", "web/index.html"),
        ):
            if not os.path.exists(os.path.join(BUILD, built)):
                self.assertFalse(shutil.which("npm"), f"{built} was not built")
                continue
            with self.subTest(package=package):
                lock_file = os.path.join(ROOT, folder, "package-lock.json")
                with open(lock_file, encoding="utf-8") as file:
                    locked = json.load(file)["packages"]
                bundled = [each for each in bill_of(package)["components"]
                           if "bundled" in ways_of(each)]
                self.assertEqual(
                    {(each["name"], each["version"]) for each in bundled},
                    {(path.rsplit("node_modules/")[-1], each["version"])
                     for path, each in locked.items() if path and not each.get("dev")})
                for component in bundled:
                    self.assertEqual(component["hashes"][0]["alg"], "SHA-512")
                    self.assertRegex(component["hashes"][0]["content"], r"^[0-9a-f]{128}$")

    def test_the_same_build_gives_the_same_bytes(self):
        command = [os.path.join(ROOT, "packaging", "sbom", "make_sbom"), "--package", "bankctl",
                   "--version", "1", "--build", BUILD, "--source", ROOT, *PROGRAMS["bankctl"]]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
        both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
                for _ in range(2)]
        first, second = (one.communicate()[0] for one in both)
        self.assertEqual([one.returncode for one in both], [0, 0])
        self.assertEqual(first, second)
        self.assertEqual(json.loads(first)["metadata"]["timestamp"], "2023-11-14T22:13:20Z")


if __name__ == "__main__":
    runner.main()
