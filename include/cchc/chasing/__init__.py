"""Chasing: the ladder, the digest, holds, what the day decides and sends, its effect, the forecast, urging letters.

A mail is decided once, in one transaction with the reminders it stands for, and sent from the outbox.
"""
