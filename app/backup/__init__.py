"""Backups: the database and every file that it names, of one moment, in one archive; and back again."""
