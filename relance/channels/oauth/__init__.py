"""Signing in to a mail provider without a password: Microsoft 365 by a device code, Google through its own page."""

from relance.channels.oauth.microsoft import (
    MAIL_SCOPES,
    PENDING,
    DeviceCode,
    MicrosoftApp,
    MicrosoftTokens,
    begin,
    poll,
)

__all__ = ["DeviceCode", "MAIL_SCOPES", "MicrosoftApp", "MicrosoftTokens", "PENDING", "begin", "poll"]
