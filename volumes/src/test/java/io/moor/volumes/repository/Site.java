package io.moor.volumes.repository;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.moor.stack.StackEndpoints;
import io.moor.volumes.repository.s3.MinioObjectStore;

import java.net.URI;

/** A bucket of the stack, and what it takes to reach it from another process. */
record Site(URI endpoint, String accessKey, String secretKey, String bucket) {

    private static final String REGION = "us-east-1";

    static Site create(StackEndpoints endpoints, String bucket) throws Exception {
        MinioClient client =
                MinioClient.builder()
                        .endpoint(endpoints.s3Endpoint().toString())
                        .credentials(endpoints.s3AccessKey(), endpoints.s3SecretKey())
                        .region(REGION)
                        .build();
        client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        return new Site(
                endpoints.s3Endpoint(), endpoints.s3AccessKey(), endpoints.s3SecretKey(), bucket);
    }

    MinioObjectStore open() {
        return MinioObjectStore.open(endpoint, REGION, accessKey, secretKey, bucket);
    }
}
