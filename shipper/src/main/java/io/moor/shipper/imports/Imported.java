package io.moor.shipper.imports;

import java.util.List;

/**
 * What became of a configuration.
 *
 * @param kind whose it was
 * @param yaml {@code kafka:} and {@code logs:}, which the configuration reader accepts; empty when
 *     there is no source
 * @param sources how many entries {@code logs:} has
 * @param findings in the order of the configuration
 */
public record Imported(Kind kind, String yaml, int sources, List<Finding> findings) {

    public Imported {
        findings = List.copyOf(findings);
    }

    /** How many settings were not carried over. */
    public long lost() {
        return findings.stream().filter(each -> each.weight() == Finding.Weight.LOST).count();
    }
}
