# SPDX-License-Identifier: MIT
"""What an administrator types, and what is said back."""
import re
import signal

import pytest

from world.scratch import REPOSITORY, until
from world.telling import OFFICER, a_child, a_form, the_officer_sends, wandle_works

USAGE, BAD_INPUT, BAD_SETTINGS = 64, 65, 78
COMMANDS = ("run", "check", "rules", "keys", "explain", "form", "case", "reconcile", "digest", "ledger", "status")
WORDS_OF_RULES = ("check", "test", "activate", "approval", "diff", "history", "modes", "rollback")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(world, command):
    said = world.gateway.run(command, "--help")
    assert said.startswith(f"Usage:\n  wandle {command}")
    assert len(said.splitlines()) > 3
    assert command in world.gateway.run("--help")


def test_it_says_which_wandle_it_is(world):
    version = re.search(r"(?m)^  version: '([^']+)'", (REPOSITORY / "meson.build").read_text())[1]
    assert world.gateway.run("--version") == f"wandle {version}\n"


def test_each_word_of_rules_says_what_it_does(world):
    for word in WORDS_OF_RULES:
        said = world.gateway.run("rules", word, "--help")
        assert said.startswith(f"Usage:\n  wandle rules {word}") and len(said.splitlines()) > 3, said
        assert word in world.gateway.run("rules", "--help")


@pytest.mark.parametrize("words, near", [(["chekc"], "check"), (["rules", "activte"], "activate"),
    (["case", "lst"], "list"), (["run", "--only", "recieve"], "receive"), (["form", "blnk"], "blank"),
    (["check", "--onlin"], "--online")])
def test_a_slip_is_told_the_near_word(world, words, near):
    world.gateway.run(*words, expect=USAGE)
    assert f"did you mean `{near}`?" in world.gateway.said


@pytest.mark.parametrize("words", [["status", "now"], ["case", "list", "W26"], ["form", "blank", "x"],
    ["keys", "add", "a", "b"], ["check", "a", "b"], ["run", "receive"]])
def test_a_word_too_many_is_not_passed_over(world, words):
    world.gateway.run(*words, expect=USAGE)
    assert f"`{words[-1]}` is one word too many" in world.gateway.said


def test_a_slip_in_a_case_reference_is_told_from_a_case_that_is_not_there(world):
    world.gateway.run("case", "show", "W26-7KQ4M-K", expect=65)
    assert "no case W26-7KQ4M-K" in world.gateway.said
    world.gateway.run("case", "show", "W26-7KQ4N-K", expect=USAGE)
    assert "`W26-7KQ4N-K` is no case reference" in world.gateway.said


def test_check_names_every_fault_at_once_with_its_place(world):
    world.gateway.edit("rules/routing.yaml", ("level_of_need: 4", "levle_of_need: 4"))
    world.gateway.edit("rules/officers.yaml", ("id: pc-okafor", "idd: pc-okafor"))
    world.gateway.edit("wandle.yaml", ("workers: 1", "workers: many"))
    world.gateway.edit("templates/receipt.txt", ("Reference:  {{reference}}", "Reference:  {{refrence}}"))
    (world.gateway.folder / "rules/bank-holidays.yaml").unlink()
    world.gateway.run("check", expect=BAD_SETTINGS)
    assert re.search(r"wandle\.yaml:\d+:\d+: .*workers", world.gateway.said)
    assert re.search(r"routing\.yaml:\d+:\d+: .*levle_of_need.*level_of_need", world.gateway.said)
    assert re.search(r"officers\.yaml:\d+:\d+: .*idd", world.gateway.said)
    assert re.search(r"receipt\.txt:\d+:\d+: .*refrence", world.gateway.said)
    assert world.gateway.said.count("bank-holidays.yaml: cannot be read") == 1


def test_check_with_a_broken_form_still_names_what_needs_no_form(world):
    world.gateway.edit("rules/form.yaml", ("kind: count", "kind: cuont"))
    world.gateway.edit("rules/routing.yaml", ("to: [phoenix]", "to: [phenix]"))
    world.gateway.run("check", expect=BAD_SETTINGS)
    assert re.search(r"form\.yaml:\d+:\d+: .*cuont.*count", world.gateway.said)
    assert re.search(r"routing\.yaml:\d+:\d+: .*phenix.*phoenix", world.gateway.said)
    # and nothing of the rules' words, which nobody can judge without the form
    assert "level_of_need" not in world.gateway.said


def test_check_without_our_own_key_looks_at_the_servers_all_the_same(world, people):
    world.gateway.edit("wandle.yaml", (people["gateway"].fingerprint, people["stranger"].fingerprint))
    said = world.gateway.run("check", "--online", expect=BAD_SETTINGS)
    assert f"our own key {people['stranger'].fingerprint} is missing" in world.gateway.said
    assert "ok      mailbox imaps://" in said


