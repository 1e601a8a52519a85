"""The models' weights: fetched by digest from registry packages, checked, and laid ready for the adapters."""
