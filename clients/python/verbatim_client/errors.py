"""What goes wrong, with the server's own sentence."""


class VerbatimError(Exception):
    """The message is fit for a person."""


class Unreachable(VerbatimError):
    """No answer, after every try."""


class Refused(VerbatimError):
    """The server said no: `status` and `code` for a program, the message for a person."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code
