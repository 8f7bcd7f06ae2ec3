"""A disk whose power can be cut: an ext4 file system in a file, shut down without writing anything back.

What the kernel still held in memory (bytes, names, the journal's open transaction) is gone, as it is after a power cut;
mounting it again replays the journal. Needs root, like every mount.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

_SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32)
_WITHOUT_FLUSHING = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
_LONG = 300  # seconds between the journal's own commits: none happens by itself while a step runs
_WAIT = 20.0  # seconds for processes that were killed to let go of the disk


class LoopDisk:
    """`folder` holds the images and, while the power is on, the disk at `root`.

    Each time the power comes on it is a new file with the same content: another program of this machine that made
    itself a view of all mounts meanwhile keeps the dead file system of the old one, and we would get that again.
    """

    def __init__(self, folder: Path, megabytes: int = 192) -> None:
        self.folder, self.root = folder, folder / "dia"
        self.prepared, self._images = folder / "goc.img", 0
        self.root.mkdir(parents=True)
        with self.image.open("wb") as image:
            image.truncate(megabytes << 20)
        _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", str(self.image))
        self._mount()

    @property
    def image(self) -> Path:
        return self.folder / f"dia-{self._images}.img"

    def _mount(self) -> None:
        _run("mount", "-t", "ext4", "-o", f"loop,commit={_LONG}", str(self.image), str(self.root))

    def _next_image(self, content: Path) -> None:
        before = self.image
        self._images += 1
        _run("cp", "--sparse=always", str(content), str(self.image))
        before.unlink(missing_ok=True)

    def power_on(self) -> None:
        """After `power_off`: the disk as it was left."""
        self._next_image(self.image)
        self._mount()

    def power_off(self) -> None:
        """In order, unless the power was cut before: everything is written."""
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                _run("umount", str(self.root))
            except subprocess.CalledProcessError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def watch(self) -> None:
        """As of `RecordedDisk`; the kernel keeps what is synced."""

    def cut(self, *, others_sync: bool) -> None:
        """The power fails. others_sync: some other program has just synced a file of its own, which puts the names of
        all files on the disk and the bytes of none but its own."""
        if others_sync:
            other = os.open(self.root / "cua-nguoi-khac", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.write(other, b".")
            os.fsync(other)
            os.close(other)
        disk = os.open(self.root, os.O_RDONLY)
        fcntl.ioctl(disk, _SHUTDOWN, struct.pack("I", _WITHOUT_FLUSHING))
        os.close(disk)

    def keep_as_prepared(self) -> None:
        """What lies on the disk now is what every cut begins with."""
        self.power_off()
        _run("cp", "--sparse=always", str(self.image), str(self.prepared))

    def begin_again(self) -> None:
        """The disk as it was prepared, and the power on."""
        self._next_image(self.prepared)
        self._mount()

    def close(self) -> None:
        if self.root.is_mount():
            self.power_off()
        shutil.rmtree(self.folder, ignore_errors=True)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
