"""Letters as paper: their house style, batches to print, what was posted, the postal partner, statements."""
