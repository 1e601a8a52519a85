"""Side-by-side measurements, one file each; each prints a Markdown table for docs/benchmarks.md."""
