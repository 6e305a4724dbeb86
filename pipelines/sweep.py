"""Entry point `main`: see regtrack/cli/sweep.py."""

from regtrack.cli.sweep import sweep_command as main

if __name__ == "__main__":
    main()
