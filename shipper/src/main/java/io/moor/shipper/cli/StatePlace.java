package io.moor.shipper.cli;

import io.moor.shipper.Origin;

import java.nio.file.Path;
import java.util.Map;

/** Where the state is kept when nobody says it: a directory for each origin. */
final class StatePlace {

    private static final Path OF_THE_SYSTEM = Path.of("/var/lib/moor");

    private StatePlace() {}

    /**
     * Below systemd's {@code STATE_DIRECTORY}, else {@code XDG_STATE_HOME}, else of root {@code
     * /var/lib/moor}, else {@code ~/.local/state/moor}.
     */
    static Path of(Origin origin, Map<String, String> environment, String user, Path home) {
        String directory = environment.getOrDefault("STATE_DIRECTORY", "");
        if (!directory.isEmpty()) {
            return Path.of(directory.split(":", 2)[0]).resolve(origin.id());
        }
        String states = environment.getOrDefault("XDG_STATE_HOME", "");
        if (states.startsWith("/")) {
            return Path.of(states, "moor", origin.id());
        }
        return (user.equals("root") ? OF_THE_SYSTEM : home.resolve(".local/state/moor"))
                .resolve(origin.id());
    }
}
