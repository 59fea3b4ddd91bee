/** Object storage that speaks S3, through minio-java. Nothing else names that library. */
@NullMarked
package io.moor.volumes.repository.s3;

import org.jspecify.annotations.NullMarked;
