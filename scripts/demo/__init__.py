"""`make demo`: a made-up French firm with a year behind it, in a data folder from which nothing can be sent."""
