package io.moor.shipper.engine;

import io.moor.shipper.identity.ObservedFile;
import io.moor.shipper.identity.PhysicalId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What is wrong with files, said once for each until it is right again. */
final class Complaints {

    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private static final int MOST_NOBODYS = 1_000;

    private final Set<Path> said = new HashSet<>();
    private final Set<PhysicalId> nobodys = new HashSet<>();

    /** A file that cannot be read. */
    void unreadable(Path file, IOException e) {
        if (said.add(file)) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("file cannot be read; it is tried again at every scan");
        }
    }

    /** A directory that cannot be read. */
    void closed(Path directory) {
        if (said.add(directory)) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .log(
                            "directory cannot be read, so nobody knows which files are in it; give"
                                    + " the right to read it, or exclude it");
        }
    }

    /** A compressed file that is not whole. */
    void damaged(Path file, String why) {
        if (said.add(file)) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", why)
                    .log(
                            "compressed file is damaged and is not shipped, not even in part;"
                                    + " it is looked at again when it changes");
        }
    }

    void notOnVolume(Path file) {
        if (said.add(file)) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .log("file is not on the volume of its source and is not shipped");
        }
    }

    void unmappable(Path file) {
        if (said.add(file)) {
            LOG.atError()
                    .addKeyValue("file", file)
                    .log(
                            "file name cannot be expressed in this locale and would be mistaken"
                                    + " for others; it is not shipped, start with LC_ALL=C.UTF-8 or"
                                    + " rename it");
        }
    }

    /** A compressed file that looks like a rotation, outside the globs. */
    void nobodys(ObservedFile file) {
        if (nobodys.size() > MOST_NOBODYS) {
            nobodys.clear();
        }
        if (nobodys.add(file.physical())) {
            LOG.atWarn()
                    .addKeyValue("file", file.path())
                    .log(
                            "compressed file looks like a rotation and begins like no file that is"
                                    + " known; it may be a copy, so it is not shipped");
        }
    }

    void settled(Path file) {
        said.remove(file);
    }
}
