package io.moor.demo;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the launcher {@code moor} is; the demo runs the real programs through it. */
final class MoorHome {

    private MoorHome() {}

    static Path launcher() {
        String home = System.getProperty("moor.home", "");
        Path launcher = Path.of(home, "moor");
        if (home.isEmpty() || !Files.isExecutable(launcher)) {
            throw new CommandFailure(
                    ExitCode.FAILED, "start the demo through the launcher: ./moor demo");
        }
        return launcher.toAbsolutePath();
    }
}
