"""What runs in a child process of its own, for the files it reads are hostile; nothing else of the portal is loaded."""
