"""The kill test: the whole platform under load, with everything killed that can be killed."""
