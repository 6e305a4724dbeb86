"""regtrack: which regularizer should I use, is the win real, can I trust the network's confidence?"""

__version__ = "0.1.0"
