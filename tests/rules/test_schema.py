# SPDX-License-Identifier: MIT
"""
The schemas that editors read say of a file what the binder says: each shipped file fits both, and of
some thousand mutations each is refused by both or by neither. What no schema can say is listed.
"""
import copy
import json
import os
import random
import re

import jsonschema
import pytest
import yaml

from rules.loader import ROOT, copy_rules

SCHEMAS = ROOT / "packaging/schema"
FILES = ("agencies", "officers", "desk", "bank-holidays", "routing", "form", "wandle", "rule-tests")
RULE_TESTS = sorted((ROOT / "rules/tests").glob("*.yaml"))
MUTATIONS = int(os.environ.get("WANDLE_MUTATIONS", 300))  # of each file
WRONG = ([], {}, None, 7, -1, 99999999, 0, True, "zzz", "", " ", "Zz: z", ["a", "b"], "a\nb", "x" * 400, "yes",
    "no", "24h", "0m", "2027-13-01", "2027-12-31", "a@b.example", "a@@b", "0" * 40, "red", "desk",
    "imaps://mail.example.org", "http://mail.example.org", "09:00-17:00", "9-17")

# A form of all kinds of field, small enough to be mutated everywhere.
SMALL_FORM = """
title: Form for
opening: "Hello.\\nWrite after the colons."
end: END
blocks: [report, concern, narrative, attachments, other-children, told-by, hidden]
purposes: {source-identity: told-by, confidential-address: hidden, narrative: narrative}
sections:
  - heading: REPORT
    about: report
    note: A note
    synonyms: [About it]
    fields:
      - {name: level, label: Level, synonyms: [Grade, Step], kind: choice, block: concern, asked: yes, choices_shown: no,
         choices: [{name: "1", label: one, code: 1A, synonyms: [first]}, {name: "2", label: two, alone: yes}]}
      - {name: about, label: What happened, kind: long-text, block: report, help: as it was, marked: yes}
      - {name: day, label: Day, kind: date, block: report, in_blank: no}
  - heading: CHILD
    about: child
    copies: 2
    fields:
      - {name: child.name, label: Name, kind: text, block: report, names: yes}
      - {name: child.concerns, label: Concerns, kind: choices, block: concern, choices: [{name: a, label: ay}]}
  - heading: ADULT
    about: adult
    fields:
      - {name: involved_adults.birth, label: Born, kind: birth, block: report}
"""

# The most of all mutations that only the binder may refuse: nearly all words of rules and of their
# tests are those of other files.
MOST = {"agencies": 0.33, "form": 0.25, "routing": 0.3, "rule-tests": 0.42}
# What the binder knows and a schema cannot: what it says then, and why no schema can.
TWICE = (r"stands already in", "two entries share an id, an address, a key or a login")
BEYOND = {
    "agencies": [
        TWICE,
        (r"(?:out_of_hours|never_with) \".*\" is no other agency", "it names another entry of the file"),
        (r"expected opening and closing time", "hours that open after they close"),
        (r"names a day a second time", "mon-fri and tue overlap"),
        (r"receives: unknown word", "blocks are words of form.yaml"),
    ],
    "officers": [TWICE],
    "desk": [TWICE, (r"nobody at the desk gets reviews", "one of the entries, whichever, must")],
    "bank-holidays": [(r"is after known_until", "days are compared")],
    "routing": [
        (r": (?:to|not_to|only|out_of_hours|if_forbidden): unknown word \"[a-z][a-z0-9-]*\"",
            "it has the shape of an agency, and agencies.yaml has none of that name"),
        (r": disclose: unknown word", "blocks are words of form.yaml, and any text may be one"),
        (r"the form has no field \"[a-z0-9._-]+\"", "it has the shape of a field, and form.yaml has none of that name"),
        (r": [a-z0-9._-]+\.[a-z0-9._-]+: unknown word|: (?:level_of_need|nature|agreement|override_reason): unknown word",
            "choices are words of form.yaml and areas of areas.csv; either may be any text"),
        (r"does not fit it|a list needs an operator", "which operator fits a field is its kind, in form.yaml"),
        (r"is an answer of yes/no fields|expected yes or no, here stands", "which fields are such is their kind, in form.yaml"),
        (r"expected (?:a whole number|a date|a full postcode|a postcode district)|within expects|has no letter and no digit",
            "whether a value is a number, a date, a postcode or a word is its field's kind, in form.yaml"),
        (r"no value is all of this at once", "bounds are compared"),
        (r"is already the rule in line", "two rules share an id"),
        (r"urgency: .* (?:must have|has) no conditions", "the last rule of a list, and it alone"),
        (r"can make a case red, and no `red` list", "one list asks for another"),
        (r"does not receive \".*\", and a rule may narrow", "what agencies receive stands in agencies.yaml"),
    ],
    "form": [
        (r"already (?:stands for|the name of)|is already the name of|is also the label|stands for two sections",
            "a word that means two things"),
        (r"block: unknown word", "a field's block is one of the words in blocks"),
        (r"(?:narrative|attachments|other-children|source-identity|confidential-address): unknown word|"
            r"each needs a block of its own", "a purpose is one of the words in blocks, and another for each"),
        (r"blocks: none is", "a single block, or one that purposes names"),
        (r"no field about a child says names: yes", "one of the fields about a child, whichever, must"),
        (r"a second section about", "one section about children, one about adults"),
    ],
    "wandle": [
        (r"is longer than retry|is later than retry", "two times are compared"),
        (r"must be another folder than", "two names are compared"),
        (r"recovery.key must be another key", "two keys are compared"),
        (r"openpgp.home is \d+ bytes long", "80 bytes, counted from the root of the machine"),
    ],
    "rule-tests": [
        (r"the form has no field \"[a-z0-9._-]+\"|there is no field of the form \"[a-z0-9._-]+\"",
            "it has the shape of a field, and form.yaml has none of that name"),
        (r"there is no agency \"[a-z][a-z0-9-]*\"", "it has the shape of an agency, and agencies.yaml has none of that name"),
        (r"there is no rule \"[a-z0-9.-]+\"", "it has the shape of a rule, and routing.yaml has none of that name"),
        (r"unknown word", "choices are words of form.yaml and areas of areas.csv; either may be any text"),
        (r": expected .*, here stands|has one choice, not a list|the list is empty",
            "how a field is answered is its kind, in form.yaml"),
        (r"does not agree with", "two answers are compared"),
        (r"is not about those", "whether a field is of a child or an adult stands in form.yaml"),
    ],
}


