"""Entry point `confirm`: see regtrack/cli/confirm.py."""

from regtrack.cli.confirm import confirm_command as main

if __name__ == "__main__":
    main()
