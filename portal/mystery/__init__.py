"""Mystery tests of a withdrawal: plans, tests that follow a script, observations, their result and findings."""
