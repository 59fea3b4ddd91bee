package io.moor.volumes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Symbolic links, for processes that may not mount. The link keeps nobody from writing by another
 * way, so a detach looks for open files itself, and read-only access is refused. Where the newest
 * link is, is noted beside the volume, because no table of the kernel knows.
 */
final class SymlinkAttacher implements NodePart {

    static final String HOW = "symlink";

    private final VolumeFiles files;
    private final Epochs epochs;
    private final DirectoryFlush flush;

    SymlinkAttacher(VolumeFiles files, Commands commands) {
        this.files = files;
        this.epochs = new Epochs(files);
        this.flush = new DirectoryFlush(commands);
    }

    @Override
    public AttachResult attach(AttachRequest request) throws VolumeException {
        if (request.mode() == AccessMode.RO) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " cannot be read-only through a symbolic link: run as root, or attach"
                            + " it read-write",
                    false);
        }
        Path path = AttachPoint.withParents(request.path());
        try (VolumeLock _ = VolumeLock.acquire(files, request.id())) {
            if (isLink(path, request.id())) {
                epochs.requireSame(request, AccessMode.RW);
                return new AttachResult(request.path(), HOW, "");
            }
            epochs.requireCurrent(request);
            requireFree(path);
            requireNoLinkOfSameEpoch(request);
            epochs.advance(request);
            DurableFile.write(files.link(request.id()), path + "\n");
            // A directory that is empty is taken away by rmdir(2), which refuses any other.
            Files.deleteIfExists(path);
            Files.createSymbolicLink(path, files.directory(request.id()));
            return new AttachResult(request.path(), HOW, "");
        } catch (IOException e) {
            throw Failures.storage("volume " + request.id() + " cannot be linked at " + path, e);
        }
    }

    @Override
    public void detach(VolumeId id, Path requested) throws VolumeException {
        Path path = AttachPoint.canonical(requested);
        try (VolumeLock _ = VolumeLock.acquire(files, id)) {
            // The link goes first, so that nobody opens a file after the search; and the search is
            // made whether or not a link is here, for it may be gone since a call that failed.
            if (isLink(path, id)) {
                Files.delete(path);
                searchOrRestore(id, path);
            } else {
                Holders.requireNone(id, path, files.directory(id));
            }
            if (noted(id).filter(path::equals).isPresent()) {
                DurableFile.deleteIfExists(files.link(id));
            }
            flush.run(id, files.directory(id));
        } catch (IOException e) {
            throw Failures.storage("volume " + id + " cannot be unlinked at " + path, e);
        }
    }

    @Override
    public boolean attachedAt(VolumeId id, Path path) throws VolumeException {
        return isLink(AttachPoint.canonical(path), id);
    }

    @Override
    public void requireDetached(VolumeId id) throws VolumeException {
        Optional<Path> link = linkHere(id);
        if (link.isPresent()) {
            throw new VolumeException(
                    "volume "
                            + id
                            + " is attached on this machine (a link at "
                            + link.get()
                            + "): detach it first",
                    false);
        }
    }

    /** A volume that is busy stays attached as it was, for the process that uses it. */
    private void searchOrRestore(VolumeId id, Path path) throws IOException, VolumeException {
        try {
            Holders.requireNone(id, path, files.directory(id));
        } catch (VolumeException busy) {
            try {
                Files.createSymbolicLink(path, files.directory(id));
            } catch (IOException e) {
                busy.addSuppressed(e);
            }
            throw busy;
        }
    }

    private static void requireFree(Path path) throws IOException, VolumeException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            AttachPoint.requireEmptyDirectory(path);
        }
    }

    /** A newer epoch replaces the link of an instance that is gone; the same one has one path. */
    private void requireNoLinkOfSameEpoch(AttachRequest request) throws VolumeException {
        Optional<Path> link = linkHere(request.id());
        if (link.isPresent() && epochs.newest(request.id()) == request.epoch()) {
            throw new VolumeException(
                    "volume "
                            + request.id()
                            + " is in use on this machine (a link at "
                            + link.get()
                            + "): detach it there first",
                    true);
        }
    }

    private Optional<Path> linkHere(VolumeId id) throws VolumeException {
        Optional<Path> link = noted(id);
        return link.isPresent() && isLink(link.get(), id) ? link : Optional.empty();
    }

    private Optional<Path> noted(VolumeId id) throws VolumeException {
        try {
            String path = Files.readString(files.link(id), StandardCharsets.UTF_8);
            return Optional.of(Path.of(path.substring(0, path.length() - 1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Failures.storage("the link of volume " + id + " is unknown", e);
        }
    }

    private boolean isLink(Path path, VolumeId id) throws VolumeException {
        try {
            return Files.isSymbolicLink(path)
                    && Files.readSymbolicLink(path).equals(files.directory(id));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw Failures.storage("the link " + path + " cannot be read", e);
        }
    }
}
