package io.moor.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One process and no other: its number, its start in clock ticks since the boot, and the boot. A
 * number alone is given again to a stranger; see proc(5), {@code /proc/PID/stat} field 22.
 */
record ProcessIdentity(long pid, String started, String boot) {

    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    static ProcessIdentity of(long pid) throws IOException {
        return new ProcessIdentity(pid, Processes.started(pid), Files.readString(BOOT).strip());
    }

    /** What {@link #write} left there; empty when there is nothing, or nothing whole. */
    static Optional<ProcessIdentity> read(Path file) throws IOException {
        Map<String, String> entries = StackDirectory.read(file);
        String pid = entries.get("pid");
        String started = entries.get("started");
        String boot = entries.get("boot");
        return pid == null || started == null || boot == null || !pid.matches("[0-9]{1,10}")
                ? Optional.empty()
                : Optional.of(new ProcessIdentity(Long.parseLong(pid), started, boot));
    }

    void write(Path file) throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("pid", Long.toString(pid));
        entries.put("started", started);
        entries.put("boot", boot);
        StackDirectory.writeSecret(file, entries);
    }

    /**
     * The living process; empty when it has ended, also when its number belongs to another one now.
     */
    Optional<ProcessHandle> alive() {
        return ProcessHandle.of(pid)
                .filter(process -> Processes.isAlive(pid))
                .filter(process -> isThisOne());
    }

    private boolean isThisOne() {
        try {
            return equals(of(pid));
        } catch (IOException e) {
            return false;
        }
    }
}
