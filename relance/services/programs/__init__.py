"""Programs as people change them: ready ones, a customer's own, effects and example dates of a change."""
