"""Invented people and words, and the audio made of them."""
