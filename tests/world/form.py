# SPDX-License-Identifier: MIT
"""Filling in the blank form as an officer does: behind the colons."""
import datetime
import re

HEADING = re.compile(r"^== ([A-Z ]+?)(?: (\d+))? ==$")
LINE = re.compile(r"^[* ] ([A-Z][^:(]*?)(?: \([^)]*\))?:$")


def born(years, days=0):
    """A date of birth that makes one `years` and `days` old today, as officers write it."""
    today = datetime.date.today()
    # 28: that day is in every month
    birthday = today.replace(year=today.year - years, day=min(today.day, 28))
    return (birthday - datetime.timedelta(days=days)).strftime("%d/%m/%Y")


def label_of(line):
    found = LINE.match(line)
    return found and found[1]


def is_answered(line):
    """Whether something stands behind the label of a line."""
    return not label_of(line) and bool(re.match(r"^[* ] [A-Z][^:]*: \S", line))


def sections(blank):
    """The blank form as (heading, number or None, lines), from the first heading on, and its head."""
    head, found = [], []
    for line in blank.splitlines():
        heading = HEADING.match(line)
        if heading:
            found.append((heading[1], heading[2] and int(heading[2]), []))
        (found[-1][2] if found else head).append(line)
    return head, found


def fill_section(lines, answers):
    """Writes answers behind their labels; what the blank form has no line for goes below them."""
    left, filled = dict(answers), []
    for line in lines:
        answer = left.pop(label_of(line), None)
        filled.append(f"{line} {answer}".rstrip() if answer is not None else line)
    end = max(at for at, line in enumerate(filled) if line.strip()) + 1
    return filled[:end] + [f"  {label}: {answer}" for label, answer in left.items()] + filled[end:]


def fill(blank, report=(), children=(), adults=()):
    """
    The blank form filled in. report, and each of children and adults: labels to answers. Labels
    may be any that form.yaml knows, also those that the blank form has no line for.
    """
    head, parts = sections(blank)
    people = {"CHILD": children, "ADULT": adults}
    asked = {label_of(line) for name, _, lines in parts if name not in people for line in lines}
    extra = {label: answer for label, answer in dict(report).items() if label not in asked}
    out, copies = list(head), {name: max(number for other, number, _ in parts if other == name)
        for name in people}
    for name, number, lines in parts:
        if name not in people:
            here = {label: answer for label, answer in dict(report).items()
                if label in map(label_of, lines)}
            out += fill_section(lines, {**here, **extra})
            extra = {}
            continue
        last = len(people[name]) if number == copies[name] else number
        for at in range(number, max(last, number) + 1):
            answers = people[name][at - 1] if at <= len(people[name]) else {}
            out += fill_section([f"== {name} {at} ==", *lines[1:]], answers)
    return "\n".join(out) + "\n"
