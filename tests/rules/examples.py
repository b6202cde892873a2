# SPDX-License-Identifier: MIT
"""Copies the examples that `wandle rules` prints into tests of rules, as an administrator would."""
import json
import re
from xml.etree import ElementTree


def examples(printed):
    """What an administrator would copy, as it stands."""
    return re.findall(r"(?m)^((?:    at: .*\n)?    given:.*\n(?:      \S.*\n)*(?:    # closed: .*\n)?)", printed)


def paste(run, folder, blocks, expectations, *options):
    """Runs a test of each; says which of its lines are not as expected, by the words in front of them."""
    path, junit = folder / "pasted.yaml", folder / "junit.xml"
    path.write_text("tests:\n" + "".join(f"  - name: example {number}\n{block}    expect: {json.dumps(expected)}\n"
        for number, (block, expected) in enumerate(zip(blocks, expectations))))
    junit.unlink(missing_ok=True)
    run("rules", "test", *options, "--junit", junit, path)
    differs = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        table = "".join(case.itertext()).partition("What made the difference")[0]
        differs[case.get("name")] = {line.split()[1] for line in table.splitlines() if line.startswith("! ")}
    # one that could not be read is none of them
    return [differs[f"example {number}"] for number in range(len(blocks))]
