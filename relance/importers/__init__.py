"""Readers of files: bytes in, candidates and problems out; nothing here knows the database.

A file goes through them in this order:

- `decoding`     bytes to text: byte order marks, UTF-8, then the old Western encodings
- `table`        text to headings and rows: separator, titles above the headings, blank rows
- `spreadsheet`  the same from an .xlsx workbook
- `headings`     what a heading means (`synonyms` holds the words), and the language they are in
- `columns`      which column is which field: the user's mapping first, then the headings
- `styles`       how a column writes its amounts and its dates, proven by its own values
- `amounts`, `dates`, `words`, `places`, `emails`, `text`: one cell to one value
- `cells`        the parsed columns put back into typed rows
- `invoice_rows`, `payment_rows`: one row to one candidate, or to the problem that it has
- `csv_rows`     `read_invoices` and `read_payments`, which carry out all of the above

`fields`, `candidates` and `reading` are the values that come out. A whole file that can't be read raises
`Unreadable`; what only a person can tell is a `Question`; a bad cell is a `Problem` of its row. All three are codes
and facts, never sentences.
"""
