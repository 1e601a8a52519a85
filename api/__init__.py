"""The contract over HTTP, the guard before everything, and the sign-in form."""
