"""Sentences about a settings file: what is wrong, on which line, and the mend; and what a load changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from relance.domain.merge import FaultCode
from relance.domain.program import MAX_OFFSET_DAYS, ProgramFault
from relance.services.settings.problems import Problem, ProblemCode
from relance.web.labels import N_, Say
from relance.web.labels.failures_sms import HOURS

if TYPE_CHECKING:
    from relance.services.settings.loading import Loaded, Tally

FILES = {
    "config.missing": N_("There is no file %(file)s. Check its name and its folder."),
    "config.folder": N_("%(file)s is a folder. Name a TOML file, such as relance.toml."),
    "config.unreadable": N_("%(file)s can't be read: %(error)s."),
    "config.not_utf8": N_("%(file)s, line %(line)s: this file isn't UTF-8 text. Save it as UTF-8, then load it again."),
    "config.address": N_("“%(value)s” isn't one e-mail address. Give one alone, such as name@company.fr."),
}
NOTHING_CHANGED = N_("Nothing was changed.")

SENTENCES = {
    ProblemCode.SYNTAX: N_("This isn't TOML: %(detail)s."),
    ProblemCode.UNKNOWN_TABLE: N_("There is no such table. The tables are: %(tables)s."),
    ProblemCode.UNKNOWN_KEY: N_("There is no such key here. The keys are: %(keys)s."),
    ProblemCode.MISSING: N_("The key “%(key)s” is missing. Add it."),
    ProblemCode.NOT_A_TABLE: N_("A table is expected here, with its keys below it."),
    ProblemCode.NOT_TABLES: N_("Tables between double square brackets are expected here."),
    ProblemCode.KEPT_ELSEWHERE: N_("A password is never kept in this file. Say where it is instead, with: %(keys)s."),
    ProblemCode.TWO_SECRETS: N_("Name the variable or the file that holds the secret, not both."),
    ProblemCode.ACCOUNT_KEY: N_(
        "The sender's e-mail address is expected here. Its own mail account has its own table: [sender.account]."
    ),
    ProblemCode.NOT_TEXT: N_("A text between quotes is expected."),
    ProblemCode.NOT_ONE_LINE: N_("A text on one line is expected."),
    ProblemCode.CONTROL_CHARACTER: N_("This text has a control character in it. Remove it."),
    ProblemCode.TOO_LONG: N_("This text is too long: at most %(longest)s characters are expected."),
    ProblemCode.TOO_MANY_LINES: N_("There are too many lines: at most %(most)s are expected."),
    ProblemCode.EMPTY: N_("This text can't be empty."),
    ProblemCode.NOT_BOOLEAN: N_("true or false is expected, without quotes."),
    ProblemCode.NOT_INTEGER: N_("A whole number between %(low)s and %(high)s is expected, without quotes."),
    ProblemCode.NOT_AMOUNT: N_("An amount of at least 0 with a decimal point is expected, such as 12.50."),
    ProblemCode.RATE: N_(
        "A rate above 0 and at most %(highest)s percent a year is expected, such as 12.40; "
        "an empty text is the legal default rate."
    ),
    ProblemCode.NOT_A_CHOICE: N_("One of these is expected: %(choices)s."),
    ProblemCode.EMAIL_INVALID: N_("“%(address)s” is not a complete e-mail address. Example: name@company.fr."),
    ProblemCode.EMAIL_NOT_ASCII: N_(
        "“%(address)s” has a letter with an accent before its @: most mail servers refuse it. Give another address."
    ),
    ProblemCode.EMAIL_NOT_ALONE: N_("One address alone is expected, such as name@company.fr."),
    ProblemCode.EMAIL_OWN: N_("%(address)s is your own address: no reminder is sent to it. Enter the customer's."),
    ProblemCode.TIMEZONE: N_("This time zone is not known. Example: Europe/Paris."),
    ProblemCode.COUNTRY: N_("This country is not known. Give its two-letter code, such as FR."),
    ProblemCode.HOLIDAYS_UNKNOWN: N_("The public holidays of this country are not known. Give another country."),
    ProblemCode.REGION: N_(
        "“%(region)s” is not a region of %(country)s with its own holidays. Known ones: %(choices)s."
    ),
    ProblemCode.LANGUAGE: N_("This language is not known. One of these is expected: %(choices)s."),
    ProblemCode.CURRENCY: N_("This currency is not known. Give its three-letter code, such as EUR."),
    ProblemCode.IBAN: N_("This is not a valid IBAN: a character is wrong or missing. Copy it again from your bank."),
    ProblemCode.BIC: N_("This is not a valid BIC: it has 8 or 11 characters. Copy it again from your bank."),
    ProblemCode.BIC_ALONE: N_("A BIC goes with its own IBAN: enter the IBAN too, or leave both empty."),
    ProblemCode.SIREN: N_("This is not a valid SIREN: nine digits are expected, and their check digit must be right."),
    ProblemCode.HOST: N_("The name of a server alone is expected, such as smtp.company.fr; the port has its own key."),
    ProblemCode.URL: N_("A complete web address is expected, such as https://api.company.fr."),
    ProblemCode.URL_NOT_ENCRYPTED: N_("The address must begin with https://: a secret key is sent there."),
    ProblemCode.TIME: N_("A time between 00:00 and 23:59 is expected, such as 10:00."),
    ProblemCode.DATE: N_("A date is expected, such as 2026-12-31."),
    ProblemCode.VARIABLE_NAME: N_("The name of an environment variable is expected, not the password itself."),
    ProblemCode.OFFSETS: N_(
        "Whole numbers of days with commas between them are expected, such as -3, 0, 5: not “%(item)s”."
    ),
    ProblemCode.RESERVED_NAME: N_("A program can't have one of these names, which say something else: %(words)s."),
    ProblemCode.NAME_WITHOUT_PAGE: N_("A model with this name would have no page. Give it another name."),
    ProblemCode.DUPLICATE: N_("This is in the file twice: see %(first)s. Keep one of them."),
    ProblemCode.NAME_TAKEN: N_("There is already one with this name. Give another name."),
    ProblemCode.AMBIGUOUS_CUSTOMER: N_("Several customers have this name. Give the code of one of them: %(codes)s."),
    ProblemCode.UNKNOWN_PROGRAM: N_("There is no program with this name, in the file or in Relance."),
    ProblemCode.UNKNOWN_GROUP: N_("There is no group with this name, in the file or in Relance."),
    ProblemCode.UNKNOWN_SENDER: N_("There is no sender with this name, in the file or in Relance."),
    ProblemCode.UNKNOWN_TEMPLATE: N_("There is no template with this name, in the file or in Relance."),
    ProblemCode.TEMPLATE_CHANNEL: N_("This template can't be used for the channel %(channel)s here: it is for %(of)s."),
    ProblemCode.CHANNEL_NOT_USED: N_("The step doesn't use the channel %(channel)s. Add it to its channels."),
    ProblemCode.TWO_GENERALS: N_("Only one program can be the general one, and “%(first)s” is already."),
    ProblemCode.OWN_GENERAL: N_("A program that is one customer's own can't be the general one."),
    ProblemCode.OWN_OF_GROUP: N_(
        "A group can't follow a program that is one customer's own: see the group “%(group)s”."
    ),
    ProblemCode.OWN_SHARED: N_(
        "Only one customer can follow a program that is its own. The customers that follow this one: %(customers)s."
    ),
    ProblemCode.OFFSETS_AND_STEPS: N_("Give either the list of offsets or the tables of the steps, not both."),
    ProblemCode.HALF_A_REPEAT: N_("repeat_every and repeat_times go together. Give both or neither."),
    ProblemCode.NO_TEXT: N_("This template has no text. Add a table for a language, with subject and body."),
}
# RULES 1.2, for a step.
FAULTS = {
    ProgramFault.NO_STEP: N_("This program has no step. Add one, or a list of offsets such as -3, 0, 5."),
    ProgramFault.LEVEL_RANGE: N_("Step %(step)s: a level is 0, 1, 2 or 3."),
    ProgramFault.OFFSET_RANGE: N_("Step %(step)s: an offset is at most %(most)s days."),
    ProgramFault.COURTESY_AFTER_DUE: N_(
        "Step %(step)s: level 0 is for reminders up to the due date. Give an offset of 0 or less, or a higher level."
    ),
    ProgramFault.COURTESY_FROM_PREVIOUS: N_("Step %(step)s: level 0 counts from the due date only."),
    ProgramFault.LEVEL_BEFORE_DUE: N_(
        "Step %(step)s: levels 1 to 3 come after the due date. Give an offset of 1 or more, or level 0."
    ),
    ProgramFault.LEVEL_DECREASES: N_("Step %(step)s: its level is lower than that of the step before it."),
    ProgramFault.OFFSET_NOT_INCREASING: N_(
        "Step %(step)s: its offset must be higher than those of the steps before it."
    ),
    ProgramFault.FIRST_FROM_PREVIOUS: N_("Step %(step)s: the first step has none before it to count from."),
    ProgramFault.NO_CHANNEL: N_("Step %(step)s: it has no channel. Add email, sms or letter."),
    ProgramFault.FALLBACK_IS_OWN: N_(
        "Step %(step)s: the channel to fall back on is one of its own. Choose another one, or none."
    ),
    ProgramFault.REPEAT_NOT_LAST: N_("Step %(step)s: only the last step can repeat."),
    ProgramFault.REPEAT_RANGE: N_("Step %(step)s: a step repeats at least every day and at least once."),
    ProgramFault.DEADLINE_RANGE: N_("Step %(step)s: the days given to pay are between 1 and %(most)s."),
}
MERGE_FAULTS = {
    FaultCode.UNKNOWN_FIELD: N_("Line %(text_line)s of the text: there is no such field."),
    FaultCode.OPEN_FIELD: N_("Line %(text_line)s of the text: a # sign is missing around the field."),
    FaultCode.UNKNOWN_BLOCK: N_("Line %(text_line)s of the text: there is no such block."),
    FaultCode.OPEN_BLOCK: N_("Line %(text_line)s of the text: this block has no [fin]."),
    FaultCode.STRAY_ELSE: N_("Line %(text_line)s of the text: this [sinon] belongs to no block."),
    FaultCode.STRAY_END: N_("Line %(text_line)s of the text: this [fin] belongs to no block."),
}


def sentence(code: str, facts: Mapping[str, object], _: Say) -> str | None:
    """The sentences of a refusal about settings, one line for each problem."""
    if code == "config.problems":
        problems: Any = facts["problems"]
        lines = [_line(problem, str(facts.get("file", "")), _) for problem in problems]
        return "\n".join([*lines, _(NOTHING_CHANGED)])
    return _(FILES[code]) % facts if code in FILES else None


def _line(problem: Problem, file: str, _: Say) -> str:
    parts = [
        file,
        _("line %(line)s") % {"line": problem.line} if problem.line else "",
        _("column %(column)s") % problem.facts if problem.facts.get("column") else "",
        problem.key,
    ]
    place = ", ".join(part for part in parts if part)
    if problem.owner:
        place = _("%(place)s (“%(owner)s”)") % {"place": place, "owner": problem.owner}
    return _("%(place)s: %(what)s") % {"place": place, "what": problem_sentence(problem, _)}


def problem_sentence(problem: Problem, _: Say) -> str:
    """What is wrong and what is expected, then what was read, and the nearest word that is known."""
    facts = {name: _listed(fact) for name, fact in problem.facts.items()}
    parts = [_(_msgid(problem)) % {**facts, "most": facts.get("most", MAX_OFFSET_DAYS)}]
    if problem.value:
        parts.append(_("Read: %(value)s.") % {"value": problem.value})
    if problem.facts.get("near"):
        parts.append(_("Did you mean “%(near)s”?") % facts)
    return " ".join(parts)


def _msgid(problem: Problem) -> str:
    fault = problem.facts.get("fault")
    if problem.code is ProblemCode.SENDING_HOURS:
        return HOURS[str(fault)]
    if isinstance(fault, ProgramFault):
        return FAULTS[fault]
    return MERGE_FAULTS[fault] if isinstance(fault, FaultCode) else SENTENCES[problem.code]


def _listed(fact: object) -> object:
    return ", ".join(f'"{one}"' if one == "" else str(one) for one in fact) if isinstance(fact, tuple) else fact


def loaded(result: "Loaded", _: Say) -> str:
    """What a load changed, on one line."""
    if result.nothing:
        return _("Nothing to change: everything was so already.")
    counts = [
        _("settings: %(changed)s changed") % {"changed": result.settings},
        _("senders: %(counts)s") % {"counts": _counts(result.senders, _)},
        _("templates: %(counts)s") % {"counts": _counts(result.templates, _)},
        _("programs: %(counts)s") % {"counts": _counts(result.programs, _)},
        _("groups: %(counts)s") % {"counts": _counts(result.groups, _)},
        _("customers: %(counts)s") % {"counts": _counts(result.customers, _)},
    ]
    return _("Loaded. %(counts)s.") % {"counts": "; ".join(counts)}


def _counts(tally: "Tally", _: Say) -> str:
    return _("%(added)s added, %(changed)s changed") % {"added": tally.added, "changed": tally.changed}
