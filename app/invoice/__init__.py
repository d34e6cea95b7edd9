"""What an invoice means: plain values in the words of EN 16931, no web and no database."""
