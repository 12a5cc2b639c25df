"""The ways out of the program: each channel hands one message over and says what became of it.

email            SmtpChannel and check_account: one message through one SMTP account
email_account    EmailAccount: where and how to connect, and how long to wait
email_message    build_mime: a Message as the exact bytes that leave
email_headers    header lines, encoded and folded
mailbox          "Name <address>" as SMTP can carry it
smtp_session     one open, signed-in connection and the transactions it carries
smtp_opening     connecting, encrypting, greeting, signing in
smtp_auth        the ways to sign in
oauth            access tokens of Microsoft 365, by the device code flow
oauth_google     access tokens of Google, by consent in the browser
oauth_store      where tokens are kept, and how signing in by token fails
oauth_http       HTTPS to token servers
mail_presets     the providers of small French firms: servers, sign-in, pace
smtp_exchange    question and answer; failures become DeliveryFailed
smtp_outcomes    the outcome table: what each answer or silence means, by phase
smtp_wire        smtplib with deadlines for whole exchanges

Nothing connects before the first send. A channel object belongs to one thread.
"""
