# SPDX-License-Identifier: MIT
"""The tests beside the rules, and explanations of forms and of stored cases."""
import contextlib
import json
import re
import sqlite3
import xml.etree.ElementTree as ElementTree

from rules.examples import examples, paste
from world.telling import SUTTON, a_child, a_form, an_adult, the_officer_sends, wandle_works

BAD_INPUT, BAD_SETTINGS, NO_INPUT = 65, 78, 66
COLUMNS = 80


def narrow(text):
    return all(len(line) <= COLUMNS for line in text.splitlines())


def test_the_shipped_rules_pass_their_tests_and_a_change_fails_one(world):
    said = world.gateway.run("rules", "test", "--complete")
    passed, rules, of = map(int, re.search(
        r"tests +(\d+) passed, 0 failed\ncoverage +(\d+) of (\d+) rules", said).groups())
    assert passed > 60 and rules == of
    world.gateway.edit("rules/routing.yaml",
        ("child.age: {under: 18}      # unborn included", "child.age: {under: 17}"))
    report = world.scratch.folder / "report.xml"
    said = world.gateway.run("rules", "test", "--junit", report, expect=BAD_INPUT)
    assert narrow(said)
    head, rest = said.split("expected", 1)
    assert "FAIL" in head and "Seventeen on the last day" in " ".join(head.split())
    assert re.search(r"! merton-mash +send +nothing", rest)
    assert re.search(r"no +child\.age: under 17 \[17\] <- by this alone", rest)
    suites = ElementTree.parse(report).getroot()
    assert int(suites.get("failures")) == len(suites.findall(".//failure")) > 0
    assert int(suites.get("tests")) == len(suites.findall(".//testcase")) == passed


def test_rules_are_looked_at_where_the_keys_are_not(world):
    for key in world.gateway.folder.glob("**/sealing*"):
        key.unlink()
    for words in (("rules", "check"), ("rules", "test"), ("form", "blank")):
        assert world.gateway.run(*words)
    assert "merton-mash" in world.gateway.run("explain", "-", data=a_form(world, [a_child(12)]).encode())
    world.gateway.run("check", expect=BAD_SETTINGS)
    assert "is no sealing key" in world.gateway.said


def test_a_test_with_a_slip_is_told_its_place(world):
    path = world.gateway.folder / "rules/tests/mine.yaml"
    path.write_text("tests:\n  - name: mine\n    given: {level_of_ned: 3}\n"
        "    expect: {send: [merton-mahs]}\n")
    world.gateway.run("rules", "test", path, expect=BAD_SETTINGS)
    assert re.search(r"mine\.yaml:3:13: .*did you mean \"level_of_need\"", world.gateway.said)
    assert re.search(r"mine\.yaml:4:21: .*did you mean \"merton-mash\"", world.gateway.said)
    for other in path.parent.glob("*.yaml"):
        other.unlink()
    world.gateway.run("rules", "test", expect=NO_INPUT)


def test_a_rule_that_only_watches_covers_nothing(world):
    world.gateway.edit("rules/routing.yaml", ("mode: propose", "mode: watch"))
    said = world.gateway.run("rules", "test", "--coverage", expect=BAD_INPUT)
    assert re.search(r"coverage +24 of 24 rules", said)
    assert "1 rule in MODE WATCH" in said
    assert "send phoenix  (MODE WATCH: covers no gap)" in said


def test_explain_says_for_each_agency_what_goes_and_why_not(world):
    form = a_form(world, [a_child(12, concerns="child drugs"), a_child(8, SUTTON)],
        [an_adult()], Information_came_from="a neighbour").encode()
    said = world.gateway.run("explain", "-", data=form)
    assert narrow(said)
    assert "Every rule for child 1" in said and "Every rule for child 2" in said
    assert "Near misses" in said and "Not asked" in said
    told = json.loads(world.gateway.run("explain", "--json", "-", data=form))
    routes = {route["agency"]: route for route in told["routes"]}
    assert routes["sutton-mash"]["child_numbers"] == [2]
    shares = {(share["field"], share.get("child")): share["share"]
        for share in routes["sutton-mash"]["shares"]}
    assert shares["child.birth", 2] == "goes" and shares["child.birth", 1] == "other-child"
    near = [rule["rule"] for rule in told["seen"] for one in rule["conditions"]
        if one.get("near_miss") and rule.get("child") == 2]
    assert "sutton-home" not in near and "mash" in near
    without = world.gateway.run("explain", "--json", "--no-values", "-", data=form)
    assert '"seen": "' not in without and not json.loads(without)["with_values"]
    assert world.mailboxes() == {}


def test_a_stored_case_is_explained_by_what_decided_it(world):
    form = a_form(world, [a_child(12, concerns="child drugs")])
    foreseen = json.loads(world.gateway.run("explain", "--active", "--json", "-",
        data=form.encode()))
    the_officer_sends(world, form)
    wandle_works(world)
    reference, = world.gateway.ledger.references()
    world.gateway.edit("rules/routing.yaml", ("    mode: propose ", "    mode: send "))
    world.gateway.activate()
    told = json.loads(world.gateway.run("explain", "--json", reference))
    assert told["case"] == reference and told["with_values"]
    for key in ("rules", "urgency", "routes", "seen", "not_asked"):
        assert told[key] == foreseen[key], key
    said = world.gateway.run("explain", reference)
    assert narrow(said) and told["rules"] in said and "from 9, under 19 [12]" in said
    without = world.gateway.run("explain", "--no-values", reference)
    assert "[12]" not in without and "without the values" in without
    with contextlib.closing(sqlite3.connect(world.gateway.ledger.path)) as ledger:
        ledger.execute("UPDATE record SET seal = NULL")
        ledger.commit()
    assert world.gateway.run("explain", reference) == without
    world.gateway.run("explain", "W26-00000-0", expect=None)
    assert "there is no case" in world.gateway.said or "W26-00000-0" in world.gateway.said


def as_expected(what, outcome):
    """The `expect` of a test of rules, by what a comparison says of a case."""
    if what in ("urgency", "recorded only"):
        return {"urgency" if what == "urgency" else "kept": outcome}
    return {"nobody": "yes"} if outcome == "none" else {outcome: [what]}


def test_the_examples_of_a_comparison_are_tests_that_show_it_under_both_rules(world):
    world.gateway.edit("rules/routing.yaml",
        ("  - id: mash\n", "  - {id: young, why: W, to: [merton-edt], in_doubt: skip, when: {child.birth: "
            "{from: 2009-05-31}, child.birth_quality: {is_not: verified}}}\n  - id: mash\n"),
        ("when: {level_of_need: 1}", "when: {level_of_need: 1, child.birth_quality: estimated}"))
    said = world.gateway.run("rules", "diff")
    changes = re.findall(r"(?m)^  (\S.*): (\S+) -> (\S+)$", said)
    assert len(examples(said)) == len(changes) >= 3
    # a date and its quality are two answers
    assert any("\n      child.birth_quality: " in example for example in examples(said))
    active = ("--rules", world.gateway.folder / "state/active-rules/current")
    for side, options in ((1, active), (2, ())):
        pasted = paste(lambda *words: world.gateway.run(*words, expect=None), world.scratch.folder, examples(said),
            [as_expected(change[0], change[side]) for change in changes], *options)
        for change, differs in zip(changes, pasted):
            assert not {change[0], "kept"} & differs, (change, side)
