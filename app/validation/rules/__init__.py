"""The official rules, one module per subject; ids and conditions are theirs, the sentences ours."""
