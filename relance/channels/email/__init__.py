"""E-mail through one SMTP account, phase by phase (RELIABILITY 3.3)."""

from relance.channels.email.channel import EmailAccount, Security, SmtpChannel, Timeouts, build_mime, check_account

__all__ = ["EmailAccount", "Security", "SmtpChannel", "Timeouts", "build_mime", "check_account"]
