"""Settings files that are refused for a sender, a rate, or one customer's own program: why, for which key and line."""

from relance.services.settings.loading import ProblemCode as P

# What these files find in the database.
SENDERS_THERE = """
[[sender]]
name = "Lyon"
[[sender]]
name = "Brest"
iban = "FR1420041010050500013M02606"
bic = "PSSTFRPP"
[[program]]
name = "Own"
own = true
offsets = "5"
[[program]]
name = "Shared"
offsets = "5"
[[group]]
name = "Wines"
program = "Shared"
[[customer]]
code = "OWNER"
name = "Owner"
program = "Own"
"""
NICE = '[[sender]]\nname = "Nice"\n'
ACCOUNT = '[sender.account]\nhost = "smtp.x.fr"\nsender = "nice@x.fr"\n'
A_AND_B = (
    '[[customer]]\ncode = "A"\nname = "A"\nprogram = "{0}"\n[[customer]]\ncode = "B"\nname = "B"\nprogram = "{0}"\n'
)

# name of the case: (text, code, key, line)
BAD_SENDERS: dict[str, tuple[str, P, str, int]] = {
    # What is claimed.
    "charges in words": ('[firm]\ncharges = "yes"\n', P.NOT_BOOLEAN, "firm.charges", 2),
    "a rate of nothing": ("[firm]\ncontract_rate = 0\n", P.RATE, "firm.contract_rate", 2),
    "a rate of nothing in a text": ('[firm]\ncontract_rate = "0,00 %"\n', P.RATE, "firm.contract_rate", 2),
    "a rate below nothing": ("[firm]\ncontract_rate = -12.4\n", P.RATE, "firm.contract_rate", 2),
    "a rate above all": ("[firm]\ncontract_rate = 100.001\n", P.RATE, "firm.contract_rate", 2),
    "a rate too fine": ("[firm]\ncontract_rate = 12.3456\n", P.RATE, "firm.contract_rate", 2),
    "an endless rate": ("[firm]\ncontract_rate = inf\n", P.RATE, "firm.contract_rate", 2),
    "a rate that isn't": ("[firm]\ncontract_rate = nan\n", P.RATE, "firm.contract_rate", 2),
    "a rate in words": ('[firm]\ncontract_rate = "douze"\n', P.RATE, "firm.contract_rate", 2),
    "a rate with a line in it": ('[firm]\ncontract_rate = "1_2"\n', P.RATE, "firm.contract_rate", 2),
    "a rate in other digits": ('[firm]\ncontract_rate = "١٢"\n', P.RATE, "firm.contract_rate", 2),
    "true for a rate": ("[firm]\ncontract_rate = true\n", P.RATE, "firm.contract_rate", 2),
    "a day for a rate": ("[firm]\ncontract_rate = 2026-07-01\n", P.RATE, "firm.contract_rate", 2),
    "rates for a rate": ("[firm]\ncontract_rate = [12, 13]\n", P.RATE, "firm.contract_rate", 2),
    "a customer's charges in words": (
        '[[customer]]\ncode = "A"\nname = "A"\ncharges = "no"\n',
        P.NOT_BOOLEAN,
        "customer[1].charges",
        4,
    ),
    # Senders.
    "a sender without name": ('[[sender]]\nphone = "01"\n', P.MISSING, "sender[1]", 1),
    "a sender with an empty name": ('[[sender]]\nname = " "\n', P.EMPTY, "sender[1].name", 2),
    "names for senders": ('sender = ["Lyon"]\n', P.NOT_TABLES, "sender[1]", 1),
    "a table for senders": ('[sender]\nname = "Lyon"\n', P.NOT_TABLES, "sender", 1),
    "a sender twice": (NICE + '[[sender]]\nname = "NICE "\n', P.DUPLICATE, "sender[2].name", 4),
    "a sender of another one's name": ('[[sender]]\nname = "LYON"\n', P.NAME_TAKEN, "sender[1].name", 2),
    "an unknown key of a sender": (NICE + 'logo = "x.png"\n', P.UNKNOWN_KEY, "sender[1].logo", 3),
    "two addresses of a sender": (NICE + 'email = "a@x.fr, b@x.fr"\n', P.EMAIL_NOT_ALONE, "sender[1].email", 3),
    "a sender's bad IBAN": (NICE + 'iban = "FR14"\nbic = "PSSTFRPP"\n', P.IBAN, "sender[1].iban", 3),
    "a BIC without its IBAN": (NICE + 'bic = "PSSTFRPP"\n', P.BIC_ALONE, "sender[1].bic", 3),
    "an IBAN taken away from its BIC": ('[[sender]]\nname = "Brest"\niban = ""\n', P.BIC_ALONE, "sender[1].iban", 3),
    # The account of a sender.
    "an account where an address is": (
        NICE + '[sender.email]\nhost = "smtp.x.fr"\n',
        P.ACCOUNT_KEY,
        "sender[1].email",
        3,
    ),
    "a text for an account": (NICE + 'account = "smtp.x.fr"\n', P.NOT_A_TABLE, "sender[1].account", 3),
    "an account without server": (NICE + '[sender.account]\nsender = "a@x.fr"\n', P.MISSING, "sender[1].account", 3),
    "an account without address": (NICE + '[sender.account]\nhost = "x.fr"\n', P.MISSING, "sender[1].account", 3),
    "an account with an empty server": (
        NICE + ACCOUNT.replace("smtp.x.fr", ""),
        P.EMPTY,
        "sender[1].account.host",
        4,
    ),
    "an account that signs in by token": (
        NICE + ACCOUNT + 'sign_in = "google"\n',
        P.NOT_A_CHOICE,
        "sender[1].account.sign_in",
        6,
    ),
    "a password of an account": (
        NICE + ACCOUNT + 'password = "hunter2"\n',
        P.KEPT_ELSEWHERE,
        "sender[1].account.password",
        6,
    ),
    "two places of an account's password": (
        NICE + ACCOUNT + 'password_env = "A"\npassword_file = "b"\n',
        P.TWO_SECRETS,
        "sender[1].account.password_file",
        7,
    ),
    "an unknown key of an account": (NICE + ACCOUNT + "speed = 3\n", P.UNKNOWN_KEY, "sender[1].account.speed", 6),
    # Who names a sender; tones.
    "a group of no known sender": (
        '[[group]]\nname = "G"\nsender = "Lion"\n',
        P.UNKNOWN_SENDER,
        "group[1].sender",
        3,
    ),
    "a customer of no known sender": (
        '[[customer]]\ncode = "A"\nname = "A"\nsender = "lyon"\n',
        P.UNKNOWN_SENDER,
        "customer[1].sender",
        4,
    ),
    "a number for a sender": ('[[group]]\nname = "G"\nsender = 1\n', P.NOT_TEXT, "group[1].sender", 3),
    "a tone that there isn't": ('[[group]]\nname = "G"\ntone = "rude"\n', P.NOT_A_CHOICE, "group[1].tone", 3),
    # One customer's own program.
    "own in words": ('[[program]]\nname = "P"\nown = "A"\noffsets = "5"\n', P.NOT_BOOLEAN, "program[1].own", 3),
    "an own program that is general": (
        '[[program]]\nname = "P"\noffsets = "5"\ngeneral = true\nown = true\n',
        P.OWN_GENERAL,
        "program[1].own",
        5,
    ),
    "an own program made general": (
        '[[program]]\nname = "Own"\ngeneral = true\n',
        P.OWN_GENERAL,
        "program[1].general",
        3,
    ),
    "the general program made an own one": (
        '[[program]]\nname = "Standard"\nown = true\n',
        P.OWN_GENERAL,
        "program[1].own",
        3,
    ),
    "a group that follows an own program": (
        '[[group]]\nname = "G"\nprogram = "Own"\n',
        P.OWN_OF_GROUP,
        "group[1].program",
        3,
    ),
    "a program of a group made an own one": (
        '[[program]]\nname = "Shared"\nown = true\n',
        P.OWN_OF_GROUP,
        "program[1].own",
        3,
    ),
    "an own program of two": (
        '[[program]]\nname = "P"\noffsets = "5"\nown = true\n' + A_AND_B.format("P"),
        P.OWN_SHARED,
        "customer[2].program",
        12,
    ),
    "the own program of another one": (
        '[[customer]]\ncode = "A"\nname = "A"\nprogram = "Own"\n',
        P.OWN_SHARED,
        "customer[1].program",
        4,
    ),
}
