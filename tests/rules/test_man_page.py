# SPDX-License-Identifier: MIT
"""Every example of wandle-rules(5) is loaded and decided, and comes out as the page says."""
import json
import re

import pytest

from rules.loader import ROOT, copy_rules, man_text, wandle_of

PAGE = ROOT / "packaging/man/wandle-rules.5"
EXAMPLES = list(man_text(PAGE))
ANSWERS = {"yes": "send", "no": None, "cannot tell": "wait"}
RULES = """urgency: [{id: otherwise, set: green}]
send:
  - id: asked
    why: Asked
    to: [merton-mash]
    when:
"""


def examples(kind):
    return [(notes, text) for notes, text in EXAMPLES if f"example: {kind}" in notes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return copy_rules(tmp_path_factory.mktemp("man") / "rules", areas=None)


def decide(loader, folder, form):
    path = folder / "form.txt"
    path.write_text(form + "\nEND OF FORM\n")
    said = loader.ask("decide", folder, path)
    assert not [line for line in said if line.startswith("fault")], said
    return said


def test_no_example_is_left_out():
    kinds = {"condition", "rules", "form", "tests"}
    for notes, text in EXAMPLES:
        named = [note for note in notes if note.startswith("example: ")]
        assert len(named) == 1 and named[0].removeprefix("example: ") in kinds, (notes, text)
    assert len(examples("condition")) >= 12 and len(examples("rules")) == 1


@pytest.mark.parametrize("notes, text", examples("condition"),
    ids=lambda value: re.sub(r"\W+", "-", value)[:40] if isinstance(value, str) else "")
def test_a_condition_answers_as_the_page_says(loader, folder, notes, text):
    (folder / "routing.yaml").write_text(RULES + "".join(f"      {line}\n" for line in text.splitlines()))
    asked = [note.partition(": ") for note in notes if note.partition(": ")[0] in ANSWERS]
    assert {"yes", "no"} <= {answer for answer, _, _ in asked}
    for answer, _, form in asked:
        said = decide(loader, folder, "CHILD 1\nFamily name: Sample\n" + form.replace(" | ", "\n"))
        fates = [line.split()[2] for line in said if line.startswith("route merton-mash ")]
        assert fates == [ANSWERS[answer]] if ANSWERS[answer] else not fates, (text, form, said)


def test_the_whole_example_decides_as_the_page_says(loader, folder):
    (_, rules), = examples("rules")
    (folder / "routing.yaml").write_text(rules)
    # What the page says of a form stands between it and the next heading.
    source = PAGE.read_text()
    said_of = source[source.index('example: form'):]
    said = [note.removeprefix("decision: ") for note in re.findall(r'^\.\\" (decision: .*)$', said_of, re.M)]
    asked = [note.removeprefix("question: ") for note in re.findall(r'^\.\\" (question: .*)$', said_of, re.M)]
    (_, form), = examples("form")
    lines = decide(loader, folder, form)
    assert [line for line in lines if not line.startswith(("question", "warning"))] == said
    assert [line.removeprefix("question ") for line in lines
        if line.startswith("question early-help")] == asked
    # "Had the officer written that the agreement was refused, both would wait."
    lines = decide(loader, folder, form.replace("Agreement to help: given", "Agreement to help: refused"))
    assert [line.split()[1:3] for line in lines if line.startswith("route")] == [
        ["phoenix", "wait"], ["early-help", "wait"]]


@pytest.fixture
def wandle(tmp_path):
    """The program itself, with settings that name nothing real but the rules of the page."""
    folder = copy_rules(tmp_path / "rules", areas=None)
    (_, rules), = examples("rules")
    (folder / "routing.yaml").write_text(rules)
    return wandle_of(tmp_path, folder)


def test_the_tests_of_the_page_hold(wandle, tmp_path):
    (_, tests), = examples("tests")
    path = tmp_path / "page.yaml"
    path.write_text(tests)
    done = wandle("rules", "test", path)
    assert done.returncode == 0, done.stdout
    path.write_text(tests.replace("send: [early-help]", "send: [merton-mash]"))
    assert wandle("rules", "test", path).returncode == 65


def test_the_rules_of_the_page_have_no_gap_and_explain_themselves(wandle, tmp_path):
    done = wandle("rules", "check")
    assert done.returncode == 0, done.stdout
    (_, form), = examples("form")
    (tmp_path / "form.txt").write_text(form + "\nEND OF FORM\n")
    done = wandle("explain", tmp_path / "form.txt")
    assert done.returncode == 0, done.stdout
    assert "Merton or Wandsworth" in " ".join(done.stdout.split()), done.stdout


def test_each_finding_has_a_place_and_is_for_machines_too(wandle, tmp_path):
    done = wandle("rules", "check", "--json")
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)["findings"]
    places = {one["kind"]: one["file"] for one in found}
    assert places["unnamed-agency"] == str(tmp_path / "rules/agencies.yaml")
    assert places["unread-block"] == str(tmp_path / "rules/form.yaml")
    assert places["gap"] == str(tmp_path / "rules/routing.yaml")
    assert all(one["line"] > 0 and one["column"] > 0 for one in found)
    agencies = (tmp_path / "rules/agencies.yaml").read_text().splitlines()
    unnamed = [one for one in found if one["kind"] == "unnamed-agency"]
    assert "merton-camhs" in {one["agency"] for one in unnamed}
    for one in unnamed:
        assert agencies[one["line"] - 1] == f"  - id: {one['agency']}" and one["column"] == 5
    done = wandle("rules", "check")
    assert f"{tmp_path}/rules/agencies.yaml:{unnamed[0]['line']}:5: warning: no rule sends" in done.stdout


def test_every_command_that_the_page_names_is_there(wandle):
    for words in set(re.findall(r"^\.(?:It )?Ic wandle ([a-z ]+?)(?: Ar .*)?$", PAGE.read_text(), re.M)):
        done = wandle(*words.split(), "--help")
        assert done.returncode == 0 and done.stdout.startswith("Usage:"), (words, done.stdout)
