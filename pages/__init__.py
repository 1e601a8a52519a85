"""One function a screen; layout only. They are functions, so that opening a file of this folder shows nothing."""
