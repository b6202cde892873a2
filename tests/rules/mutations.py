# SPDX-License-Identifier: MIT
"""Samples of the rule files and of wandle.yaml, as trees, and small changes to them."""
import copy
import json
import re

import yaml

from rules.loader import ROOT

RULE_TESTS = sorted((ROOT / "rules/tests").glob("*.yaml"))
WRONG = ([], {}, None, 7, -1, 99999999, 0, True, "zzz", "", " ", "Zz: z", ["a", "b"], "a\nb", "x" * 400, "yes",
    "no", "24h", "0m", "2027-13-01", "2027-12-31", "2027-02-29", "a@b.example", "a@@b", "0" * 40, "red", "desk",
    "imaps://mail.example.org", "http://mail.example.org", "09:00-17:00", "17:00-09:00", "9-17", "7", 3.0, "unknown",
    "this-agency", "outside", "SW19", "9 to 11", "unborn", "merton-mash", "report")

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


# Every kind of operand with every operator that fits it, and every kind of answer.
ALL_OPERATORS = {"id": "all", "why": "All", "in_doubt": "skip", "to": ["early-help"], "when": {
    "what_happened": {"mentions": ["knife", "gun"], "is_not": "nothing", "none_of": ["joke"], "includes": "home"},
    "reporter.role": {"any_of": ["Constable", "Sergeant"], "is_known": "yes"}, "reporter.team": "Roads",
    "level_of_need": {"at_least": 2, "at_most": 3, "is_not": 4, "none_of": [4]},
    "child.concerns": {"all_of": ["gangs", "missing"], "none_of": ["bullying"], "includes": "gangs"},
    "immediate_danger": {"is_not": "yes"}, "child.unborn": "no",
    "household.other_children": {"from": 1, "under": 9, "is_not": 3},
    "child.birth": {"at_least": "2010-01-01", "at_most": "2024-02-29"},
    "incident.at": {"within": "7 days"}, "child.date_of_death": "2026-03-01",
    "child.home.postcode": {"within": ["SW19", "SW20"], "none_of": ["SW19 1AA"], "is_not": "SW19 1AA"},
    "child.school.postcode": "SM1 1AA", "child.home.area": {"any_of": ["Merton", "Sutton"], "is_not": "outside"},
    "child.age": {"from": 1, "under": 18},
    "not": {"all": [{"nature": "referral"}, {"any": [{"child.now.area": "Merton"}]}]}}}
ALL_ANSWERS = {"name": "All", "given": {"level_of_need": 3, "reported_at": "2026-03-01 22:30",
    "reporter.name": "A name", "child.birth": "2014-01-01 to 2014-12-31", "involved_adults.birth": "1990-02-28",
    "child.date_of_death": "2026-02-28", "incident.at": "2026-02-27", "household.other_children": 2,
    "child.home.postcode": "SW19 1AA repaired", "child.school.area": "Merton", "child.interpreter": "refused",
    "child.now.postcode": "no fixed abode", "child.concerns": ["gangs", "missing"], "child.disability": "none"},
    "expect": {"urgency": "amber"}}


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




class Plain(yaml.SafeDumper):
    """Texts without quotes, as people write them, wherever YAML 1.2 reads a text then."""

    def ignore_aliases(self, data):
        return True


Plain.yaml_implicit_resolvers = Yaml12.yaml_implicit_resolvers


def written_in_quotes(tree):
    return json.dumps(tree, indent=1, ensure_ascii=False)


def written_plainly(tree):
    return yaml.dump(tree, Dumper=Plain, allow_unicode=True, default_flow_style=False, width=10000, sort_keys=False)


WRITINGS = (written_in_quotes, written_plainly)


def shipped(name):
    if name == "rule-tests":
        return RULE_TESTS[0].read_text()
    return (ROOT / ("packaging/wandle.yaml.example" if name == "wandle" else f"rules/{name}.yaml")).read_text()


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
    if name == "routing":
        tree["send"].append(copy.deepcopy(ALL_OPERATORS))
    if name == "rule-tests":
        tree["tests"] = tree["tests"][:3] + [test for test in tree["tests"] if "at" in test][:1] + [copy.deepcopy(ALL_ANSWERS),
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


