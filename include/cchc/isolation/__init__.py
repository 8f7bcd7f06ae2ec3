"""Reading what strangers sent in a process of its own, with limits of time and memory, whose death harms nobody.

The reading process is replaced when it dies; whoever asks gets an answer, our own error, or `ItemFailed`, always.
"""
