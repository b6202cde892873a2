# SPDX-License-Identifier: MIT
"""What an administrator reads who fell into one of YAML's traps: the place, and what to do."""
import pytest

from rules.loader import copy_rules

URGENCY = "urgency: [{id: otherwise, set: green}]\n"


def rule(line):
    """A routing.yaml with one rule; the line stands in line 6, and its text begins in column 5."""
    return URGENCY + f"send:\n  - id: one\n    why: Because\n    to: [merton-mash]\n    {line}\n"


# file, what is written, the one fault that is said
TRAPS = {
    # yes and no are words of yes/no fields
    "yes for a choice": ("routing.yaml", rule("when: {level_of_need: yes}"),
        '6:27: level_of_need: "yes" is an answer of yes/no fields, and this is one choice'),
    "no for an area": ("routing.yaml", rule("when: {child.home.area: No}"),
        '6:29: child.home.area: "No" is an answer of yes/no fields, and this is an area'),
    "no in a list": ("routing.yaml", rule("when: {child.concerns: {any_of: [neglect, no]}}"),
        '6:47: child.concerns: "no" is an answer of yes/no fields, and this is a field of several choices'),
    "on for a yes/no field": ("routing.yaml", rule("when: {immediate_danger: on}"),
        '6:30: immediate_danger: expected yes or no, here stands "on"'),
    "1 for a yes/no field": ("routing.yaml", rule("when: {immediate_danger: 1}"),
        '6:30: immediate_danger: expected yes or no, here stands "1"'),
    "on as a mode": ("routing.yaml", rule("mode: on"),
        '6:11: mode: unknown word "on": expected one of send, propose, watch'),
    # numbers keep their spelling
    "a leading zero": ("routing.yaml", rule("when: {child.age: {from: 09, under: 19}}"),
        '6:30: child.age: expected a whole number from 0 to 150, here stands "09"'),
    "a hexadecimal number": ("routing.yaml", rule("when: {child.age: {from: 0x9}}"),
        '6:30: child.age: expected a whole number from 0 to 150, here stands "0x9"'),
    "a number with a point": ("routing.yaml", rule("when: {child.age: {under: 18.0}}"),
        '6:31: child.age: expected a whole number from 0 to 150, here stands "18.0"'),
    "a date as in letters": ("routing.yaml", rule("when: {child.birth: {from: 01/02/2010}}"),
        '6:32: child.birth: expected a date as 2026-03-29, here stands "01/02/2010"'),
    "hours without a zero": ("agencies.yaml", "hours: {mon-fri: 9:00-17:00}",
        'mon-fri: expected opening and closing time like 09:00-17:00, here stands "9:00-17:00"'),
    # a comma or a colon in { }
    "a comma in a text": ("routing.yaml", URGENCY + "send: [{id: one, why: Level 3, living here, to: [merton-mash]}]\n",
        '2:32: "living here" has no value: inside { } a comma ends a value, so put a text with a comma in quotes'),
    "a colon in a text": ("routing.yaml", rule("why: Level 3: complex").replace("    why: Because\n", ""),
        "5:17: a colon where no key can stand: put a text with a colon in quotes, and check that the line is "
        "indented like its neighbours"),
    "a text that begins with a sign": ("routing.yaml", rule("when: {what_happened: {mentions: [@home]}}"),
        "6:39: a text cannot begin with this character: put it in quotes"),
    "no space after the colon": ("routing.yaml", rule("mode:propose"),
        "6:5: a line without a colon among \"key: value\" lines: is the colon missing, or the space after it?"),
    # keys
    "a key twice": ("routing.yaml", rule("to: [phoenix]"),
        '6:5: "to" stands here a second time; the first is in line 5'),
    "a key twice in { }": ("routing.yaml", rule("when: {level_of_need: 3, level_of_need: 4}"),
        '6:30: "level_of_need" stands here a second time; the first is in line 6'),
    "an agency without a name": ("agencies.yaml", "name:", "name: expected a text, here stands nothing"),
    "null": ("agencies.yaml", "telephone: null", "telephone: expected a text, and null is none in YAML: leave the "
        "key out, or put the word in quotes"),
    "a tilde": ("agencies.yaml", "telephone: ~", "telephone: expected a text, and ~ is none in YAML: leave the key "
        "out, or put the word in quotes"),
    "a word that is near": ("routing.yaml", rule("in_dout: wait"),
        '6:5: rule: unknown key "in_dout": did you mean "in_doubt"?'),
    # what a reader cannot see
    "a tab": ("routing.yaml", rule("in_doubt: wait").replace("    in_doubt", "\tin_doubt"),
        "6:1: a tab at the start of the line: indent with spaces"),
    "a no-break space": ("routing.yaml", rule("in_doubt: wait").replace("in_doubt: ", "in_doubt:\u00a0"),
        "6:14: a character that nobody can see (U+00A0): take it out, or write a plain space"),
    "a text that runs backwards": ("routing.yaml", rule("why: \u202eevil").replace("    why: Because\n", ""),
        "5:10: a character that nobody can see (U+202E): take it out, or write a plain space"),
    "Latin-1": ("routing.yaml", rule("why: Caf\u00e9").replace("    why: Because\n", "").encode("latin-1"),
        "5:13: a byte that is no UTF-8: save the file as UTF-8"),
    "UTF-16": ("routing.yaml", rule("in_doubt: wait").encode("utf-16"), "1:1: a byte that is no UTF-8: save the file as UTF-8"),
    "a NUL": ("routing.yaml", rule("in_doubt: wa\0it").encode(), "6:17: a NUL byte: this is no text file"),
    # what YAML can do beyond maps, lists and texts
    "an anchor": ("routing.yaml", rule("when: &a {level_of_need: 3}"),
        "6:11: an anchor (&): write the value out at each place, or put a text that begins with & in quotes"),
    "an alias": ("routing.yaml", rule("when: *a"),
        "6:11: an alias (*): write the value out at each place, or put a text that begins with * in quotes"),
    "a merge key": ("routing.yaml", rule("<<: {mode: propose}"), "6:5: a merge key (<<): write the keys out at each place"),
    "a tag": ("routing.yaml", rule("mode: !!str propose"),
        "6:11: a tag (!): every value is plain text here; put a text that begins with ! in quotes"),
    "a second document": ("routing.yaml", rule("in_doubt: wait") + "---\n", "7:1: a second document (---): a file holds one"),
    "a quote that is not closed": ("routing.yaml", rule('why: "Because').replace("    why: Because\n", ""),
        "5:10: this quote is never closed"),
    "a list that is not closed": ("routing.yaml", rule("disclose: [report"),
        "6:15: the [ in this line is not closed by a ], or a comma is missing in it"),
    "deep nesting": ("routing.yaml", rule("when: " + "{not: " * 20 + "{level_of_need: 3}" + "}" * 20),
        "6:89: more than 16 values inside one another"),
    "very deep nesting": ("routing.yaml", "urgency: " + "[" * 100_000, "1:25: more than 16 values inside one another"),
}
# nine levels of nine aliases each: half a billion values in a hundred bytes a line
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi"))


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_one_clear_fault(loader, tmp_path, trap):
    name, written, expected = TRAPS[trap]
    folder = copy_rules(tmp_path / "rules")
    path = folder / name
    if name == "agencies.yaml":
        key = written.partition(":")[0]
        lines = path.read_text().splitlines(keepends=True)
        number = next(at for at, line in enumerate(lines) if line.startswith(f"    {key}:"))
        lines[number] = f"    {written}\n"
        path.write_text("".join(lines))
        faults = [fault for fault in loader.faults("rules", folder) if fault.startswith(f"{name}:{number + 1}:")]
        assert [fault.split(": ", 1)[1] for fault in faults] == [expected]
        return
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    assert [fault for fault in loader.faults("rules", folder) if fault.startswith(name)][:1] == [f"{name}:{expected}"]


def test_a_bomb_of_aliases_is_told_and_takes_no_memory(loader, tmp_path):
    folder = copy_rules(tmp_path / "rules")
    (folder / "routing.yaml").write_text(BOMB)
    faults = loader.faults("rules", folder)
    assert "routing.yaml:1:4: an anchor (&): write the value out at each place, or put a text that begins with & in quotes" in faults
    assert sum(fault.startswith("routing.yaml") for fault in faults) <= 60, "more would not be read"


def test_a_file_that_is_empty_a_list_or_too_long_is_told(loader, tmp_path):
    folder = copy_rules(tmp_path / "rules")
    path = folder / "routing.yaml"
    for written, expected in (("", 'routing.yaml:1:1: routing: "urgency" is missing'),
            ("- a\n- b\n", 'routing.yaml:1:1: routing: expected a map of "key: value", here stands a list'),
            ("hello\n", 'routing.yaml:1:1: routing: expected a map of "key: value", here stands a text'),
            ("# x\n" * 1_100_000, "routing.yaml:0:0: is longer than 4096 kB")):
        path.write_text(written)
        assert expected in loader.faults("rules", folder)
