"""What maintainers run: build, bench, demo data, translations, checks."""
