"""What pages share: the frame, who is looking, errors, and the browser components."""
