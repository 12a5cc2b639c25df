"""One message composed: who reads it, which values its fields have, its body in each channel, and its frozen copy."""
