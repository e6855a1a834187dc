"""Decoys: invented customers planted in what is handed over, so that a leak names its source."""
