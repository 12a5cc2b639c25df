"""`make bench`: each figure that Relance must reach, and how it was taken."""
