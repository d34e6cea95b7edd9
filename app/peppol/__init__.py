"""The Peppol network: who is reachable, and how documents travel. Blind: no web, no database."""
