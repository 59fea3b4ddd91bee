package io.moor.shipper.kafka.direct;

import java.util.concurrent.CompletableFuture;

/** What the user of a {@link Courier} wants, in its order. */
sealed interface Order {

    /** Records of one partition, to be brought there. */
    record Deliver(RecordBuffer records) implements Order {}

    /** Something to be waited for. */
    sealed interface Awaited extends Order {
        /** Completes when it is done; fails with a KafkaException. */
        CompletableFuture<Void> done();
    }

    /** Become the only producer of the transactional id. */
    record TakeOver(CompletableFuture<Void> done) implements Awaited {
        static TakeOver make() {
            return new TakeOver(new CompletableFuture<>());
        }
    }

    /** Every batch is to be acknowledged. */
    record Flush(CompletableFuture<Void> done) implements Awaited {
        static Flush make() {
            return new Flush(new CompletableFuture<>());
        }
    }

    /** The same, and the transaction committed. */
    record Commit(CompletableFuture<Void> done) implements Awaited {
        static Commit make() {
            return new Commit(new CompletableFuture<>());
        }
    }

    /** What was not sent is dropped, and the transaction aborted. */
    record Abort(CompletableFuture<Void> done) implements Awaited {
        static Abort make() {
            return new Abort(new CompletableFuture<>());
        }
    }
}
