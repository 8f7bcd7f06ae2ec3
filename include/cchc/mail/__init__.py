"""Letters as such: a message, the outbox, the server, the mail mode, the mailbox, delivery reports.

It knows no ladder and no ledger: who is written to, and whether a letter still holds, is decided above
(`chasing.sending`, `documents`, `submissions`).
"""
