package io.moor.gateway.sidecar;

import io.moor.shipper.Origin;
import io.moor.shipper.config.LogConfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What distinguishes this machine and this boot of it. */
final class ThisMachine {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int HASH_CHARACTERS = 32;

    private ThisMachine() {}

    /** Changes with a reboot. */
    static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    /**
     * The origin of the instance's own disk. In a group it is the instance's, whatever its slot:
     * the disk stays when a reboot brings another slot. Without a gateway it is a hash of the
     * machine and of what is shipped.
     */
    static Origin ownDisk(SidecarConfig config) {
        if (config.gateway() != null) {
            return new Origin("i." + config.group() + "." + config.instanceId());
        }
        var text = new StringBuilder(machineId(config)).append('\n');
        config.logs().stream()
                .map(log -> log.name() + '\t' + log.topic() + '\t' + sorted(log))
                .sorted()
                .forEach(line -> text.append(line).append('\n'));
        return new Origin("h." + hash(text.toString()));
    }

    private static String sorted(LogConfig log) {
        return String.join("\t", log.files().stream().sorted().toList());
    }

    private static String machineId(SidecarConfig config) {
        try {
            return Files.readString(MACHINE_ID).strip();
        } catch (IOException e) {
            return config.instanceId();
        }
    }

    private static String hash(String text) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARACTERS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
