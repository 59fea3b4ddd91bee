package io.moor.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The claims that the demo checked, in order. Thread-safe. */
public final class Proofs {

    private final Narrator narrator;
    private final List<Proof> proofs = new ArrayList<>();

    public Proofs(Narrator narrator) {
        this.narrator = narrator;
    }

    /**
     * One claim.
     *
     * @param claim what was claimed
     * @param evidence what was looked at, and what it showed
     * @param held whether it held
     * @param at time since the start of the story
     */
    public record Proof(String claim, String evidence, boolean held, Duration at) {}

    /** Thrown when a claim does not hold: the story ends there. */
    public static final class Refuted extends Exception {
        Refuted(String claim, String evidence) {
            super("not true: " + claim + " (" + evidence + ")");
        }
    }

    /**
     * Records a claim and says it aloud.
     *
     * @throws Refuted when it does not hold
     */
    public void claim(String claim, boolean held, String evidence) throws Refuted {
        synchronized (proofs) {
            proofs.add(new Proof(claim, evidence, held, narrator.elapsed()));
        }
        narrator.say((held ? "proved: " : "FAILED: ") + claim + " - " + evidence);
        if (!held) {
            throw new Refuted(claim, evidence);
        }
    }

    public List<Proof> all() {
        synchronized (proofs) {
            return List.copyOf(proofs);
        }
    }
}
