"""The settings file: read, checked line by line, applied all or nothing, and written back."""
