"""The campaign against the reception: items of every kind, sent by folder and mailbox, while everything breaks."""
