"""Entry point `report`: see regtrack/cli/report.py."""

from regtrack.cli.report import report_command as main

if __name__ == "__main__":
    main()
