"""Chasing: the ladder, the digest mails, the outbox and the mailer.

A mail is decided once, in one transaction with the reminders it stands for, and sent from the outbox.
"""
