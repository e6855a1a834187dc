"""The pages of vendors: they read and write only what concerns themselves."""
