"""The register of information of DORA (Regulation (EU) 2022/2554, art. 28(3)): tables, their defects, the package."""
