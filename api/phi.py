"""Whether a caller asks for clear text: `Accept: application/json; phi=clear`. Otherwise encrypted fields go
out encrypted."""

from fastapi import Request

HOW = (
    "Encrypted fields go out as stored: AES-256-GCM, Base64. With `Accept: application/json; phi=clear` they "
    "go out in clear; either way the access log says who read them."
)


def wants_clear(request: Request) -> bool:
    for accepted in request.headers.getlist("accept"):
        for kind in accepted.lower().split(","):
            name, *parameters = (part.strip().replace(" ", "") for part in kind.split(";"))
            if name == "application/json" and "phi=clear" in parameters:
                return True
    return False
