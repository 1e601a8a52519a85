"""One module per make target: `python -m commands.NAME`."""
