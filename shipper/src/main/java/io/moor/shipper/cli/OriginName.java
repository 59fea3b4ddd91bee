package io.moor.shipper.cli;

import io.moor.shipper.Origin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names that {@code moor ship} chooses when none are given. */
final class OriginName {

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final int HASH_BYTES = 8;

    private OriginName() {}

    /** A hash of machine id, topic and sorted globs: the same command goes on where it was. */
    static Origin of(String topic, List<String> globs) {
        return hashed(topic + "\n" + String.join("\n", globs.stream().sorted().toList()));
    }

    /** The same of an input that is no file: of machine id, topic and name of the source. */
    static Origin ofInput(String topic, String source) {
        return hashed("input\n" + topic + "\n" + source);
    }

    /**
     * A hash of machine id and path of a configuration: the same file goes on where it was, also
     * after a source was added to it or taken out.
     */
    static Origin of(Path config) {
        return hashed("config\n" + config.toAbsolutePath().normalize());
    }

    private static Origin hashed(String what) {
        String named = machineId() + "\n" + what;
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(named.getBytes(StandardCharsets.UTF_8));
            return new Origin("ship-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The host's name, as the kernel knows it. */
    static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException notLinux) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "localhost";
            }
        }
    }

    private static String machineId() {
        try {
            String id = Files.readString(MACHINE_ID).strip();
            return id.isEmpty() ? hostName() : id;
        } catch (IOException none) {
            return hostName();
        }
    }
}
