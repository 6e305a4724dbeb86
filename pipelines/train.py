"""Entry point `train`: see regtrack/cli/train.py."""

from regtrack.cli.train import train_command as main

if __name__ == "__main__":
    main()
