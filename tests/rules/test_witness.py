# SPDX-License-Identifier: MIT
"""
Each example that `wandle rules check` and `rules diff` print is copied into a test of rules as it
stands, and `wandle rules test` must read it and bring about what the finding says.
"""
import json
import os
import random
import re

import pytest
import yaml

from rules.examples import examples, paste
from rules.loader import copy_rules, wandle_of

SETS = int(os.environ.get("WANDLE_SETS", 24))
KINDS = ("gap", "doubt", "trap", "unsent", "idle", "shadowed", "contradiction", "taken-away", "red-to-nobody",
    "red-closed", "red-waits", "overlap")  # those that have an example
AGENCIES = ("merton-mash", "merton-edt", "sutton-mash", "early-help", "phoenix")
TESTS = (
    "immediate_danger: yes", "immediate_danger: {is_not: yes}", "level_of_need: {at_least: 3}", "level_of_need: 2",
    "agreement: refused", "agreement: {is_known: no}", "nature: {any_of: [referral, amendment]}",
    "child.age: {from: 9, under: 16}", "child.age: {under: 2}", "child.unborn: yes",
    "child.birth: {from: 2010-02-28, under: 2016-02-29}", "child.birth_quality: disputed",
    "child.birth_quality: {is_not: estimated}", "child.date_of_death: {is_known: yes}",
    "child.home.area: Merton", "child.home.area: {is_not: outside}", "child.now.area: {none_of: [Sutton]}",
    "child.home.postcode: {within: SW19}", "child.home.postcode: SW19 1AA",
    "child.concerns: {any_of: [child-drugs, self-harm]}", "child.concerns: {all_of: [child-drugs, child-alcohol]}",
    "child.disability: {includes: hearing, none_of: [vision]}", "child.legal_status: {any_of: [none]}",
    "child.placing_authority: {includes: Sutton}", "what_happened: {mentions: ['a \"gang\"', O'Neill, 'c:\\knives']}",
    "history: {includes: 'said: no, thanks'}", "involved_adults.alleged_harmer: yes",
    "involved_adults.birth: {from: 1990-01-01}",
    "involved_adults.works_for: {includes: this-agency}", "involved_adults.risks: {any_of: [weapons, dogs]}",
    "incident.at: {within: 7 days}", "incident.at: {from: 2026-01-01}", "household.other_children: {from: 2, under: 5}",
    "reported_at: {from: 2026-01-01}",
)


# --- rules -----------------------------------------------------------------------------------------


def askable(form):
    """Those of fields that the form has."""
    return [test for test in TESTS if f"name: {test.partition(':')[0]}," in form or
        test.partition(":")[0].endswith((".age", ".unborn", ".area"))]


def condition(dice, tests, depth=2):
    kind = dice.choice(("test", "all", "any", "not")) if depth else "test"
    if kind == "test":
        return "{" + dice.choice(tests) + "}"
    if kind == "not":
        return "{not: " + condition(dice, tests, depth - 1) + "}"
    return f"{{{kind}: [{condition(dice, tests, depth - 1)}, {condition(dice, tests, depth - 1)}]}}"


def draw(dice, form):
    """Small sets of rules, with most faults that there are."""
    tests = dice.sample(askable(form), 4)
    if not dice.randrange(3):
        tests[:2] = dice.choice(("child.birth: {from: 2010-02-28, under: 2016-02-29}", "child.age: {from: 9, under: 16}")), \
            dice.choice(("child.birth_quality: disputed", "child.birth_quality: {is_not: estimated}"))
    some = lambda: ", ".join(dice.sample(AGENCIES, dice.choice((1, 1, 2, 3))))
    plain = [test for test in tests if "this-agency" not in test] or ["level_of_need: 3"]
    lines = [f"mode: {dice.choice(('send', 'send', 'propose'))}", f"keep: [{dice.choice(('', 'blue', 'blue, green'))}]",
        "urgency:"]
    for number in range(dice.randint(1, 2)):
        lines.append(f"  - {{id: u{number}, set: {dice.choice(('red', 'amber', 'blue'))}, when: {condition(dice, plain)}}}")
    lines += ["  - {id: otherwise, set: %s}" % dice.choice(("green", "amber", "red")),
        f"red: {{to: [{some()}], {dice.choice(('out_of_hours: [phoenix], ', ''))}"
        f"{dice.choice(('if_forbidden: [desk], ', 'if_forbidden: [phoenix], ', ''))}alarm: duty-phone, why: W}}", "send:"]
    for number in range(dice.randint(1, 3)):
        lines.append(f"  - {{id: s{number}, why: W, to: [{some()}], in_doubt: {dice.choice(('wait', 'send', 'skip'))}, "
            f"mode: {dice.choice(('send', 'send', 'propose', 'watch'))}, when: {condition(dice, plain)}}}")
    lines.append("never:")
    for number in range(dice.randint(1, 2)):
        lines.append(f"  - {{id: n{number}, not_to: [{some()}], in_doubt: {dice.choice(('wait', 'send'))}, "
            f"when: {condition(dice, tests)}}}")
    lines.append(f"hold:\n  - {{id: h0, why: W, only: [{some()}], when: {condition(dice, tests)}}}")
    return "\n".join(lines) + "\n"