class Yaml12(yaml.SafeLoader):
    """YAML 1.2 as editors read it: yes and no are texts, true and false are not."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern, first in (("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+0123456789.")):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
# 0800 is a number of eight hundred in YAML 1.2, and not octal
Yaml12.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
Yaml12.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))


def shipped(name):
    if name == "rule-tests":
        return RULE_TESTS[0].read_text()
    return (ROOT / ("packaging/wandle.yaml.example" if name == "wandle" else f"rules/{name}.yaml")).read_text()


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
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

    def faults(self, text):
        self._path.write_text(text)
        return [fault for fault in self._loader.faults(*self._asked) if fault.startswith(self._path.name + ":")]


def places(value, path=()):
    """Every place in a tree."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


def mutate(tree, dice):
    """One change somewhere: the changed tree, and the path that it is at."""
    tree = copy.deepcopy(tree)
    path = dice.choice(list(places(tree)))
    value = at(tree, path)
    if isinstance(value, dict) and value and dice.random() < 0.6:
        key = dice.choice(list(value))
        how = dice.randrange(3)
        if how == 0:
            del value[key]
        elif how == 1:
            value[f"{key}x"] = value[key]
        else:
            value[key] = copy.deepcopy(dice.choice(WRONG))
        return tree, (*path, key) if how == 2 else path
    if isinstance(value, list) and value and dice.random() < 0.5:
        if dice.random() < 0.5:
            value.append(copy.deepcopy(value[0]))
        else:
            value.clear()
        return tree, path
    if not path:
        return copy.deepcopy(dice.choice(WRONG)), path
    at(tree, path[:-1])[path[-1]] = copy.deepcopy(dice.choice(WRONG))
    return tree, path


def sample(name):
    """What is mutated: few entries, so that each is met often."""
    tree = yaml.load(SMALL_FORM if name == "form" else shipped(name), Yaml12)
    if name == "agencies":
        kept = [agency for agency in tree["agencies"] if agency["id"] in ("merton-mash", "merton-edt", "phoenix")]
        tree["agencies"] = kept
    if name == "rule-tests":
        tree["tests"] = tree["tests"][:4] + [test for test in tree["tests"] if "at" in test][:1] + [
            {"name": "Two", "given": {"level_of_need": 3, "children": [{"age": 9}, {"child.unborn": "no"}],
                "adults": [{"works_for": "A bakery"}], "agreement": {"state": "refused"}},
             "expect": {"wait": [{"agency": "phoenix", "children": [1, 2], "waiting": 1,
                "gets": ["level_of_need"], "gets_not": ["intelligence"]}], "kept": "no", "nobody": "no"}}]
    if name == "bank-holidays":
        tree["days"] = dict(list(tree["days"].items())[:5])
    if name == "wandle":
        tree["retry"] = {"first_pause_seconds": 30, "red_deadline_minutes": 30}
        tree["sort"] = {"workers": 2}
        tree["digest"] = {"every": "monday", "at": "08:00"}
        tree["alarm_command"] = ["/bin/page", "wandle"]
        tree["mailbox"].update(server="imap://localhost:143", encryption="none, this is loopback",
            poll_seconds=60, password={"command": ["pass", "show"]})
        tree["openpgp"]["accept"] = ["pgp-mime", "inline"]
        tree["activation"] = {"second_person": "yes"}
        tree["recovery"] = {"holder": "Somebody", "key": "0" * 39 + "2"}
    return tree


