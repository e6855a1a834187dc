"""Questionnaires of other tools, read into drafts of ours; what could not be kept is named, loss by loss."""
