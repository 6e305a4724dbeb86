"""Entry point `describe`: see regtrack/cli/describe.py."""

from regtrack.cli.describe import describe_command as main

if __name__ == "__main__":
    main()
