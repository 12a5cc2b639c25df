"""The ways out of the program, and the mailbox where news comes in: each takes one thing and says what became of it.

email    SmtpChannel: one message through one SMTP account; smtp_outcomes is the outcome table, presets the providers
sms      VonageChannel: one request for each number; outcomes, receipts
letter   to_pdf, to_pdfs: letters drawn for the window of an envelope, one by one or as a batch
post     PostChannel and PostClient: letters through a postal partner's HTTP API, their price and tracking
folder   FolderChannel: letters as files, with a list of addresses
postal   what post and folder share: complete addresses
inbox    read_new, find_sent: the firm's mailbox by IMAP, read-only
oauth    signing in to Microsoft 365 and Google without a password

Each library is imported in one place, nothing connects before its first use, and a channel belongs to one thread.
"""
