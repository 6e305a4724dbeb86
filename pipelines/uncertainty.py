"""Entry point `uncertainty`: see regtrack/cli/uncertainty.py."""

from regtrack.cli.uncertainty import uncertainty_command as main

if __name__ == "__main__":
    main()
