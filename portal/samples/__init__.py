"""Samples of real cases: asked of a vendor, drawn, received, measured against the law; rates and findings from them."""
