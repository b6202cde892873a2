# SPDX-License-Identifier: MIT
"""
Who must receive a concern, worked out from rules/routing.yaml by its own words: the second opinion
that letters are held against. It shares nothing with gateway/routing but the files of rules/.

A form is {"report": facts, "children": [facts], "adults": [facts]}; facts are the names of form.yaml
to what was answered: a choice's name, a set of them, "yes" or "no", a text, an age in years or
UNBORN. What is not there cannot be told.
"""
import csv
import functools
import re

import yaml

from .scratch import REPOSITORY

UNBORN = "unborn"
URGENCIES = ("none", "blue", "green", "amber", "red")


@functools.cache
def rules_file(name):
    return yaml.load((REPOSITORY / f"rules/{name}.yaml").read_text(), yaml.BaseLoader)


@functools.cache
def areas():
    rows = (REPOSITORY / "rules/areas.csv").read_text().splitlines()
    return dict(csv.reader(row for row in rows if not row.startswith("#")))


def agencies():
    return {entry["id"]: entry for entry in rules_file("agencies")["agencies"]}


# --- yes, no, and None for what cannot be told --------------------------------------------------

def every(answers):
    answers = list(answers)
    return False if False in answers else None if None in answers else True


def some(answers):
    answers = list(answers)
    return True if True in answers else None if None in answers else False


def opposite(answer):
    return None if answer is None else not answer


def folded(text):
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower().replace(chr(39), '')))} "


def names_of(agency):
    return [agency["name"], *agency.get("also_called", [])]


def holds(operator, wanted, value, agency):
    """One operator on one answer."""
    if operator == "is_known":
        return (value is not None) == (wanted == "yes")
    if value is None:
        return None
    if operator in ("from", "at_least", "under", "at_most"):
        if value == UNBORN:
            return operator in ("under", "at_most")
        number, bound = int(value), int(wanted)
        return {"from": number >= bound, "at_least": number >= bound, "under": number < bound,
            "at_most": number <= bound}[operator]
    if operator == "includes" and isinstance(value, str):
        words = names_of(agency) if wanted == "this-agency" else [wanted]
        return any(folded(word) in folded(value) for word in words)
    values = value if isinstance(value, (set, frozenset)) else {value}
    many = set(wanted) if isinstance(wanted, list) else {wanted}
    return {"is": bool(values & many), "includes": bool(values & many),
        "any_of": bool(values & many), "is_not": not values & many,
        "none_of": not values & many, "all_of": many <= values}[operator]


def condition(name, test, form, child, agency):
    tests = test if isinstance(test, dict) else {"is": test}

    def judge(facts, field):
        return every(holds(operator, wanted, facts.get(field), agency)
            for operator, wanted in tests.items())
    if name.startswith("involved_adults."):
        field = name.replace("involved_adults", "adult", 1)
        return some(judge(adult, field) for adult in form["adults"])
    return judge(child if name.startswith("child.") else form["report"], name)


def matches(when, form, child, agency=None):
    """Whether all that stands under `when` holds; several are given as a list or a mapping."""
    if isinstance(when, list):
        return every(matches(part, form, child, agency) for part in when)
    answers = []
    for name, test in (when or {}).items():
        parts = test if isinstance(test, list) else [{key: test[key]} for key in test] \
            if name in ("any", "all", "not") else []
        if name == "any":
            answers.append(some(matches(part, form, child, agency) for part in parts))
        elif name == "all":
            answers.append(matches(parts, form, child, agency))
        elif name == "not":
            answers.append(opposite(matches(parts, form, child, agency)))
        else:
            answers.append(condition(name, test, form, child, agency))
    return every(answers)


# --- the five lists -----------------------------------------------------------------------------

def urgency_of(form, child):
    doubts = []
    for rule in rules_file("routing")["urgency"]:
        answer, level = matches(rule.get("when"), form, child), URGENCIES.index(rule["set"])
        if answer:
            return max([level, *(floor or min(level + 1, most) for floor, most in doubts)])
        if answer is None:
            # without a floor: one step more than is certain, never more than the rule would set
            floor = rule.get("in_doubt")
            doubts.append((floor and URGENCIES.index(floor), level))
    return 0


