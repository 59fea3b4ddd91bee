package io.moor.stack;

import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** S3Proxy in this JVM: objects are files, requests need a real AWS signature (version 4). */
final class S3Server implements AutoCloseable {

    private static final int ACCESS_KEY_BYTES = 10;
    private static final int SECRET_KEY_BYTES = 20;

    /**
     * Requests that run at once; each may hold one signed part in memory while its hash is checked.
     */
    private static final int THREADS = 64;

    private static final long STOP_TIMEOUT_MILLIS = 2_000;

    private final S3Proxy server;
    private final Credentials credentials;
    private final URI endpoint;

    private S3Server(S3Proxy server, Credentials credentials, URI endpoint) {
        this.server = server;
        this.credentials = credentials;
        this.endpoint = endpoint;
    }

    static S3Server start(StackDirectory directory, int port) {
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        try {
            Credentials credentials = Credentials.of(directory.s3Credentials());
            Files.createDirectories(directory.s3());
            Properties properties = new Properties();
            properties.setProperty("jclouds.filesystem.basedir", directory.s3().toString());
            S3Proxy server =
                    S3Proxy.builder()
                            .blobStore(BlobStores.create("filesystem-nio2", properties))
                            .awsAuthentication(
                                    AuthenticationType.AWS_V4,
                                    credentials.accessKey(),
                                    credentials.secretKey())
                            .endpoint(endpoint)
                            .ignoreUnknownHeaders(true)
                            .jettyMaxThreads(THREADS)
                            .stopTimeout(STOP_TIMEOUT_MILLIS)
                            .build();
            server.start();
            return new S3Server(server, credentials, endpoint);
        } catch (Exception e) {
            throw new StackException(
                    "The S3 server did not start: " + StackException.oneLine(e), e);
        }
    }

    Credentials credentials() {
        return credentials;
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new StackException("The S3 server did not stop: " + StackException.oneLine(e), e);
        }
    }

    /** Generated at the first start and kept, so that clients survive a restart. */
    record Credentials(String accessKey, String secretKey) {

        static Credentials of(Path file) throws IOException {
            Map<String, String> kept = StackDirectory.read(file);
            String accessKey = kept.get("access");
            String secretKey = kept.get("secret");
            if (accessKey != null && secretKey != null) {
                return new Credentials(accessKey, secretKey);
            }
            Credentials fresh = new Credentials(random(ACCESS_KEY_BYTES), random(SECRET_KEY_BYTES));
            Map<String, String> entries = new LinkedHashMap<>();
            entries.put("access", fresh.accessKey);
            entries.put("secret", fresh.secretKey);
            StackDirectory.writeSecret(file, entries);
            return fresh;
        }

        private static String random(int bytes) {
            byte[] random = new byte[bytes];
            new SecureRandom().nextBytes(random);
            return HexFormat.of().formatHex(random);
        }

        @Override
        public String toString() {
            return "Credentials[accessKey=%s, secretKey=***]".formatted(accessKey);
        }
    }
}
