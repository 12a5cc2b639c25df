"""Text messages through the Vonage account (RELIABILITY 3.6)."""

from relance.channels.sms.vonage import AccountFault, SmsAccount, VonageChannel, check_account, fault

__all__ = ["AccountFault", "SmsAccount", "VonageChannel", "check_account", "fault"]
