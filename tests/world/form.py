"""Filling in the blank form as an officer does: behind the colons."""
import datetime
import re

HEADING = re.compile(r"^== ([A-Z][A-Z ]+?)(?: (\d+))? ==$")
LINE = re.compile(r"^(?:\* ?)?([A-Z][^:(]*?)(?: ?\([^)]*\))?:\s*$")


def born(years, days=0):
    """A date of birth that makes one `years` and `days` old today, as officers write it."""
    today = datetime.date.today()
    day = min(today.day, 28)
    return (datetime.date(today.year - years, today.month, day)
        - datetime.timedelta(days=days)).strftime("%d/%m/%Y")


def blocks(blank):
    """The blank form as (heading, number, lines); the lines before the first heading come first."""
    found = [("", None, [])]
    for line in blank.splitlines():
        heading = HEADING.match(line.strip())
        if heading:
            found.append((heading[1], heading[2] and int(heading[2]), []))
        found[-1][2].append(line)
    return found


def fill_lines(lines, answers, where):
    """Writes answers behind their labels; what the blank form does not ask goes below them."""
    left = dict(answers)
    filled = []
    for line in lines:
        asked = LINE.match(line.strip())
        if asked and asked[1] in left:
            answer = str(left.pop(asked[1]))
            line = line.rstrip() + ("\n" if "\n" in answer else " ") + answer
        filled.append(line)
    extra = [f"{label}: {answer}" for label, answer in left.items()]
    if extra:
        last = max(number for number, line in enumerate(filled) if line.strip())
        filled[last + 1:last + 1] = extra
    return filled


def fill(blank, report=None, children=(), adults=()):
    """
    The blank form filled in. report, and each of children and adults: labels to answers. Labels
    may be any that form.yaml knows; those that the blank form has no line for are added.
    """
    report, used = dict(report or {}), set()
    parts = blocks(blank)
    labels = {label for heading, _, lines in parts if heading not in ("CHILD", "ADULT")
        for label in (LINE.match(line.strip()) for line in lines) if label
        for label in [label[1]]}
    out = []
    for position, (heading, number, lines) in enumerate(parts):
        people = {"CHILD": children, "ADULT": adults}.get(heading)
        if people is None:
            own = {LINE.match(line.strip())[1] for line in lines if LINE.match(line.strip())}
            answers = {label: answer for label, answer in report.items() if label in own}
            if position == 1:
                answers.update({label: answer for label, answer in report.items()
                    if label not in labels})
            used |= set(answers)
            out += fill_lines(lines, answers, heading)
            continue
        last = not any(later[0] == heading for later in parts[position + 1:])
        wanted = range(number, len(people) + 1 if last else number + 1)
        for at in wanted or [number]:
            answers = people[at - 1] if at <= len(people) else {}
            renumbered = [line.replace(f"== {heading} {number} ==", f"== {heading} {at} ==")
                for line in lines]
            out += fill_lines(renumbered, answers, f"{heading} {at}")
    assert used == set(report), set(report) - used
    return "\n".join(out) + "\n"
