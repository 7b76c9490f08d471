"""Run the command line with `python -m voorzieningen`."""

from voorzieningen.cli import main

if __name__ == "__main__":
    main()
