package io.moor.bench;

import java.util.Locale;

/** Prints figures as the tables of the benchmarks take them: {@code ROW TAB NAME TAB VALUE}. */
record Figures(String row) {

    Figures print(String name, double value) {
        System.out.printf(Locale.ROOT, "%s\t%s\t%.3f%n", row, name, value);
        return this;
    }
}
