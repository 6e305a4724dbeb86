"""Which variants get more seeds, by what validation says so far (`seeds: auto`), and what comes of it."""
