"""What the keeper answers when it will not do something."""


class Refused(Exception):
    """An answer of 'no': a short code for programs and a plain sentence for people. Never holds payload."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code)
        self.code = code
        self.why = why


class CannotStart(Exception):
    """The keeper refuses to open its store; the sentence says why and what to do."""


def no_session() -> Refused:
    return Refused("no_session", "The session has ended. Sign in again.")


def not_allowed() -> Refused:
    return Refused("not_allowed", "The keeper holds no permission for this.")
