"""Office files from outside, whatever program wrote them: what a file is, what parts it has, how far its cells reach.

Every reader of the project comes this way: what the guards look at and what the readers then read are the same bytes.
"""
