package io.moor.shipper.shape;

import io.moor.shipper.frame.Cuts;

import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts before what is to be redacted, because each piece is redacted by itself: half a secret is
 * found in neither piece. What is longer than {@link #AHEAD} or than a piece may still be divided.
 */
final class WholeSecrets implements Cuts {

    /** The longest secret that is found across every cut, bytes. */
    static final int AHEAD = 4096;

    private final List<Redaction> redactions;

    /**
     * @param redactions at least one
     */
    WholeSecrets(List<Redaction> redactions) {
        this.redactions = List.copyOf(redactions);
    }

    @Override
    public int ahead() {
        return AHEAD;
    }

    @Override
    public int before(byte[] buffer, int from, int cut, int to, Charset charset) {
        byte[] text = Arrays.copyOfRange(buffer, from, Math.min(to, cut + AHEAD));
        int best = cut - from;
        int known;
        // What one rule moves may lie within what another one finds.
        do {
            known = best;
            for (Redaction redaction : redactions) {
                int begin = redaction.beginOfWhatIsAt(best, text, charset);
                // From the beginning of the piece on there is no better place.
                best = begin > 0 ? begin : best;
            }
        } while (best < known);
        return from + best;
    }
}
