"""What is measured: each measure's name, words, unit, digits, direction, help and places, declared once."""
