"""Measured performance: CPU time, each figure beside a limit taken in the same run."""
