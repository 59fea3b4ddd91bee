package io.moor.shipper.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.engine.Ownership.Next;
import io.moor.shipper.kafka.LastProducer;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.TakeoverPendingException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

class OwnershipTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Ownership ownership =
            new Ownership(new Origin("o"), new OwnerClaim("mine", 3, "here"), PATIENCE);

    @Test
    void aHigherEpochOutranks() {
        assertThatCode(() -> ownership.requireRank(claimed("other", 3))).doesNotThrowAnyException();
        assertFenced(() -> ownership.requireRank(claimed("other", 4)));
    }

    @Test
    void ourHiddenClaimIsNotTakenForALostOne() throws Exception {
        ownership.succeed(claimed("before", 0));

        ownership.requireNoSuccessor(claimed("mine", 3));
        ownership.requireNoSuccessor(claimed("before", 0));
        ownership.requireNoSuccessor(new OriginCheckpoints(Optional.empty(), Map.of(), Map.of()));
        assertFenced(() -> ownership.requireNoSuccessor(claimed("after", 3)));
        assertFenced(() -> ownership.requireOurs(claimed("before", 0)));
    }

    @Test
    void aStartThatWasFencedGivesWayToWhoClaimedMeanwhile() throws Exception {
        ownership.succeed(claimed("before", 0));

        ownership.giveWay(claimed("before", 0));
        ownership.giveWay(claimed("mine", 3));
        assertFenced(() -> ownership.giveWay(claimed("together", 3)));
    }

    /** It had fenced nobody, so nobody knows what stood before it but the look it had. */
    @Test
    void aStartThatFailedEarlyGivesWayToo() throws Exception {
        ownership.expect(claimed("before", 0));
        ownership.expect(claimed("together", 3));

        ownership.giveWay(claimed("before", 0));
        assertFenced(() -> ownership.giveWay(claimed("together", 3)));
    }

    @Test
    void withoutFencingTheNewestClaimDecides() throws Exception {
        ownership.requireOurs(new OwnerClaim("mine", 3, "here"));
        assertFenced(() -> ownership.requireOurs(new OwnerClaim("after", 3, "there")));
    }

    @ParameterizedTest
    @EnumSource(
            value = LastProducer.class,
            names = {"OURS", "NOBODY", "OVERDUE"})
    void goesOnAfterATimeout(LastProducer last) throws Exception {
        assertThat(ownership.judge(last, true, 0)).isEqualTo(Next.GO_ON);
    }

    @Test
    void waitsForTheClaimOfWhoFencedIt() throws Exception {
        long almost = PATIENCE.toNanos() - 1;

        assertPending(() -> ownership.judge(LastProducer.ANOTHER, true, 0));
        assertPending(() -> ownership.judge(LastProducer.ANOTHER, false, almost));
        assertThat(ownership.judge(LastProducer.ANOTHER, false, PATIENCE.toNanos()))
                .isEqualTo(Next.LOOK_ONCE_MORE);
        // Another one after that has its own time.
        assertPending(() -> ownership.judge(LastProducer.ANOTHER, true, PATIENCE.toNanos() + 1));
    }

    @Test
    void theWaitBeginsAnewWhenItWasATimeoutMeanwhile() throws Exception {
        assertPending(() -> ownership.judge(LastProducer.ANOTHER, true, 0));
        assertThat(ownership.judge(LastProducer.OURS, true, 1)).isEqualTo(Next.GO_ON);
        assertPending(() -> ownership.judge(LastProducer.ANOTHER, true, PATIENCE.toNanos() + 1));
    }

    @Test
    void anOldBrokerIsBelievedWhenItSaysFenced() throws Exception {
        assertThat(ownership.judge(LastProducer.UNKNOWN, false, 0)).isEqualTo(Next.GO_ON);
        assertPending(() -> ownership.judge(LastProducer.UNKNOWN, true, 0));
        assertPending(() -> ownership.judge(LastProducer.UNKNOWN, false, 1));
        assertThat(ownership.judge(LastProducer.UNKNOWN, false, PATIENCE.toNanos()))
                .isEqualTo(Next.LOOK_ONCE_MORE);
    }

    @Test
    void fencedByOrderIsTheEnd() {
        assertFenced(() -> ownership.judge(LastProducer.FENCED, true, 0));
    }

    /** By a timeout, or by a successor who is remembered when that is done. */
    @Test
    void waitsWhileATransactionIsBeingEnded() throws Exception {
        long settled = Ownership.SETTLED.toNanos();

        assertPending(() -> ownership.judge(LastProducer.ENDING, false, 0));
        assertPending(() -> ownership.judge(LastProducer.ENDING, true, 10 * settled));
        // It is over: whoever ended it asks once more.
        assertPending(() -> ownership.judge(LastProducer.ABORTED, false, 11 * settled));
        assertPending(() -> ownership.judge(LastProducer.ABORTED, true, 12 * settled - 1));
        assertThat(ownership.judge(LastProducer.ABORTED, true, 12 * settled)).isEqualTo(Next.GO_ON);
        // The next time it waits again.
        assertPending(() -> ownership.judge(LastProducer.ABORTED, true, 12 * settled + 1));
        assertPending(() -> ownership.judge(LastProducer.ANOTHER, true, 13 * settled));
    }

    private static OriginCheckpoints claimed(String incarnation, long epoch) {
        return new OriginCheckpoints(
                Optional.of(new OwnerClaim(incarnation, epoch, "there")), Map.of(), Map.of());
    }

    private static void assertPending(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(TakeoverPendingException.class);
    }

    private static void assertFenced(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ShipperException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.FENCED));
    }
}
