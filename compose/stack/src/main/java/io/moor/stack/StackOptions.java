package io.moor.stack;

import java.nio.file.Path;

/**
 * Where a stack keeps its state and which loopback ports it uses.
 *
 * @param directory everything the stack stores is below it; created when missing
 * @param kafkaPort 1 to 65535, or 0 for the port of the last start, or a free one
 * @param postgresPort the same for PostgreSQL
 * @param s3Port the same for the S3 server
 */
public record StackOptions(Path directory, int kafkaPort, int postgresPort, int s3Port) {

    /** Refuses ports that no server can have. */
    public StackOptions {
        directory = directory.toAbsolutePath().normalize();
        requirePort("--kafka-port", kafkaPort);
        requirePort("--postgres-port", postgresPort);
        requirePort("--s3-port", s3Port);
    }

    /** A stack in {@code directory} on free ports. */
    public static StackOptions in(Path directory) {
        return new StackOptions(directory, 0, 0, 0);
    }

    /** The same with this Kafka port; 0 for a free one. */
    public StackOptions withKafkaPort(int port) {
        return new StackOptions(directory, port, postgresPort, s3Port);
    }

    /** The same with this PostgreSQL port; 0 for a free one. */
    public StackOptions withPostgresPort(int port) {
        return new StackOptions(directory, kafkaPort, port, s3Port);
    }

    /** The same with this S3 port; 0 for a free one. */
    public StackOptions withS3Port(int port) {
        return new StackOptions(directory, kafkaPort, postgresPort, port);
    }

    private static void requirePort(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "%s takes 1 to 65535, or 0 for a free port, not %d".formatted(option, port));
        }
    }
}
