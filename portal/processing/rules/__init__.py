"""What a line of the register says, what it lacks, and whether it calls for an impact assessment; all of it pure."""
