"""The English of every French sentence, in parts/, and the tools that gather, judge and compile it."""
