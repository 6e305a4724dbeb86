"""Runs a grid: pool, resume, progress, each trial logged. What entry points, terminal and notebook share."""
