"""Entry point `dashboard`: see regtrack/cli/dashboard.py."""

from regtrack.cli.dashboard import dashboard as main

if __name__ == "__main__":
    main()
