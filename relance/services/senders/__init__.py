"""The names that the firm writes under: who writes to whom, their settings and their accounts."""