def test_check_online_says_each_step_and_the_remedy(world):
    said = world.gateway.run("check", "--online")
    assert "ok      mailbox imaps://" in said and "ok      submission smtp://" in said
    assert "warning: desk.yaml: nobody has `administers: yes`" in said
    assert "warning: wandle.yaml: no recovery key is named" in said
    # and by STARTTLS, which this Dovecot demands of who comes in plain
    ports = world.servers.ports
    world.gateway.edit("wandle.yaml", (f"imaps://localhost:{ports.imaps}", f"imap://localhost:{ports.imap}"))
    the_officer_sends(world, a_form(world))
    assert f"ok      mailbox imap://localhost:{ports.imap}" in world.gateway.run("check", "--online")
    wandle_works(world)
    assert world.gateway.ledger.fates() == [("sorted", "sort.concern")] and world.inbox() == []
    (world.gateway.folder / "secrets/mailbox").write_text("wrong\n")
    world.gateway.edit("rules/desk.yaml", ("      reviews: yes\n", "      reviews: yes\n      administers: yes\n"))
    world.gateway.edit("wandle.yaml", ("digest:\n",
        f"recovery:\n  holder: Superintendent Adeyemi\n  key: {world.people[OFFICER].fingerprint}\ndigest:\n"))
    said = world.gateway.run("check", "--online", expect=69)
    assert "FAILED  mailbox" in said and "inbox.login" in said and "wrong" not in said
    assert "nobody has" not in said and "no recovery key" not in said


def test_rules_that_do_not_fit_are_not_activated(world):
    before = world.gateway.run("status")
    world.gateway.edit("rules/routing.yaml", ("to: [phoenix]", "to: [phenix]"))
    world.gateway.run("rules", "activate", expect=BAD_SETTINGS)
    assert "phoenix" in world.gateway.said
    assert world.gateway.run("status").splitlines()[0] == before.splitlines()[0]


def test_explain_and_form_read_say_what_would_happen(world):
    text = a_form(world, [a_child(12, concerns="child drugs")]).encode()
    said = world.gateway.run("explain", "-", data=text)
    assert "send       merton-mash" in said and "propose    phoenix" in said
    assert re.search(r"yes +child\.age", said)
    said = world.gateway.run("form", "read", "-", data=text)
    assert "child.home.postcode" in said and "SW19 7NB" in said and "made out to this desk" in said
    world.gateway.run("form", "read", "-", data=b"Dear desk, all is well.\n", expect=BAD_INPUT)
    world.gateway.run("explain", "-", data=b"\xff\xfe", expect=BAD_INPUT)
    assert world.mailboxes() == {}


def test_a_key_is_added_after_its_fingerprint_was_typed(world, people):
    stranger = people["stranger"]
    path = world.scratch.folder / "stranger.asc"
    path.write_bytes(stranger.public)
    wrong = people["pc-okafor"].fingerprint
    world.gateway.run("keys", "add", path, "--fingerprint", wrong, expect=BAD_INPUT)
    said = world.gateway.run("keys", "add", path, data=f"{stranger.fingerprint}\n".encode())
    assert stranger.fingerprint in said
    world.gateway.edit("rules/officers.yaml",
        (people["pc-okafor"].fingerprint, stranger.fingerprint))
    listed = world.gateway.run("keys", "list")
    assert re.search(rf"pc-okafor +{stranger.fingerprint} usable", listed)
    assert re.search(r"\(this gateway\) +[0-9A-F]{40} usable", listed)


def test_status_and_metrics_count_what_there_is(world):
    the_officer_sends(world, a_form(world))
    wandle_works(world)
    said = world.gateway.run("status")
    assert re.search(r"mail +sorted +1,", said) and re.search(r"letter +sent +2,", said)
    assert re.search(r"duty +deliver +last seen 20", said)
    metrics = world.gateway.run("status", "--metrics")
    assert 'wandle_items{kind="mail",state="sorted"} 1' in metrics
    for line in metrics.splitlines():
        assert line.startswith("# ") or re.fullmatch(r'[a-z_]+\{[a-z_="\-,.]+\} \d+', line)


def test_a_running_gateway_takes_up_new_rules_and_keeps_the_old_where_they_do_not_fit(world):
    gateway = world.gateway

    def fates():
        """Of what came by mail: that the edited files have a fault is noted there too."""
        return [fate for fate in gateway.ledger.fates() if fate[1] != "rules.fault"]

    running = gateway.start(world.scratch)
    the_officer_sends(world, a_form(world))
    until(lambda: fates() == [("sorted", "sort.concern")], "the first case")
    current = gateway.folder / "state/active-rules/current"
    old = current.readlink()

    # The active set is edited behind Wandle's back, and would load: the old one stays at work.
    good = (current / "routing.yaml").read_text()
    (current / "routing.yaml").write_text(good.replace("to: [phoenix]", "to: [early-help]"))
    running.send_signal(signal.SIGHUP)
    until(lambda: "reload.refused -" in gateway.alarms(), "the alarm")
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 2/26"))
    until(lambda: len(fates()) == 2 and
        fates()[1][0] == "sorted", "the second case")
    (current / "routing.yaml").write_text(good)

    # A good one is taken up.
    gateway.edit("rules/routing.yaml", ("\n  to: [merton-mash]", "\n  to: [merton-mash, merton-camhs]"))
    gateway.run("rules", "activate")
    assert current.readlink() != old
    running.send_signal(signal.SIGHUP)
    until(lambda: "loading the active rules" in gateway.log_text(), "the reload")
    the_officer_sends(world, a_form(world, Your_reference="MERLIN 3/26",
        Immediate_danger="yes", Level_of_need="4"))
    until(lambda: len(fates()) == 3 and
        fates()[2][0] == "sorted", "the third case")
    assert gateway.stop(world.scratch) == 0
    hashes = [row["rules_hash"] for row in
        gateway.ledger.ask("SELECT rules_hash FROM cases ORDER BY id")]
    assert hashes[0] == hashes[1] == str(old) and hashes[2] == str(current.readlink())
