package io.moor.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do, read from the kernel. */
final class Privileges {

    /** Bit of CAP_SYS_ADMIN in the capability sets, capabilities(7). */
    private static final int CAP_SYS_ADMIN = 21;

    private Privileges() {}

    static boolean mayMount() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .map(line -> line.substring("CapEff:".length()).strip())
                    .anyMatch(Privileges::includesSysAdmin);
        } catch (IOException e) {
            return false;
        }
    }

    static boolean includesSysAdmin(String capabilities) {
        return (Long.parseUnsignedLong(capabilities, 16) >>> CAP_SYS_ADMIN & 1) == 1;
    }
}
