"""Pure rules of the register of information: its structure, read from data files, and what is wrong with its rows."""
