package io.moor.demo;

import io.moor.shipper.cli.CommandFailure;
import io.moor.shipper.cli.ExitCode;
import io.moor.shipper.cli.Output;
import io.moor.stack.StackEndpoints;
import io.moor.stack.StackException;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** {@code moor demo}: the whole story on this machine, every claim checked. */
@Command(
        name = "demo",
        description = {
            "Tells the whole story on this machine, on a real Kafka, PostgreSQL and S3: a server"
                + " with a database dies, its data and its logs follow to the next one, which is"
                + " then drained and destroyed on purpose. Every claim is checked; the narration"
                + " goes to standard error, the table of what was proven to standard output.",
            "",
            "Ends with 0 only when every claim held."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int GATEWAY_PORT = 7080;

    @Option(
            names = "--exit",
            description =
                    "End after the story. Without it the gateway stays up for a look around, until"
                            + " Ctrl-C.")
    private boolean exit;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Directory for everything the demo writes; it is kept, and can be used again."
                            + " Without it a temporary one, removed at the end.")
    private @Nullable Path data;

    @Mixin private Output output = new Output();

    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile boolean toldWell;
    private @Nullable Vitals vitals;

    /**
     * A row of the table at the end.
     *
     * @param seconds since the start of the story
     */
    record Row(String claim, boolean held, String seconds, String evidence) {}

    @Override
    public Integer call() throws Exception {
        Path launcher = MoorHome.launcher();
        Narrator narrator = new Narrator(System.err);
        Platform platform = Platform.probe();
        try (House house = House.open(Optional.ofNullable(data))) {
            endWith(house);
            Proofs proofs = new Proofs(narrator);
            try {
                ControlPlane controlPlane = run(house, launcher, narrator, platform, proofs);
                conclude(narrator, proofs, platform);
                toldWell = true;
                if (!exit) {
                    lookAround(narrator, controlPlane);
                }
                return ExitCode.DONE.number();
            } catch (Proofs.Refuted
                    | StoryException
                    | StackException
                    | SQLException
                    | KafkaException
                    | IOException e) {
                return failed(narrator, proofs, e);
            }
        }
    }

    /**
     * Whatever ends the program, Ctrl-C and SIGTERM at any moment too, the house is closed before.
     */
    private void endWith(House house) {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    ending.countDown();
                                    house.close();
                                    if (toldWell) {
                                        // Ctrl-C is how a look around ends: nothing went wrong.
                                        Runtime.getRuntime().halt(ExitCode.DONE.number());
                                    }
                                },
                                "end-of-the-demo"));
    }

    private ControlPlane run(
            House house, Path launcher, Narrator narrator, Platform platform, Proofs proofs)
            throws Exception {
        narrator.chapter("The engines");
        narrator.say(
                "starting Kafka, PostgreSQL and an S3 server, all real, on loopback, in "
                        + house.directory());
        StackEndpoints stack = house.startStack();
        narrator.say("Kafka " + stack.kafka() + ", PostgreSQL and S3 are ready");
        ControlPlane controlPlane =
                ControlPlane.startPreferably(
                        house.children(),
                        launcher,
                        house.directory().resolve("gateway"),
                        stack.jdbcUrl(),
                        GATEWAY_PORT);
        narrator.say("moor gateway is ready on " + controlPlane.api().base());
        if (platform.isolation() == Platform.Isolation.PROCESSES) {
            narrator.say(
                    "note: "
                            + platform.why()
                            + "; the story runs on directories and symbolic links instead");
        }
        InstanceHost host =
                new InstanceHost(
                        house.children(),
                        platform,
                        launcher,
                        house.directory().resolve("instances"),
                        new InstanceHost.Surroundings(
                                controlPlane.api().base(), stack.kafka(), house.postgresHome()));
        Vitals signs = new Vitals(controlPlane.process(), house);
        vitals = signs;
        new Story(
                        new Stage(
                                narrator,
                                proofs,
                                new Wait(ending, signs::trouble),
                                platform,
                                new Fleet(controlPlane.api()),
                                host,
                                stack.kafka(),
                                house.directory().resolve("gateway/storage")))
                .tell();
        return controlPlane;
    }

    private void conclude(Narrator narrator, Proofs proofs, Platform platform) {
        narrator.chapter("What was proven");
        table(proofs);
        if (platform.isolation() == Platform.Isolation.PROCESSES) {
            narrator.say(
                    "not shown here, because "
                            + platform.why()
                            + ": an image volume on a loop device, its file system check, and that"
                            + " the death of a server takes its mounts with it");
        }
    }

    private void table(Proofs proofs) {
        List<Row> rows =
                proofs.all().stream()
                        .map(proof ->
                                new Row(
                                        proof.claim(),
                                        proof.held(),
                                        String.format(
                                                Locale.ROOT,
                                                "%.1f",
                                                proof.at().toMillis() / 1000.0),
                                        proof.evidence()))
                        .toList();
        output.rows(Row.class, rows);
    }

    private void lookAround(Narrator narrator, ControlPlane controlPlane)
            throws InterruptedException {
        narrator.chapter("Have a look around; Ctrl-C ends everything");
        narrator.say(
                "export MOOR_GATEWAY="
                        + controlPlane.api().base()
                        + " MOOR_TOKEN=$(cat "
                        + controlPlane.tokenFile()
                        + ")");
        narrator.say("./moor instance list; ./moor volume list; ./moor event list");
        ending.await();
    }

    private int failed(Narrator narrator, Proofs proofs, Exception reason) {
        if (ending.getCount() == 0) {
            // Ended from outside; what broke because of that is no news.
            return ExitCode.FAILED.number();
        }
        if (!proofs.all().isEmpty()) {
            narrator.chapter("The story ended early");
            table(proofs);
        }
        String kept =
                data == null
                        ? "; with --data DIR the logs of all parts are kept"
                        : "; the logs of all parts are below " + data;
        String what =
                Optional.ofNullable(vitals)
                        .flatMap(Vitals::look)
                        .orElseGet(() -> String.valueOf(reason.getMessage()));
        throw new CommandFailure(ExitCode.FAILED, "moor demo: " + what + kept, reason);
    }
}
