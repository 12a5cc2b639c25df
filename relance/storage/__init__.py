"""The database: `db` opens it, `models` are its tables, `book` turns rows into the domain's Book.

`queries` are the read models of pages and exports, `migrations` the schema's numbered history.
"""
