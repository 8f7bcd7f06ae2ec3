"""Power cuts: a disk that forgets what was not synced, and steps that go on afterwards."""
