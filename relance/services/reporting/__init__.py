"""Reports as people ask for them: figures of a day, tables, files, and the one that leaves each month."""