def without_a_rule(dice, shipped):
    """The shipped rules, one of them gone and another never for anybody."""
    rules = re.split(r"(?m)^(?=  - id: )", shipped)
    at = dice.choice([number for number, rule in enumerate(rules) if number and "otherwise" not in rule
        and not re.search(r"(?m)^\w", rule)])
    kept = "".join(rules[:at] + rules[at + 1:])
    forbidding = f"  - {{id: extra, not_to: [{dice.choice(AGENCIES)}], when: {{level_of_need: {dice.choice('234')}}}}}\n"
    return kept.replace("\nnever:\n", "\nnever:\n" + forbidding, 1)


# --- examples --------------------------------------------------------------------------------------


def says(finding):
    """What a test expects where the finding is so, by the words of `wandle rules test`."""
    kind, agency, level = finding["kind"], finding.get("agency"), finding["level"]
    urgency = re.search(r"\b(blue|green|amber|red)\b", finding["text"])
    return {
        "gap": {"urgency": urgency and urgency[1], "nobody": "yes"},
        "doubt": {"wait": [agency]},
        "trap": {"wait": [agency]},
        "unsent": {"kept": "yes"},
        "contradiction": {"forbidden": [agency], **({"nobody": "yes"} if level != "warning" else {})},
        "taken-away": {"nobody": "yes"},
        "red-to-nobody": {"urgency": "red", "alarm": "unmet"},
        "red-waits": {"urgency": "red", "alarm": "unmet"},
        "red-closed": {"urgency": "red"},
        "overlap": {"nobody": "yes"},  # to see that it is not so, and that both have it
    }.get(kind, {"forbidden": []})  # what it says is of all concerns: the test must be one, that is all


def outcome_lines(expected):
    return {key for key in expected if key in ("urgency", "nobody", "kept", "alarm")} | {
        agency for key in ("wait", "forbidden", "send", "propose") for agency in expected.get(key, ())}


def check(wandle, folder, counts):
    """Every example of these rules brings about what is said of it."""
    printed = wandle("rules", "check", "--all")
    said = wandle("rules", "check", "--json").stdout
    found = json.loads(said[said.index("\n{\n") + 1 if said[0] != "{" else 0:])["findings"]  # warnings come first
    shown = [finding for finding in found if "given" in finding]
    blocks = examples(printed.stdout)
    assert len(blocks) == len(shown), printed.stdout
    for block, finding in zip(blocks, shown):
        # a line each, and each a pair by itself
        given = [line[6:] for line in block.splitlines() if line.startswith("      ")]
        assert given == finding["given"]
        assert all(len(yaml.safe_load(line)) == 1 for line in given), block
    expectations = [says(finding) for finding in shown]
    for finding, block, expected, differs in zip(
            shown, blocks, expectations, paste(wandle, folder, blocks, expectations)):
        wrong = outcome_lines(expected) & differs
        if finding["kind"] == "overlap":
            wrong = {"nobody", finding["agency"], *re.findall(r" and (\S+) both", finding["text"])} - differs
        assert not wrong, f"{finding['text']}\n{block}{wrong}\n{(folder / 'rules/routing.yaml').read_text()}"
        counts[finding["kind"]] = counts.get(finding["kind"], 0) + 1
    return len(blocks)


@pytest.fixture
def wandle(tmp_path):
    return wandle_of(tmp_path, copy_rules(tmp_path / "rules", areas=None))


def test_every_example_of_the_shipped_rules_is_a_test_that_shows_it(wandle, tmp_path):
    assert check(wandle, tmp_path, {}) >= 30


def test_every_example_of_faulty_and_drawn_rules_is_a_test_that_shows_it(wandle, tmp_path):
    dice, counts, pairs = random.Random(os.environ.get("WANDLE_SEED", "example")), {}, 0
    routing, form_path = tmp_path / "rules/routing.yaml", tmp_path / "rules/form.yaml"
    shipped, form = routing.read_text(), form_path.read_text()
    # two agencies exclude each other
    agencies = (tmp_path / "rules/agencies.yaml").read_text()
    (tmp_path / "rules/agencies.yaml").write_text(agencies.replace("    hours:", "    never_with: [phoenix]\n    hours:", 1))
    for number in range(SETS):
        routing.write_text(without_a_rule(dice, shipped) if number % 4 == 0 else draw(dice, form))
        check(wandle, tmp_path, counts)
        pairs += "_quality" in wandle("rules", "check", "--all").stdout
    print(counts, pairs)
    if SETS >= 24:
        assert not set(KINDS) - set(counts), counts
        assert pairs


def test_what_was_noticed_while_reading_is_for_machines_too(tmp_path):
    rules = copy_rules(tmp_path / "rules")
    text = (rules / "routing.yaml").read_text()
    (rules / "routing.yaml").write_text(text.replace("keep: [blue, green]", "keep: [blue, green, blue]"))
    told = json.loads(wandle_of(tmp_path, rules)("rules", "check", "--json").stdout)
    (remark,) = told["remarks"]
    assert remark["file"].endswith("routing.yaml") and remark["column"] == 21
    assert remark["text"] == 'keep: "blue" stands here a second time'
    assert 'keep: "blue" stands' in wandle_of(tmp_path, rules)("rules", "check").stdout
