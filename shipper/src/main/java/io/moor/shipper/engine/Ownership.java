package io.moor.shipper.engine;

import io.moor.shipper.Origin;
import io.moor.shipper.ShipperException;
import io.moor.shipper.ShipperException.Reason;
import io.moor.shipper.checkpoint.OwnerClaim;
import io.moor.shipper.kafka.LastProducer;
import io.moor.shipper.kafka.OriginCheckpoints;
import io.moor.shipper.kafka.TakeoverPendingException;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether this shipper may call {@code initTransactions}, which fences whoever has the origin. A
 * start may, unless it is outranked. A shipper that wants to go on may only when nobody else has
 * called it: it must not fence its successor back. Decides; asks nobody. Not thread-safe.
 */
final class Ownership {

    /** No claim at all. */
    private static final String NONE = "none";

    /**
     * A successor whose {@code initTransactions} had to abort our transaction asks again within
     * Kafka's longest pause between two tries, one second, and is remembered only then.
     */
    static final Duration SETTLED = Duration.ofMillis(1_500);

    private final Origin origin;
    private final OwnerClaim claim;
    private final Duration patience;
    private String predecessor = "";
    private OptionalLong pendingSince = OptionalLong.empty();
    private OptionalLong abortedSince = OptionalLong.empty();

    /**
     * @param claim ours
     * @param patience how long a successor may take from fencing us to its claim
     */
    Ownership(Origin origin, OwnerClaim claim, Duration patience) {
        this.origin = origin;
        this.claim = claim;
        this.patience = patience;
    }

    OwnerClaim claim() {
        return claim;
    }

    /**
     * @throws ShipperException when an owner of a higher epoch has written
     */
    void requireRank(OriginCheckpoints checkpoints) throws ShipperException {
        if (checkpoints.ownerEpoch() > claim.ownerEpoch()) {
            throw new ShipperException(
                    Reason.FENCED,
                    "origin '"
                            + origin
                            + "' belongs to a newer owner (epoch "
                            + checkpoints.ownerEpoch()
                            + ", ours is "
                            + claim.ownerEpoch()
                            + "); it ships these logs now");
        }
    }

    /**
     * Of a start, before it fences anybody for the first time: whose claim stood then.
     *
     * @param seen perhaps not the newest
     */
    void expect(OriginCheckpoints seen) {
        if (predecessor.isEmpty()) {
            predecessor = incarnation(seen);
        }
    }

    /** Of a start that has fenced everybody: whose claim stood before ours. */
    void succeed(OriginCheckpoints committed) {
        predecessor = incarnation(committed);
    }

    /**
     * Of a start that was fenced before its claim and is about to begin again: it gives way to one
     * that has claimed meanwhile. Not later, when it has fenced that one.
     */
    void giveWay(OriginCheckpoints committed) throws ShipperException {
        String found = incarnation(committed);
        if (!List.of(predecessor, claim.incarnation(), NONE).contains(found)) {
            throw fenced();
        }
    }

    /**
     * @param seen perhaps not the newest: a claim of ours may be hidden still, then the one before
     *     it is seen, or none
     */
    void requireNoSuccessor(OriginCheckpoints seen) throws ShipperException {
        if (!List.of(claim.incarnation(), predecessor, NONE).contains(incarnation(seen))) {
            throw fenced();
        }
    }

    /**
     * @param committed everything that is committed
     */
    void requireOurs(OriginCheckpoints committed) throws ShipperException {
        if (!incarnation(committed).equals(claim.incarnation())) {
            throw fenced();
        }
    }

    /**
     * @param newest where nobody is fenced
     */
    void requireOurs(OwnerClaim newest) throws ShipperException {
        if (!newest.incarnation().equals(claim.incarnation())) {
            throw fenced();
        }
    }

    /** What a shipper that wants to go on may do. */
    enum Next {
        /** Call {@code initTransactions}: nobody else has. */
        GO_ON,
        /** Do so when no successor's claim is committed: who fenced us never came to its claim. */
        LOOK_ONCE_MORE
    }

    /**
     * After a failure, when no successor's claim is seen.
     *
     * @param last who called {@code initTransactions} last
     * @param fenced whether Kafka said that somebody did, or that a transaction took too long
     * @throws TakeoverPendingException when somebody may be about to take over or to claim the
     *     origin
     * @throws ShipperException when this shipper was fenced by order
     */
    Next judge(LastProducer last, boolean fenced, long nowNanos) throws ShipperException {
        boolean another =
                switch (last) {
                    case OURS, NOBODY, OVERDUE -> false;
                    case ENDING -> throw ending();
                    case ABORTED -> {
                        requireSettled(nowNanos);
                        yield false;
                    }
                    case ANOTHER -> true;
                    case UNKNOWN -> fenced || pendingSince.isPresent();
                    case FENCED ->
                            throw new ShipperException(
                                    Reason.FENCED,
                                    "the shipper of origin '"
                                            + origin
                                            + "' was fenced by order; this one ends");
                };
        abortedSince = OptionalLong.empty();
        if (!another) {
            pendingSince = OptionalLong.empty();
            return Next.GO_ON;
        }
        if (pendingSince.isEmpty()) {
            pendingSince = OptionalLong.of(nowNanos);
        }
        if (nowNanos - pendingSince.getAsLong() < patience.toNanos()) {
            throw new TakeoverPendingException(
                    "another shipper is taking over origin '" + origin + "'");
        }
        pendingSince = OptionalLong.empty();
        return Next.LOOK_ONCE_MORE;
    }

    private TakeoverPendingException ending() {
        abortedSince = OptionalLong.empty();
        return new TakeoverPendingException(
                "a transaction of origin '" + origin + "' is being ended by its coordinator");
    }

    /** Whoever aborted our transaction has had the time to be remembered. */
    private void requireSettled(long nowNanos) {
        if (abortedSince.isEmpty()) {
            abortedSince = OptionalLong.of(nowNanos);
        }
        if (nowNanos - abortedSince.getAsLong() < SETTLED.toNanos()) {
            throw new TakeoverPendingException(
                    "a transaction of origin '" + origin + "' was ended by somebody else");
        }
    }

    private static String incarnation(OriginCheckpoints checkpoints) {
        return checkpoints.claim().map(OwnerClaim::incarnation).orElse(NONE);
    }

    private ShipperException fenced() {
        return new ShipperException(
                Reason.FENCED,
                "another shipper took over origin '"
                        + origin
                        + "'; it ships these logs now, this one ends");
    }
}
