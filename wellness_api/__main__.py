"""`python -m wellness_api`: the same as the `wellness` command."""

from wellness_api.programs.cli import main

main()
