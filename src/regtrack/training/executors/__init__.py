"""Executors: where trials run, a file each. Each takes trials and the job they share and yields what happens to them."""
