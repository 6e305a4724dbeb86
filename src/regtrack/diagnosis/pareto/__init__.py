"""pareto: accuracy, likelihood and the cost of an answer against each other: which networks nobody should choose."""
