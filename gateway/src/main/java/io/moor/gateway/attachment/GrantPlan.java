package io.moor.gateway.attachment;

import io.moor.gateway.instance.Instance;
import io.moor.gateway.volume.Volume;

import org.jspecify.annotations.Nullable;

/**
 * Whether a volume can be given to an instance now, with which proof, or what it waits for. Pure:
 * decides, changes nothing.
 */
public sealed interface GrantPlan {

    /**
     * It can.
     *
     * @param epoch the volume's epoch that this decision saw; the grant compares it
     * @param proof why nobody else can write
     */
    record Grant(long epoch, FencingProof proof) implements GrantPlan {}

    /** The instance has it. */
    record Held() implements GrantPlan {}

    /**
     * Not now.
     *
     * @param why what it waits for, in words
     * @param soon whether that is likely to be over without anybody's help
     */
    record Wait(String why, boolean soon) implements GrantPlan {}

    /**
     * @param volume the volume
     * @param last the attachment with the volume's epoch; null when it was never granted
     * @param taker who would get it; null when nobody is there
     */
    static GrantPlan decide(Volume volume, @Nullable Attachment last, @Nullable Instance taker) {
        String notReady = volume.waitingFor();
        if (!notReady.isEmpty()) {
            return new Wait(notReady, volume.lastFailure() == null && volume.reason() == null);
        }
        if (last != null && last.live()) {
            return held(last, taker);
        }
        if (volume.epoch() > 0 && last == null) {
            return new Wait(
                    "waiting for an operator: nothing is known of the holder with epoch "
                            + volume.epoch(),
                    false);
        }
        if (taker == null) {
            return new Wait("waiting for an instance to register", false);
        }
        if (!taker.mayBeGranted()) {
            return new Wait(
                    taker.waitingFor().isEmpty()
                            ? taker.instance() + " is over and gets no volume"
                            : taker.waitingFor(),
                    false);
        }
        if (taker.lease().expired()) {
            return new Wait(taker.waitingFor(), false);
        }
        return new Grant(
                volume.epoch(), last == null ? FencingProof.NONE_BEFORE : last.proofForNext());
    }

    private static GrantPlan held(Attachment last, @Nullable Instance taker) {
        if (taker != null && taker.incarnation().equals(last.incarnation())) {
            return new Held();
        }
        return new Wait(
                "waiting for proof that "
                        + last.instance()
                        + " no longer uses it: it has it attached with epoch "
                        + last.epoch()
                        + "; detach it, send a terminated event, or evict it with a reason",
                false);
    }
}
