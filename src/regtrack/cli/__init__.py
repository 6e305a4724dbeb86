"""What the entry points share: options made from the declared settings, and errors in one line."""
