package io.moor.shipper.journal;

import io.moor.shipper.spool.Journal;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** systemd's own reader of the journal as a child; it ends with its output. */
final class Journalctl implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journalctl.class);

    static final String PROGRAM = "journalctl";

    private static final int LONGEST_WORD = 500;
    private static final long LISTEN_MS = 1_000;

    private static final Path MACHINE_ID = Path.of("/etc/machine-id");

    private final Process process;
    private final Thread listener;
    private volatile String lastWord = "";

    private Journalctl(Process process) {
        this.process = process;
        this.listener =
                Thread.ofPlatform().name("moor-journalctl").daemon().unstarted(this::listen);
    }

    /**
     * @param from cursor of the first entry that is wanted, or the next one that is there; null for
     *     the beginning
     * @param follow whether it goes on when the end is reached
     * @throws IOException when there is no such program
     */
    static Journalctl start(Journal journal, @Nullable String from, boolean follow)
            throws IOException {
        List<String> more = new ArrayList<>(List.of("--no-tail"));
        if (follow) {
            more.add("--follow");
        }
        if (from != null) {
            more.add("--cursor=" + from);
        }
        return run(journal, more);
    }

    /** Opens the journal and ends. */
    static Journalctl look(Journal journal) throws IOException {
        return run(journal, List.of("--lines=0"));
    }

    private static Journalctl run(Journal journal, List<String> more) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                PROGRAM,
                                "--output=export",
                                "--all",
                                "--quiet",
                                "--no-pager",
                                // Without it --follow leaves out what was written before the last
                                // boot.
                                "--merge"));
        command.addAll(more);
        if (journal.directory() != null) {
            command.add("--directory=" + journal.directory());
        }
        journal.files().forEach(file -> command.add("--file=" + file));
        journal.units().forEach(unit -> command.add("--unit=" + unit));
        command.add("--");
        command.addAll(matches(journal));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        Journalctl journalctl = new Journalctl(process);
        journalctl.listener.start();
        return journalctl;
    }

    /** What it complains of. */
    private void listen() {
        try (BufferedReader words = process.errorReader(StandardCharsets.UTF_8)) {
            for (String word = words.readLine(); word != null; word = words.readLine()) {
                lastWord = word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) : word;
                LOG.atWarn().addKeyValue("says", lastWord).log("journalctl complains");
            }
        } catch (IOException ended) {
            // With the process.
        }
    }

    /** This machine's journal may have those of other machines beside it. */
    private static List<String> matches(Journal journal) throws IOException {
        if (journal.directory() != null || !journal.files().isEmpty()) {
            return journal.matches();
        }
        List<String> matches = new ArrayList<>(journal.matches());
        if (Files.isReadable(MACHINE_ID)) {
            String machine = Files.readString(MACHINE_ID).strip();
            if (!machine.isEmpty()) {
                matches.add("_MACHINE_ID=" + machine);
            }
        }
        return matches;
    }

    InputStream output() {
        return process.getInputStream();
    }

    /** What it said last, in its words; empty when it said nothing. */
    String lastWord() {
        return lastWord;
    }

    /**
     * @return its exit code
     */
    int await() throws InterruptedException {
        int code = process.waitFor();
        listener.join(LISTEN_MS);
        return code;
    }

    /** Whether it ended in time. */
    boolean await(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** Ends it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
