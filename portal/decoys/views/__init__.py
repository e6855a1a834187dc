"""Pages of decoys: batches, one batch and what reached it, what is noted by hand."""

from portal.decoys.views.batches import bp

__all__ = ["bp"]
