package io.moor.shipper.imports;

import io.moor.shipper.imports.Finding.Weight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what there is to tell. Not thread-safe. */
final class Findings {

    private final Set<Finding> all = new LinkedHashSet<>();

    /**
     * @param text why it was not carried over, and what to do instead
     */
    void lost(Setting setting, String text) {
        all.add(Finding.of(Weight.LOST, setting, text));
    }

    void note(Setting setting, String text) {
        all.add(Finding.of(Weight.NOTE, setting, text));
    }

    void add(Weight weight, Setting setting, String text) {
        all.add(Finding.of(weight, setting, text));
    }

    /** Files in the order in which they were read, lines in theirs. */
    List<Finding> inOrder() {
        List<String> files = all.stream().map(each -> each.place().file()).distinct().toList();
        List<Finding> sorted = new ArrayList<>(all);
        sorted.sort(
                Comparator.comparingInt((Finding each) -> files.indexOf(each.place().file()))
                        .thenComparingInt(each -> each.place().line()));
        return sorted;
    }
}
