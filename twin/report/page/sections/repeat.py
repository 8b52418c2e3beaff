"""The last section: what is assumed, the versions, and the command that gives the same digest again."""

from __future__ import annotations

from twin.judge.run_record import Run
from twin.report.markup import Markup, element
from twin.report.page.section import Section, Source
from twin.report.summary import assumed_entries


def repeat(given: Source) -> Markup:
    """Assumptions, versions, and the command that gives the same digest again."""
    run, context, words = given.run, given.run.context, given.words
    guessed = assumed_entries(run.network)
    parts = [element("h2", words.say("repeat"))]
    if context.assumptions:
        parts += [element("h3", words.say("repeat.assumptions")),
                  element("ul", *(element("li", words.recorded(text)) for text in context.assumptions))]
    if guessed:
        items = [element("li", element("b", name), f" ({section}){words.say('table.colon')}{basis}")
                 for section, name, basis in guessed]
        parts.append(element("details", element("summary", words.say("repeat.guessed", count=len(items))),
                             element("ul", *items, class_="columns")))
    versions = [element("div", element("dt", words.recorded(name)), element("dd", text))
                for name, text in context.versions.items()]
    inputs = [element("div", element("dt", name), element("dd", text)) for name, text in context.inputs.items()]
    parts += [element("h3", words.say("repeat.how")), element("pre", element("code", command(run)), tabindex="0"),
              element("p", words.say("repeat.same")), element("p", element("code", context.digest)),
              element("dl", *versions, class_="terms"),
              element("details", element("summary", words.say("repeat.inputs")),
                      element("dl", *inputs, class_="terms"))]
    return element("section", *parts, id="repeat")


def command(run: Run) -> str:
    """The command line that repeats a run; names come from the description and hold only letters, digits and "-"."""
    context = run.context
    baseline = "" if run.baseline else " --no-baseline"
    return (f"twin verify {run.network.name}.yaml --seconds {context.seconds:g} --seed {context.seed} "
            f"--lab {context.lab}{baseline}")


SECTION = Section("repeat", "repeat", repeat)
