"""The decision: what happens to each invoice today, and why. Pure: values in, values out, standard library only.

Read in this order:

- `program`      Program, Step: what is sent when; a program checks itself (RULES 1)
- `book`         Book: customers, invoices, past reminders, as frozen facts
- `eligibility`  is the invoice chased at all? sixteen small rules in order of precedence (RULES 2)
- `progress`     how far an invoice is in its program (RULES 3.1)
- `schedule`     planned dates, and which step is up (RULES 3)
- `reach`        whom a step reaches, through which channels (RULES 4.2)
- `plan`         plan(book, programs, policy, now) -> one Decision for every invoice, with its reasons
- `reasons`      the closed list of reason codes
- `status`       the states of a message and the moves between them
- `delivery`     what a channel is given, what it gives back, and how it fails
- `merge`        the fields of a message's text
- `postal`       what a postal address lacks
- `money`, `documents`  amounts; kinds of document and of customer

The words, and what the French screens call them:

| code | screen | meaning |
|---|---|---|
| invoice | facture | any imported accounting document |
| balance | reste dû | total − payments − credit notes applied |
| due date | échéance | the day by which it is to be paid |
| reminder | relance | one step applied to one invoice, really sent |
| level 0 | rappel | a courtesy reminder, before or on the due date |
| levels 1 to 3 | niveau 1, 2, 3 | the reminders after the due date |
| step | étape | one line of a program |
| program | programme | an ordered list of steps |
| hold | litige, promesse, pause | what keeps an invoice from being chased for a while |
| run | envoi automatique | the daily pass |
| approval | à valider | a step that waits for a person's word |
"""
