"""Entry point `dashboard`: see regtrack/cli/dashboard.py."""

from regtrack.cli.dashboard import dashboard_command as main

if __name__ == "__main__":
    main()
