"""The ways out of the program: each channel hands one message over and says what became of it.

email            SmtpChannel and check_account: one message through one SMTP account
email_account    EmailAccount: where and how to connect, and how long to wait
email_message    build_mime: a Message as the exact bytes that leave
email_headers    header lines, encoded and folded
mailbox          "Name <address>" as SMTP can carry it
smtp_session     one open, signed-in connection and the transactions it carries
smtp_opening     connecting, encrypting, greeting, signing in
smtp_auth        the ways to sign in
smtp_exchange    question and answer; failures become DeliveryFailed
smtp_outcomes    the outcome table: what each answer or silence means, by phase
smtp_wire        smtplib with deadlines for whole exchanges

Nothing connects before the first send. A channel object belongs to one thread.
"""