@pytest.mark.parametrize("name", FILES)
def test_the_shipped_file_fits_schema_and_binder(loader, tmp_path, name):
    errors = list(validator(name).iter_errors(yaml.load(shipped(name), Yaml12)))
    assert not errors, [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors]
    assert not Binder(loader, tmp_path, name).faults(shipped(name))
    assert not Binder(loader, tmp_path, name).faults(json.dumps(sample(name), indent=1))


@pytest.mark.parametrize("name", FILES)
def test_a_mutation_is_refused_by_both_or_by_neither(loader, tmp_path, name):
    dice, binder, check = random.Random(os.environ.get("WANDLE_SEED", "wandle") + name), Binder(loader, tmp_path, name), validator(name)
    tree, refused, beyond, seen = sample(name), 0, 0, 0
    while seen < MUTATIONS:
        changed, path = mutate(tree, dice)
        if changed == tree:
            continue
        seen += 1
        # a document that is no map is told by every editor
        text = json.dumps(changed, indent=1, ensure_ascii=False)
        faults, fits = binder.faults(text), check.is_valid(changed)
        refused += bool(faults)
        if fits == (not faults):
            continue
        # a schema may know less than the binder, and never more
        said = f"{'/'.join(map(str, path))} is now {json.dumps(at(changed, path) if path else changed)[:200]}"
        assert fits, f"only the schema refuses: {said}: {[e.message[:200] for e in check.iter_errors(changed)][:2]}"
        strange = [fault for fault in faults if not any(re.search(words, fault) for words, _ in BEYOND[name])]
        assert not strange, f"only the binder refuses: {said}: {strange[:2]}"
        beyond += 1
    assert refused > MUTATIONS / 4, "most of them change something that matters"
    assert beyond <= MUTATIONS * MOST.get(name, 0.08), "a schema that knows too little"


@pytest.mark.parametrize("name", FILES)
def test_every_key_that_the_binder_knows_is_in_the_schema(loader, tmp_path, name):
    """The binder lists the keys of a map beside one that it does not know."""
    binder, check, tree, asked = Binder(loader, tmp_path, name), validator(name), sample(name), 0
    for path in places(tree):
        if not isinstance(at(tree, path), dict):
            continue
        changed = copy.deepcopy(tree)
        at(changed, path)["qqqqqqqq"] = "zzz"
        known = re.search(r'unknown key "qqqqqqqq": expected one of (.*)', "\n".join(
            binder.faults(json.dumps(changed, indent=1))))
        for key in known[1].split(", ") if known else ():
            changed = copy.deepcopy(tree)
            at(changed, path).setdefault(key, "zzz")
            strange = [error for error in check.iter_errors(changed) if error.validator == "additionalProperties"
                and list(error.absolute_path) == list(path)]
            assert not strange, strange[0].message[:300]
            asked += 1
    assert asked >= 2


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.name)
def test_each_shipped_file_of_tests_fits(path):
    assert not [error.message for error in validator("rule-tests").iter_errors(yaml.load(path.read_text(), Yaml12))]


@pytest.mark.parametrize("name", FILES)
def test_the_first_line_names_the_schema(name):
    for text in [path.read_text() for path in RULE_TESTS] if name == "rule-tests" else [shipped(name)]:
        assert text.splitlines()[0] == \
            f"# yaml-language-server: $schema=/usr/share/wandle/schema/{name}.schema.json"


def test_every_schema_is_installed():
    installed = (ROOT / "meson.build").read_text() + (ROOT / "packaging/meson.build").read_text()
    for path in SCHEMAS.glob("*.json"):
        assert path.name in installed


def test_no_shipped_agency_receives_what_few_should():
    """Refuge and foster addresses, the source, other children and intelligence go to nobody unless a site says so."""
    for agency in yaml.safe_load(shipped("agencies"))["agencies"]:
        assert not {"confidential-address", "source-identity", "other-children", "intelligence"} & set(
            agency["receives"]), agency["id"]
