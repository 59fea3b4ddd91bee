package io.moor.shipper.engine;

import io.moor.shipper.identity.PhysicalId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A file as this boot of the system knows it, also when it has no name any more. */
record FileKey(long device, long inode) {

    static FileKey of(PhysicalId physical) {
        return new FileKey(physical.device(), physical.inode());
    }

    /** Of what a path leads to, links followed. */
    static FileKey at(Path path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino");
        return new FileKey(number(attributes, "dev"), number(attributes, "ino"));
    }

    private static long number(Map<String, Object> attributes, String name) {
        return attributes.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
