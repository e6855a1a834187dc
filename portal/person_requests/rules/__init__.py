"""Rules of requests of persons: what they ask, the life of one, its term, what vendors are asked, how it stands."""
