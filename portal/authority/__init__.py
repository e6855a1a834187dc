"""The file for the authority: everything held of a vendor, a line of the register or an entity, as of a day."""
