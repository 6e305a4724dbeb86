"""splits: a sweep over several splits of the data: what it is judged on, chosen by, and answered with."""
