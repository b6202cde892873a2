# SPDX-License-Identifier: MIT
"""
The schemas that editors read say of a file what the binder says: each shipped file fits both, and of
some thousand mutations each is refused by both or by neither. What no schema can say is listed by
name, and how often it was met.
"""
import collections
import copy
import json
import os
import random
import re
import subprocess

import jsonschema
import pytest
import yaml

from rules.loader import ROOT, copy_rules, wandle_of
from rules.mutations import (
    RULE_TESTS, WRITINGS, Yaml12, at, mutate, places, sample, shipped, written_plainly)

SCHEMAS = ROOT / "packaging/schema"
FILES = ("agencies", "officers", "desk", "bank-holidays", "routing", "form", "wandle", "rule-tests")
MUTATIONS = int(os.environ.get("WANDLE_MUTATIONS", 300))  # of each file
SEED = os.environ.get("WANDLE_SEED", "wandle")

# What the binder refuses and no schema can: what it says then, and why a schema cannot.
BEYOND = {
    "twice": (r"stands already in|is already the rule in line|already (?:stands for|the name of)|"
        r"is already the name of|is also the label|stands for two sections|a second section about|"
        r"each needs a block of its own|must be another (?:folder|key)", "two entries share a name"),
    "own file": (r"(?:out_of_hours|never_with) \".*\" is no other agency|block: unknown word|"
        r"(?:narrative|attachments|other-children|source-identity|confidential-address): unknown word",
        "a word of this very file: it may have been added a line above"),
    "compared": (r"no value is all of this at once|is after known_until|is longer than retry|is later than retry|"
        r"does not agree with|expected .*, here stands \".* to .*\"", "two values are compared"),
    "last": (r"urgency: .* (?:must have|has) no conditions", "the last of a list, and it alone"),
    "spelling": (r"here stands \"-?[0-9]+\.0\"|unknown word \"[0-9]+\.0\"|there is no .* \"[0-9]+\.0\"",
        "3.0 is 3 for editors"),
    "bytes": (r"is longer than|at most \d+ bytes|is \d+ bytes long", "letters are counted, and not their bytes"),
    "signs": (r"has no letter (?:and no|or) digit", "every sign of every script"),
}
# The most of each that 300 mutations may meet: of the form, which is no shipped one, what they do meet.
MOST = {
    "agencies": {"twice": 6, "own file": 4},
    "officers": {"twice": 14},
    "desk": {"twice": 16},
    "routing": {"spelling": 6, "twice": 3, "compared": 3, "last": 3},
    "form": {"own file": 43, "twice": 7, "spelling": 1},
    "wandle": {"bytes": 3},  # where the name of the test's own folder is long
    "rule-tests": {"spelling": 5, "compared": 3},
}
# One example of each: file, what is changed, and how.
EXAMPLES = [
    ("twice", "officers", ("officers", 1), lambda old: copy.deepcopy(sample("officers")["officers"][0])),
    ("twice", "routing", ("send", 1, "id"), lambda old: "mash"),
    ("twice", "form", ("sections", 0, "fields", 1, "label"), lambda old: "Level"),
    ("own file", "agencies", ("agencies", 0, "out_of_hours"), lambda old: "zzz"),
    ("own file", "form", ("sections", 0, "fields", 0, "block"), lambda old: "zzz"),
    ("own file", "form", ("purposes", "narrative"), lambda old: "zzz"),
    ("compared", "routing", ("send", -1, "when", "child.age", "from"), lambda old: 19),
    ("compared", "bank-holidays", ("known_until",), lambda old: "2000-01-01"),
    ("compared", "rule-tests", ("tests", -2, "given", "child.birth"), lambda old: "2014-12-31 to 2014-01-01"),
    ("compared", "rule-tests", ("tests", -2, "given", "child.age"), lambda old: 3),
    ("last", "routing", ("urgency", -1, "when"), lambda old: {"level_of_need": 2}),
    ("spelling", "routing", ("send", -1, "when", "child.age", "from"), lambda old: 2.0),
    ("bytes", "agencies", ("agencies", 0, "about"), lambda old: "é" * 200),
    ("signs", "routing", ("send", -1, "when", "reporter.team"), lambda old: "\u0f3a"),
]


def program():
    return ROOT / os.environ.get("WANDLE_BUILD", "build") / "gateway/wandle"


def write_schemas(rules, into):
    subprocess.run([program(), "rules", "schema", "--into", into, rules], check=True, stdout=subprocess.DEVNULL)
    return into


