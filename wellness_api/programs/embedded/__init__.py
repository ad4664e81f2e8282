"""PostgreSQL and Redis for a machine that has neither, from wheels, under the var folder."""
