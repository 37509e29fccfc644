"""What several models must know of a suggestion: apart, so that none of them has to be loaded after it."""

#: States in which something stands on the line.
APPLIED = ("accepted", "changed")
#: Key of the context of what writes a decision on its line. Who else says it keeps a suggestion open, and no more.
DECIDING = "l10n_cl_ai_deciding"
