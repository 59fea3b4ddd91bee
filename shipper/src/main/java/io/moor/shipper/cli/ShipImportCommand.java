package io.moor.shipper.cli;

import io.moor.shipper.config.ConfigException;
import io.moor.shipper.imports.Finding;
import io.moor.shipper.imports.Imported;
import io.moor.shipper.imports.Importer;
import io.moor.shipper.imports.Kind;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code moor ship import}: the configuration of another shipper becomes Moor's. */
@Command(
        name = "import",
        description = {
            "Turns a Fluent Bit, Filebeat or rsyslog configuration into kafka: and logs: sections"
                    + " for moor ship --config and sidecar.yaml.",
            "Says on standard error, by file and line, what was not carried over and what to do"
                + " instead, and notes what is different. Secrets are neither copied nor shown.",
            "Exit codes: 0 everything was carried over, 1 there is no file input or the result"
                + " cannot be written, 2 usage, or the configuration is not understood, 3 sections"
                + " were written and something was not carried over.",
            "%nExample: moor ship import /etc/fluent-bit/fluent-bit.conf --output ship.yaml"
        })
final class ShipImportCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";
    private static final int BYTES_MAX = 1 << 20;

    @Parameters(
            paramLabel = "FILE",
            description =
                    "The configuration; what it includes is looked for beside it. - reads standard"
                            + " input.")
    private String file = STANDARD_INPUT;

    @Option(
            names = "--from",
            paramLabel = "fluent-bit|filebeat|rsyslog",
            description = "Whose it is. Default: the text tells.")
    private @Nullable Kind kind;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the sections go. Default: standard output.")
    private @Nullable Path output;

    private final InputStream input;

    @Spec private @Nullable CommandSpec spec;

    ShipImportCommand() {
        this(System.in);
    }

    /**
     * @param input what {@code -} reads
     */
    ShipImportCommand(InputStream input) {
        this.input = input;
    }

    @Override
    public Integer call() throws ConfigException {
        Imported imported =
                file.equals(STANDARD_INPUT)
                        ? Importer.parse("standard input", standardInput(), kind)
                        : Importer.load(Path.of(file), kind);
        PrintWriter err = spec().commandLine().getErr();
        imported.findings().forEach(finding -> err.println(line(finding)));
        if (imported.sources() == 0) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    file
                            + ": no source can be made of this "
                            + imported.kind().title()
                            + " configuration; nothing was written");
        }
        write(imported.yaml());
        err.println(summary(imported));
        return (imported.lost() == 0 ? ExitCode.DONE : ExitCode.NOT_EXTERNALIZED).number();
    }

    private static String line(Finding finding) {
        return finding.toString().replaceAll("\\p{Cntrl}+", " ");
    }

    private static String summary(Imported imported) {
        long notes = imported.findings().size() - imported.lost();
        return imported.kind().title()
                + ": "
                + count(imported.sources(), "source")
                + " written, "
                + count(imported.lost(), "setting")
                + " not carried over, "
                + count(notes, "note");
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private String standardInput() throws ConfigException {
        try {
            byte[] bytes = input.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw wrong("is larger than 1MiB; is it the right one?");
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw wrong("is not UTF-8 text");
        } catch (IOException e) {
            throw wrong("cannot be read");
        }
    }

    private static ConfigException wrong(String text) {
        return new ConfigException(List.of("standard input: " + text));
    }

    /** A file is there with all of it, or not at all. */
    private void write(String yaml) {
        if (output == null) {
            PrintWriter out = spec().commandLine().getOut();
            out.print(yaml);
            out.flush();
            if (out.checkError()) {
                throw new ClosedOutput();
            }
            return;
        }
        Path target = output.toAbsolutePath();
        Path beside = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.writeString(beside, yaml);
            Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    target
                            + " cannot be written ("
                            + e.getClass().getSimpleName()
                            + "); choose"
                            + " another --output",
                    e);
        }
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("run by picocli");
        }
        return spec;
    }
}
