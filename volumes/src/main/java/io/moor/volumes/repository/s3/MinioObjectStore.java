package io.moor.volumes.repository.s3;

import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.ListObjectsV2Args;
import io.minio.MinioAsyncClient;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.moor.volumes.repository.ObjectStore;
import io.moor.volumes.repository.StoreException;
import io.moor.volumes.repository.StoreException.Kind;

import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A bucket of an S3 server. Every object is sent with its SHA-256, which the server checks, and
 * with {@code If-None-Match: *}. Nothing is retried here.
 */
public final class MinioObjectStore implements ObjectStore, AutoCloseable {

    private static final int CONNECTIONS = 64;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Without a byte of the other side. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final MinioAsyncClient client;
    private final OkHttpClient http;
    private final ExecutorService threads;
    private final String bucket;

    private MinioObjectStore(
            MinioAsyncClient client, OkHttpClient http, ExecutorService threads, String bucket) {
        this.client = client;
        this.http = http;
        this.threads = threads;
        this.bucket = bucket;
    }

    /**
     * Talks to nobody yet.
     *
     * @param endpoint {@code http://HOST:PORT} or {@code https://HOST[:PORT]}
     * @param region of the bucket, for instance {@code us-east-1}
     * @param bucket an existing one
     */
    public static MinioObjectStore open(
            URI endpoint, String region, String accessKey, String secretKey, String bucket) {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Dispatcher dispatcher = new Dispatcher(threads);
        dispatcher.setMaxRequests(CONNECTIONS);
        dispatcher.setMaxRequestsPerHost(CONNECTIONS);
        OkHttpClient http =
                new OkHttpClient.Builder()
                        .connectionPool(new ConnectionPool(CONNECTIONS, 1, TimeUnit.MINUTES))
                        .dispatcher(dispatcher)
                        .connectTimeout(CONNECT)
                        .readTimeout(SILENCE)
                        .writeTimeout(SILENCE)
                        .retryOnConnectionFailure(true)
                        .build();
        MinioAsyncClient client =
                MinioAsyncClient.builder()
                        .endpoint(endpoint.toString())
                        .region(region)
                        .credentials(accessKey, secretKey)
                        .httpClient(http)
                        .build();
        return new MinioObjectStore(client, http, threads, bucket);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] data, int length) throws IOException {
        byte[] hash = sha256(data, length);
        Http.Headers headers =
                new Http.Headers(
                        "If-None-Match",
                        "*",
                        "x-amz-content-sha256",
                        HexFormat.of().formatHex(hash),
                        "x-amz-checksum-sha256",
                        Base64.getEncoder().encodeToString(hash));
        try {
            await(
                    key,
                    client.putObject(
                            PutObjectAPIArgs.builder()
                                    .bucket(bucket)
                                    .object(key)
                                    .data(data, length)
                                    .headers(headers)
                                    .build()));
            return true;
        } catch (Taken taken) {
            return false;
        }
    }

    @Override
    public int read(String key, long offset, byte[] into, int at, int length) throws IOException {
        GetObjectArgs range =
                GetObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .offset(offset)
                        .length((long) length)
                        .build();
        try (GetObjectResponse object = await(key, client.getObject(range))) {
            return object.readNBytes(into, at, length);
        } catch (BeyondEnd e) {
            return 0;
        } catch (StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(Kind.TRANSIENT, key + ": the answer broke off: " + e, e);
        }
    }

    @Override
    public List<StoredObject> list(String prefix, String after, int most) throws IOException {
        ListObjectsV2Args.Builder page =
                ListObjectsV2Args.builder().bucket(bucket).prefix(prefix).maxKeys(most);
        if (!after.isEmpty()) {
            page.startAfter(after);
        }
        return await(prefix, client.listObjectsV2(page.build())).result().contents().stream()
                .map(item -> new StoredObject(item.objectName(), item.size()))
                .toList();
    }

    @Override
    public void delete(String key) throws IOException {
        await(
                key,
                client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build()));
    }

    /** There is an object of that key. */
    private static final class Taken extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** The object ends before the range begins. */
    private static final class BeyondEnd extends IOException {
        private static final long serialVersionUID = 1;
    }

    private <T> T await(String key, CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            var _ = answer.whenComplete((late, _) -> discard(late));
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.PERMANENT, key + ": interrupted", e);
        } catch (ExecutionException e) {
            throw translated(key, e.getCause() == null ? e : e.getCause());
        }
    }

    /** Of an answer that nobody waits for: its connection would be lost. */
    private static void discard(@Nullable Object answer) {
        if (answer instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                // The connection is not used again then.
            }
        }
    }

    private IOException translated(String key, Throwable failure) {
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return translated(key, failure.getCause());
        }
        String where = "object storage, bucket " + bucket + ", " + key + ": ";
        if (failure instanceof ErrorResponseException refusal) {
            int status = refusal.response().code();
            String words =
                    where
                            + status
                            + " "
                            + refusal.errorResponse().code()
                            + " "
                            + refusal.errorResponse().message();
            return switch (status) {
                case 412 -> new Taken();
                case 416 -> new BeyondEnd();
                case 404 -> new StoreException(Kind.MISSING, words, refusal);
                // 409: another conditional write of the key is under way.
                case 408, 409, 429 -> new StoreException(Kind.TRANSIENT, words, refusal);
                default ->
                        new StoreException(
                                status >= 500 ? Kind.TRANSIENT : Kind.PERMANENT, words, refusal);
            };
        }
        return new StoreException(Kind.TRANSIENT, where + failure, failure);
    }

    private static byte[] sha256(byte[] data, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(data, 0, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.connectionPool().evictAll();
    }
}
