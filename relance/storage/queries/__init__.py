"""What pages, exports and commands read: one file for each thing they show. Nothing here writes."""
