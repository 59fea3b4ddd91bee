package io.moor.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs of {@code ./moor demo} on one data directory, as a user starts them, and what they leave on
 * the machine. Closing it ends everything that a failed test left.
 */
final class DemoRuns implements AutoCloseable {

    private static final Duration STORY_LIMIT = Duration.ofMinutes(4);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Path ROOT = Path.of(System.getProperty("moor.root"));

    private final Path parent;
    private final Path data;
    private final List<Process> started = new ArrayList<>();

    /**
     * @param parent a temporary directory, for what the runs print
     * @param data the name of the data directory below it
     */
    DemoRuns(Path parent, String data) {
        this.parent = parent;
        this.data = parent.resolve(data);
    }

    Path data() {
        return data;
    }

    /** Starts a demo, which ends after the story. */
    Process start(String... options) throws IOException {
        return startWith(List.of(), options);
    }

    /** The same in a session of its own, so that a Ctrl-C can reach it and only it. */
    Process startOnATerminal() throws IOException {
        return startWith(List.of("setsid"));
    }

    /**
     * @param wrapper the program that runs the demo, with its options
     */
    Process startWith(List<String> wrapper, String... options) throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of(ROOT.resolve("moor").toString(), "demo", "--exit", "--data"));
        command.add(data.toString());
        command.addAll(List.of(options));
        Path errors = Files.createTempFile(parent, "err", "");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(parent.resolve("out").toFile())
                        .redirectError(errors.toFile())
                        .start();
        Files.createSymbolicLink(errors(process), errors);
        started.add(process);
        return process;
    }

    /** What the run that was started last wrote to standard output. */
    String output() throws IOException {
        return Files.readString(parent.resolve("out"));
    }

    /** The narration and the errors of a run. */
    String told(Process demo) throws IOException {
        return Files.readString(errors(demo));
    }

    private Path errors(Process demo) {
        return parent.resolve("err-" + demo.pid());
    }

    /** Waits until the run ends by itself. */
    int exitCode(Process demo) throws Exception {
        assertThat(demo.waitFor(STORY_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time; it said: %s", told(demo))
                .isTrue();
        return demo.exitValue();
    }

    /** Waits until a run that was told to end has ended. */
    void awaitEnd(Process demo) throws Exception {
        assertThat(demo.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended in time; it said: %s", told(demo))
                .isTrue();
    }

    void awaitTold(Process demo, String text) {
        await().atMost(STORY_LIMIT)
                .until(() -> {
                    boolean told = told(demo).contains(text);
                    assertThat(told || demo.isAlive()).as(told(demo)).isTrue();
                    return told;
                });
    }

    /** What Ctrl-C does: SIGINT to all of the foreground process group. */
    void ctrlC(Process demo) throws Exception {
        Process kill =
                new ProcessBuilder("kill", "-INT", "--", "-" + demo.pid()).inheritIO().start();
        assertThat(kill.waitFor()).isZero();
    }

    /** SIGKILL to Kafka, PostgreSQL and S3. */
    void killStack() {
        for (ProcessHandle process : processesNaming(data.resolve("stack").toString())) {
            process.destroyForcibly();
        }
    }

    void assertNothingLeft() throws IOException {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(processesNaming(data.toString())).isEmpty());
        if (Files.exists(data)) {
            assertThat(LoopDevices.of(data.toRealPath())).isEmpty();
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(parent.toString());
    }

    /** Living processes whose command line or mark names a path. */
    private static List<ProcessHandle> processesNaming(String path) {
        List<ProcessHandle> found = new ArrayList<>(Children.marked("MOOR_DEMO_HOME=" + path));
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> commandLine(process).contains(path))
                .forEach(found::add);
        return found;
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        Children.sweep(data);
        for (ProcessHandle process : processesNaming(data.toString())) {
            process.destroyForcibly();
        }
    }
}
