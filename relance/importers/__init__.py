"""Readers of files: bytes in, candidates and problems out; nothing here knows the database.

A file goes through them in this order:

- `csv_rows`       `read_invoices` and `read_payments`, the two doors; they carry out all of the rest
- `understanding`  a file up to typed rows, or up to the questions to answer first
- `decoding`       bytes to text: byte order marks, UTF-8, then the old Western encodings
- `table`          text to headings and rows: separator, titles above the headings, blank rows
- `spreadsheet`    the same from an .xlsx workbook
- `headings`       what a heading may mean (`synonyms` holds the words), and the language they are in
- `columns`        which column is which field: the user's mapping first, then the headings
- `totals`         the sums below the rows, left out
- `styles`         how a column writes its amounts and its dates, proven by its own values
- `cells`          columns to typed rows, by `amounts`, `dates`, `words`, `places`, `emails` and `text`
- `invoice_rows`   one row to one invoice or to its problems; `settlement` makes its amounts agree
- `payment_rows`   one row to one payment or to its problems; `row_checks` is what both have in common

`fields`, `candidates` and `reading` are the values that come out. A whole file that can't be read raises
`Unreadable`; what only a person can tell is a `Question`; a bad cell is a `Problem` of its row. All three are codes
and facts, never sentences.
"""
