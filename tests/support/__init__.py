"""What tests share and import: `from support.project import run_project` (pytest's pythonpath holds tests)."""
