package io.moor.shipper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.moor.shipper.ShipperConfig.Sink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the JVM learns from when the launcher makes its cache of loaded classes: {@code moor ship}
 * with each sink, and {@code moor logs verify}, on a Kafka and a directory of their own. Arguments:
 * BOOTSTRAP DIRECTORY.
 */
final class QuickStartTraining {

    private static final int LINES = 20_000;

    private QuickStartTraining() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        Path log = directory.resolve("app.log");
        List<String> lines = new ArrayList<>();
        for (int line = 0; line < LINES; line++) {
            lines.add("2026-11-21T10:00:00Z INFO a line like many others, number " + line);
        }
        Files.write(log, lines, UTF_8);
        int code = 0;
        for (Sink sink : Sink.values()) {
            String name = sink.name().toLowerCase(Locale.ROOT);
            String[] kafka = {"--kafka", arguments[0], "--topic", "training-" + name};
            code = Math.max(code, Cli.run(new ShipperMain(), ship(kafka, name, directory, log)));
            code =
                    Math.max(
                            code,
                            Cli.run(
                                    new ShipperMain(),
                                    "logs",
                                    "verify",
                                    kafka[0],
                                    kafka[1],
                                    kafka[2],
                                    kafka[3]));
        }
        System.exit(code);
    }

    private static String[] ship(String[] kafka, String sink, Path directory, Path log) {
        List<String> words = new ArrayList<>(List.of("ship"));
        words.addAll(List.of(kafka));
        words.addAll(List.of("--sink", sink, "--origin", "training-" + sink, "--until-eof"));
        words.addAll(List.of("--state", directory.resolve(sink).toString(), log.toString()));
        return words.toArray(String[]::new);
    }
}