def is_forbidden(agency, form, child):
    """Yes, no, or "wait" by the never list."""
    found = False
    for rule in rules_file("routing").get("never", []):
        if rule["not_to"] != "this-agency" and agency["id"] not in listed(rule["not_to"]):
            continue
        answer = matches(rule.get("when"), form, child, agency)
        if answer:
            return True
        if answer is None and rule.get("in_doubt", "wait") == "wait":
            found = "wait"
    return found


def is_held(agency, form, child):
    for rule in rules_file("routing").get("hold", []):
        if "only" in rule and agency["id"] not in listed(rule["only"]):
            continue
        answer = matches(rule.get("when"), form, child, agency)
        if answer or answer is None and rule.get("in_doubt", "wait") == "wait":
            return True
    return False


def listed(words):
    return words if isinstance(words, list) else [words]


def wishes(form, child):
    """Agency to "send" or "wait", the stronger one where several rules name it."""
    found = {}
    for rule in rules_file("routing")["send"]:
        answer = matches(rule.get("when"), form, child)
        doubt = rule.get("in_doubt", "wait")
        if answer is False or answer is None and doubt == "skip" or rule.get("mode") == "watch":
            continue
        certain = (answer or doubt == "send") and rule.get("mode", "send") == "send"
        for agency in listed(rule["to"]):
            if certain or agency not in found:
                found[agency] = "send" if certain else "wait"
    return found


def needs_nobody(form, child):
    """Whether a never rule says for certain that the child needs no recipient beside another."""
    return any(rule.get("needs_nobody") == "yes" and matches(rule.get("when"), form, child)
        for rule in rules_file("routing").get("never", []))


def child_routes(form, child, closed):
    """Agency to "send" or "wait"; and whether an agency, or one of the red list, is forbidden."""
    routes, top = {}, rules_file("routing")
    red = top.get("red", {}) if urgency_of(form, child) == URGENCIES.index("red") else {}
    at_once = set(listed(red.get("to", [])))
    if at_once & set(closed):
        at_once |= set(listed(red.get("out_of_hours", [])))
    is_forbidden_somewhere = False
    for name, wish in {**wishes(form, child), **dict.fromkeys(at_once, "send")}.items():
        agency = agencies()[name]
        forbidden = is_forbidden(agency, form, child)
        if forbidden is True:
            is_forbidden_somewhere = True
            continue
        held = forbidden == "wait" or name not in at_once and is_held(agency, form, child)
        routes[name] = "wait" if held else wish
    is_met = not red or any(routes.get(name) == "send" for name in at_once)
    return routes, is_forbidden_somewhere, is_met


def routes_of(form, closed=()):
    """
    Who gets a letter at once, what waits at the desk, and how urgent the case is. Each child whom
    nobody would receive is the desk's too, unless nobody was ever to have it, and it is of an
    urgency that is only recorded; and so is a red one whom nobody has at once. Only a child that
    needs nobody is not, so long as there is another.
    """
    by_route, is_the_desks = {"send": set(), "wait": set()}, False
    keep = rules_file("routing").get("keep", [])
    excused = [needs_nobody(form, child) for child in form["children"]]
    for child, is_excused in zip(form["children"], excused):
        routes, is_forbidden_somewhere, is_met = child_routes(form, child, closed)
        for agency, route in routes.items():
            by_route[route].add(agency)
        if is_excused and not all(excused):
            continue
        kept = URGENCIES[urgency_of(form, child)] in keep and not is_forbidden_somewhere
        is_the_desks = is_the_desks or not routes and not kept or not is_met
    urgency = URGENCIES[max(urgency_of(form, child) for child in form["children"])]
    return {"sends": by_route["send"], "waits": by_route["wait"],
        "desk": is_the_desks or bool(by_route["wait"]), "urgency": urgency}