def validator(folder, name):
    folder = SCHEMAS if name == "wandle" else folder
    schema = json.loads((folder / f"{name}.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


class Binder:
    """Says whether the binder takes a file, among the shipped others."""

    def __init__(self, loader, folder, name):
        self._loader = loader
        self._folder = copy_rules(folder / "rules")
        self._path = (folder if name in ("wandle", "rule-tests") else self._folder) / f"{name}.yaml"
        self._asked = {"wandle": ("settings", self._path), "rule-tests": ("tests", self._folder, self._path)}.get(
            name, ("rules", self._folder))
        self.turned = 0  # trees that are taken in one way of writing only

    def faults(self, text):
        self._path.write_text(text)
        return [fault for fault in self._loader.faults(*self._asked) if fault.startswith(self._path.name + ":")]

    def faults_however_written(self, tree, *ways):
        """None where it can be written so that it is taken; quotes are nothing a schema sees."""
        found = []
        for way in ways:
            found.append(self.faults(way(tree)))
            if not found[-1]:
                self.turned += len(found) > 1
                return []
        return min(found, key=len)


@pytest.fixture(scope="module")
def schemas(tmp_path_factory):
    """Those of the shipped rules with few areas, which the binder is asked about too."""
    folder = tmp_path_factory.mktemp("schemas")
    return write_schemas(copy_rules(folder / "rules"), folder / "schema")


def errors(check, tree):
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in check.iter_errors(tree)]


def kinds_of(faults):
    """The name of what each fault is about, None for one that a schema should know."""
    return {next((kind for kind, (words, _) in BEYOND.items() if re.search(words, fault)), None) for fault in faults}


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_file_fits_schema_and_binder(loader, schemas, tmp_path, name):
    assert not errors(validator(ROOT / "rules/schema", name), yaml.load(shipped(name), Yaml12))
    assert not errors(validator(SCHEMAS, name), yaml.load(shipped(name), Yaml12))
    assert not errors(validator(schemas, name), sample(name))
    assert not Binder(loader, tmp_path, name).faults(shipped(name))
    assert not Binder(loader, tmp_path, name).faults(written_plainly(sample(name)))


@pytest.mark.parametrize("name", FILES)
def test_a_mutation_is_refused_by_both_or_by_neither(loader, schemas, tmp_path, name):
    dice, binder, check = random.Random(SEED + name), Binder(loader, tmp_path, name), validator(schemas, name)
    tree, refused, beyond, seen = sample(name), 0, collections.Counter(), 0
    while seen < MUTATIONS:
        changed, path = mutate(tree, dice)
        if changed == tree:
            continue
        seen += 1
        fits = check.is_valid(changed)
        ways = dice.sample(WRITINGS, len(WRITINGS))
        faults = binder.faults_however_written(changed, *(ways if fits else ways[:1]))
        refused += bool(faults)
        if fits == (not faults):
            continue
        said = f"{'/'.join(map(str, path))} is now {json.dumps(at(changed, path) if path else changed)[:200]}"
        assert fits, f"only the schema refuses: {said}: {errors(check, changed)[:2]}"
        kinds = kinds_of(faults)
        assert None not in kinds, f"only the binder refuses: {said}: {faults[:2]}"
        beyond[min(kinds)] += 1
    print(f"{name}: {refused} of {seen} refused, by the binder alone {dict(beyond)}, "
        f"{binder.turned} for their quotes or the lack of them")
    assert refused > MUTATIONS / 4, "most of them change something that matters"
    if (MUTATIONS, SEED) == (300, "wandle"):
        assert not beyond - collections.Counter(MOST.get(name, {})), f"a schema that knows too little: {beyond}"


@pytest.mark.parametrize("kind, name, path, change", EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_what_no_schema_knows(loader, schemas, tmp_path, kind, name, path, change):
    """Each kind is one: the schema takes what the binder refuses, for this reason."""
    tree = sample(name)
    within = at(tree, path[:-1])
    if isinstance(within, list) and path[-1] == len(within):
        within.append(None)
    within[path[-1]] = change(within[path[-1]] if isinstance(within, list) else within.get(path[-1]))
    assert not errors(validator(schemas, name), tree)
    assert kinds_of(Binder(loader, tmp_path, name).faults_however_written(tree, *WRITINGS)) == {kind}


def test_every_kind_has_an_example():
    assert {kind for kind, *_ in EXAMPLES} == set(BEYOND)


@pytest.mark.parametrize("name", FILES)
def test_every_key_that_the_binder_knows_is_in_the_schema(loader, schemas, tmp_path, name):
    """The binder lists the keys of a map beside one that it does not know."""
    binder, check, tree, asked = Binder(loader, tmp_path, name), validator(schemas, name), sample(name), set()
    for path in places(tree):
        if not isinstance(at(tree, path), dict):
            continue
        changed = copy.deepcopy(tree)
        at(changed, path)["qqqqqqqq"] = "zzz"
        known = re.search(r'unknown key "qqqqqqqq": expected one of (.*)', "\n".join(
            binder.faults(json.dumps(changed, indent=1))))
        if not known or known[1] in asked:
            continue
        asked.add(known[1])
        for key in known[1].split(", "):
            changed = copy.deepcopy(tree)
            at(changed, path).setdefault(key, "zzz")
            strange = [error for error in check.iter_errors(changed) if error.validator == "additionalProperties"
                and list(error.absolute_path) == list(path)]
            assert not strange, strange[0].message[:300]
    assert asked


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.name)
def test_each_shipped_file_of_tests_fits(path):
    assert not errors(validator(ROOT / "rules/schema", "rule-tests"), yaml.load(path.read_text(), Yaml12))


@pytest.mark.parametrize("name", FILES)
def test_the_first_line_names_the_schema(name):
    folder = {"wandle": "/usr/share/wandle/schema", "rule-tests": "../schema"}.get(name, "schema")
    for text in [path.read_text() for path in RULE_TESTS] if name == "rule-tests" else [shipped(name)]:
        assert text.splitlines()[0] == f"# yaml-language-server: $schema={folder}/{name}.schema.json"


def test_the_shipped_schemas_are_those_of_the_shipped_rules(tmp_path):
    """Where this fails, `wandle rules schema rules` writes them anew."""
    written = {path.name: path.read_text() for path in write_schemas(ROOT / "rules", tmp_path / "schema").iterdir()}
    assert written == {path.name: path.read_text() for path in (ROOT / "rules/schema").iterdir()}
    assert len(written) == len(FILES) - 1


def test_a_site_has_its_own_words(tmp_path):
    """A field, a choice and an agency of its own are words for editors once the schemas are written anew."""
    rules = copy_rules(tmp_path / "rules")
    run = wandle_of(tmp_path, rules)
    assert run("rules", "schema").stdout == f"7 schemas are in {rules}/schema\n"
    assert "is not of these rules" not in run("check").stdout
    form = (rules / "form.yaml").read_text()
    assert form.count("      - name: nature\n") == 1
    (rules / "form.yaml").write_text(form.replace("      - name: nature\n",
        "      - {name: pet, label: Kind of pet, kind: choice, block: concern, in_blank: no,\n"
        "         choices: [{name: 7, label: seven cats}, {name: dog, label: a dog}]}\n      - name: nature\n"))
    agencies = (rules / "agencies.yaml").read_text()
    (rules / "agencies.yaml").write_text(agencies + "\n  - {id: vet, name: Vet, address: vet@vet.example, receives: [concern]}\n")
    rule = {"id": "vet", "why": "Pets", "to": "vet", "when": {"pet": {"any_of": [7, "dog"]}}, "disclose": ["concern"]}
    tree = sample("routing")
    tree["send"].append(rule)
    assert errors(validator(rules / "schema", "routing"), tree)
    assert run("check").stdout.count("is not of these rules") == 3
    run("rules", "schema")
    assert not errors(validator(rules / "schema", "routing"), tree)
    for wrong in ({"when": {"pet": 8}}, {"when": {"pet": {"at_least": 7}}}, {"to": "vets"}, {"disclose": ["report"]}):
        tree["send"][-1] = rule | wrong
        assert errors(validator(rules / "schema", "routing"), tree), wrong


def test_no_schema_is_written_of_words_that_are_wrong(tmp_path):
    rules = copy_rules(tmp_path / "rules")
    (rules / "agencies.yaml").write_text((rules / "agencies.yaml").read_text().replace("receives:", "recieves:"))
    # what is wrong with the rules themselves keeps nobody from help with them
    (rules / "routing.yaml").write_text("send: [{id: one, to: zzz}]\n")
    run = wandle_of(tmp_path, rules)
    said = run("rules", "schema")
    assert said.returncode == 78 and "unknown key" in said.stdout and not (rules / "schema").exists()
    (rules / "agencies.yaml").write_text(shipped("agencies"))
    assert run("rules", "schema").returncode == 0
    assert '"one"' in (rules / "schema/rule-tests.schema.json").read_text()


def test_every_schema_is_installed():
    installed = (ROOT / "meson.build").read_text() + (ROOT / "packaging/meson.build").read_text()
    for path in SCHEMAS.glob("*.json"):
        assert path.name in installed


def test_no_shipped_agency_receives_what_few_should():
    """Refuge and foster addresses, the source, other children and intelligence go to nobody unless a site says so."""
    for agency in yaml.safe_load(shipped("agencies"))["agencies"]:
        assert not {"confidential-address", "source-identity", "other-children", "intelligence"} & set(
            agency["receives"]), agency["id"]
