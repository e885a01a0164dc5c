"""What the server refuses, beside `sync.protocol.errors`.

    Refusal                       the request was understood and will not be done; nothing was written
    ├── UnauthenticatedError      no token, or one that is not good (any more)
    ├── RevokedError              the device was shut out
    ├── ForbiddenError            a good token, but not for this
    ├── NotFoundError             it names something that does not exist here
    ├── EnrolmentError            a code that is wrong, used or too old
    ├── NoProviderError           this merchant takes no payments by code
    ├── TooManyTriesError         too many wrong codes: come back later
    └── TooManyRequestsError      too many requests: come back in a second
    StorageError                  the environment of the server
    ├── NewerSchemaError          the database was written by a newer version of this program
    └── BusyError                 it could not be written in time; the same request may be sent again

A refusal carries what a person is told, in both languages, and the field it is about where there is one.
"""

from __future__ import annotations

from sync.protocol.limits import NOT_FOUND, TOO_MANY_REQUESTS


class Refusal(Exception):
    """Base of what is refused.  `code` is for programs, the texts are for people."""

    code = "refused"
    status = 400

    def __init__(self, english: str, chinese: str, field: str = "") -> None:
        super().__init__(english)
        self.english = english
        self.chinese = chinese
        self.field = field


class UnauthenticatedError(Refusal):
    """No token, or one that is not good (any more)."""

    code = "unauthenticated"
    status = 401


class RevokedError(Refusal):
    """The device was shut out."""

    code = "revoked"
    status = 403


class ForbiddenError(Refusal):
    """A good token, but not for this."""

    code = "forbidden"
    status = 403


class NotFoundError(Refusal):
    """It names something that does not exist here."""

    code = NOT_FOUND
    status = 404


class EnrolmentError(Refusal):
    """A code that is wrong, used or too old; which of them is not said."""

    code = "bad_code"
    status = 403


class NoProviderError(Refusal):
    """This merchant has set up no payment provider: nothing was sent to any."""

    code = "no_provider"
    status = 404


class TooManyTriesError(Refusal):
    """Too many wrong codes: come back later."""

    code = "too_many_tries"
    status = 429


class TooManyRequestsError(Refusal):
    """More requests than one caller may send; a till tries again by itself."""

    code = TOO_MANY_REQUESTS
    status = 429


class StorageError(Exception):
    """Base of what is wrong with the server's own surroundings."""


class NewerSchemaError(StorageError):
    """The database was written by a newer version of this program, which this one must not touch."""


class BusyError(StorageError):
    """The database could not be written in time; nothing was, and the same request may be sent again."""
