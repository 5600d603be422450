"""``python -m planner``: the program ``mlplan``."""

from planner.cli.main import run

if __name__ == "__main__":
    run()
