package io.moor.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

class VolumeLockTest {

    private static final VolumeId DATA = new VolumeId("data");

    @TempDir Path root;

    @Test
    void isHeldByOne() throws Exception {
        // Given
        VolumeFiles files = new VolumeFiles(root);
        VolumeLock held = VolumeLock.acquire(files, DATA);

        // Then
        assertThat(VolumeLock.tryAcquire(files, DATA)).isEmpty();
        assertThat(VolumeLock.tryAcquire(files, new VolumeId("other")).orElseThrow())
                .satisfies(VolumeLock::close);
        held.close();
        VolumeLock.acquire(files, DATA).close();
    }

    @Test
    void worksAgainAfterTheRootWasMadeAnew() throws Exception {
        // Given
        VolumeFiles files = new VolumeFiles(root);
        VolumeLock.acquire(files, DATA).close();
        Files.delete(files.locks());

        // When
        VolumeLock again = VolumeLock.acquire(files, DATA);

        // Then
        assertThat(files.locks()).exists();
        assertThat(VolumeLock.tryAcquire(files, DATA)).isEmpty();
        again.close();
    }

    @Test
    void everyVolumeHasItsByte() {
        assertThat(VolumeLock.byteOf(DATA))
                .isEqualTo(VolumeLock.byteOf(new VolumeId("data")))
                .isNotNegative()
                .isNotEqualTo(VolumeLock.byteOf(new VolumeId("data2")));
    }

    @Test
    void neverHasTwoHolders() throws Exception {
        // Given
        VolumeFiles files = new VolumeFiles(root);
        AtomicInteger holders = new AtomicInteger();
        List<Future<Integer>> most = new ArrayList<>();

        // When
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < 8; number++) {
                most.add(threads.submit(() -> holdOften(files, holders)));
            }
        }

        // Then
        for (Future<Integer> seen : most) {
            assertThat(seen.get()).isEqualTo(1);
        }
    }

    private static int holdOften(VolumeFiles files, AtomicInteger holders) throws Exception {
        int most = 0;
        for (int round = 0; round < 50; round++) {
            try (VolumeLock _ = VolumeLock.acquire(files, DATA)) {
                most = Math.max(most, holders.incrementAndGet());
                holders.decrementAndGet();
            }
        }
        return most;
    }
}
