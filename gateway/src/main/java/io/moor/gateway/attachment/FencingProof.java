package io.moor.gateway.attachment;

import org.jspecify.annotations.Nullable;

/**
 * A fencing proof, stored in the attachment that it justifies (I4).
 *
 * @param kind what kind of fact it is
 * @param detail who said so and why, in words
 * @param previous the attachment that it is about; null for {@link ProofKind#NONE_BEFORE}
 */
public record FencingProof(ProofKind kind, String detail, @Nullable String previous) {

    static final FencingProof NONE_BEFORE =
            new FencingProof(ProofKind.NONE_BEFORE, "first grant of this volume", null);

    public FencingProof {
        if ((kind == ProofKind.NONE_BEFORE) != (previous == null)) {
            throw new IllegalArgumentException(
                    "a proof names the previous attachment, and only then");
        }
    }
}
